"""The demonstration district as it lies in `gis_data/demo`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import yaml

from portal.settings import CHECKOUT

FOLDER = CHECKOUT / "gis_data" / "demo"
TOWNS = FOLDER / "putuo_units.geojson"
COMMITTEES = FOLDER / "putuo_committees_2023.csv"

SINCE = dt.date(2023, 12, 31)
"""Codes and committees are those of 2023; on which day of that year is not known."""
PRECISION = "year"
SYSTEM_OF_CODES = "mca"
SYSTEMS = ("mca", "nbs")
DISTRICT = "310107"

Row = dict[str, Any]


def read(name: str) -> Row:
    """One of the YAML files by its name without ending."""
    table: Row = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return table
