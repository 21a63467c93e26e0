"""Fields of the gazetteer and sections of its entries, read once from `gis_data/catalogue`.

No code of the room knows a field by name but those that the register answers (`queries.gazetteer.register`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from portal.settings import CHECKOUT

FOLDER = CHECKOUT / "gis_data" / "catalogue"
REGISTER, COUNTED, ENTERED = "register", "counted", "entered"
LEVELS = (3, 4, 5)

Labels = Mapping[str, str]


@dataclass(frozen=True)
class GazetteerField:
    """One column: where it comes from, what it may hold, of which levels it is asked.

    `compare` names the counted field that an entered number is set beside; a `lasting` value holds for later years.
    """

    key: str
    origin: str
    type: str
    labels: Labels
    unit: str
    levels: tuple[int, ...]
    lasting: bool
    longest: int
    most: float | None
    looks: re.Pattern[str] | None
    compare: str | None
    names: tuple[str, ...]

    @property
    def entered(self) -> bool:
        """Whether the bureau types it."""
        return self.origin == ENTERED


@lru_cache(maxsize=1)
def fields() -> Mapping[str, GazetteerField]:
    """Every field by key, in the order of the book."""
    return {row["key"]: _field(row) for row in _read("gazetteer_fields.yaml")["fields"]}


def entered_fields() -> Mapping[str, GazetteerField]:
    """The fields that the bureau types."""
    return {key: field for key, field in fields().items() if field.entered}


@lru_cache(maxsize=1)
def sections() -> Mapping[str, Labels]:
    """Names of the sections of an entry by key, in their order."""
    return {row["key"]: {"zh": row["zh"], "en": row["en"]} for row in _read("gazetteer_sections.yaml")["sections"]}


def _field(row: Mapping[str, Any]) -> GazetteerField:
    looks = row.get("looks")
    return GazetteerField(
        key=row["key"],
        origin=row["from"],
        type=row["type"],
        labels={"zh": row["zh"], "en": row["en"]},
        unit=row.get("unit", ""),
        levels=tuple(row.get("levels", LEVELS)),
        lasting=bool(row.get("lasting", False)),
        longest=int(row.get("longest", 200)),
        most=row.get("most"),
        looks=re.compile(looks) if looks else None,
        compare=row.get("compare"),
        names=tuple(row.get("names", ())),
    )


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return content
