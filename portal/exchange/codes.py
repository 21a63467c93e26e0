"""The documented codes of findings: `gis_data/catalogue/import_codes.yaml`, in the order of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import yaml

from portal.settings import CHECKOUT

FILE = CHECKOUT / "gis_data" / "catalogue" / "import_codes.yaml"
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Code:
    """A code: what it means, and what to do about it."""

    key: str
    means: Labels
    remedy: Labels


@dataclass(frozen=True)
class Group:
    """Codes that are about the same thing."""

    title: Labels
    codes: Sequence[Code]


@lru_cache(maxsize=1)
def documented() -> tuple[Group, ...]:
    """All codes, group by group."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Group({"zh": group["zh"], "en": group["en"]}, tuple(_code(row) for row in group["codes"]))
        for group in content["groups"]
    )


def _code(row: Mapping[str, str]) -> Code:
    return Code(
        row["code"],
        {"zh": row["means_zh"], "en": row["means_en"]},
        {"zh": row["remedy_zh"], "en": row["remedy_en"]},
    )
