"""The types and levels of hazards: read once from `gis_data/catalogue`, each file one version with the days it holds.

A later version stands beside it (`hazard_types_2.yaml`). Nothing in the code knows a type by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text
from portal.settings import CHECKOUT

FOLDER = CHECKOUT / "gis_data" / "catalogue"

Labels = dict[str, str]
"""`{"zh": …, "en": …}`"""
Row = dict[str, Any]


@dataclass(frozen=True)
class HazardType:
    """A type with the family it belongs to, the usual ways to draw it and what a resident should do."""

    key: str
    labels: Labels
    family: str
    kinds: tuple[str, ...]
    advice: Labels


@dataclass(frozen=True)
class Level:
    """A level of risk; 1 is the most serious."""

    key: str
    order: int
    labels: Labels
    colour: Labels


@dataclass(frozen=True)
class Catalogue:
    """What holds on one day, in the order of the files."""

    families: Mapping[str, Labels]
    types: Mapping[str, HazardType]
    levels: Mapping[str, Level]

    def type_name(self, key: str) -> Labels:
        """The name of a type; the key of one that this version no longer has."""
        known = self.types.get(key)
        return known.labels if known else {"zh": key, "en": key}

    def advice(self, key: str) -> Labels:
        """What a resident should do about a type; empty for one that this version no longer has."""
        known = self.types.get(key)
        return known.advice if known else {"zh": "", "en": ""}


def in_force(on: dt.date, folder: Path = FOLDER) -> Catalogue:
    """The catalogue of a day. Raises `Misconfigured` when a file is missing, incomplete or none holds on that day."""
    types, levels = (_of_day(versions, on) for versions in _read(folder))
    return Catalogue(
        families={row["key"]: _labels(row) for row in types["families"]},
        types={row["key"]: _type(row) for row in types["types"]},
        levels={row["key"]: _level(row) for row in levels["levels"]},
    )


@lru_cache(maxsize=8)
def _read(folder: Path) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    return _versions(folder, "hazard_types"), _versions(folder, "risk_levels")


def _versions(folder: Path, name: str) -> tuple[Row, ...]:
    rows = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob(f"{name}*.yaml")]
    if not rows:
        raise Misconfigured(text("%(file)s is missing.", file=f"{name}.yaml"))
    return tuple(sorted(rows, key=lambda row: int(row["version"])))


def _of_day(versions: tuple[Row, ...], on: dt.date) -> Row:
    for row in reversed(versions):
        if row["valid_from"] <= on and (row["valid_to"] is None or on < row["valid_to"]):
            return row
    raise Misconfigured(text("No list of hazard types and levels holds on %(date)s.", date=on.isoformat()))


def _labels(row: Row) -> Labels:
    return {"zh": row["zh"], "en": row["en"]}


def _type(row: Row) -> HazardType:
    advice = {"zh": row["advice_zh"], "en": row["advice_en"]}
    return HazardType(row["key"], _labels(row), row["family"], tuple(row["geometry"]), advice)


def _level(row: Row) -> Level:
    return Level(row["key"], row["order"], _labels(row), {"zh": row["colour_zh"], "en": row["colour_en"]})
