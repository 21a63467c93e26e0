"""The items of a basic management unit ("3+3"), read once from `gis_data/catalogue/basic_unit_items.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml

from portal.settings import CHECKOUT

FILE = CHECKOUT / "gis_data" / "catalogue" / "basic_unit_items.yaml"


@dataclass(frozen=True)
class Item:
    """One item: a service function or a management force; `sure` says whether its source is certain."""

    key: str
    group: str
    labels: Mapping[str, str]
    sure: bool


@lru_cache(maxsize=1)
def items() -> Mapping[str, Item]:
    """The items in their order, by key."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["items"]
    return {
        row["key"]: Item(row["key"], row["group"], {"zh": row["zh"], "en": row["en"]}, row["mark"] == "certain")
        for row in rows
    }
