"""The kinds of places: read once from `gis_data/catalogue`, each file one version with the days it holds.

A later version stands beside it (`place_kinds_2.yaml`). Nothing in the code knows a kind by name.
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
Kinds = Mapping[str, "PlaceKind"]


@dataclass(frozen=True)
class PlaceKind:
    """A kind of place; a `public` one may be shown to everyone, a `shelter` takes people in. `names` stand in files,
    `group` is how maps draw it."""

    key: str
    labels: Labels
    group: str
    public: bool
    shelter: bool
    names: tuple[str, ...]


def kinds_on(on: dt.date, folder: Path = FOLDER) -> Kinds:
    """The kinds of a day in the order of the file. Raises `Misconfigured` when none holds on that day."""
    return {row["key"]: _kind(row) for row in _version(on, folder)["kinds"]}


def groups_on(on: dt.date, folder: Path = FOLDER) -> Mapping[str, Labels]:
    """The groups of kinds by key, with their names, in the order of the file."""
    return {row["key"]: {"zh": row["zh"], "en": row["en"]} for row in _version(on, folder)["groups"]}


def name_of(kinds: Kinds, key: str) -> Labels:
    """The name of a kind; the key of one that this version no longer has."""
    known = kinds.get(key)
    return known.labels if known else {"zh": key, "en": key}


def public_kinds(kinds: Kinds) -> tuple[str, ...]:
    """The kinds that may be shown to everyone."""
    return tuple(key for key, kind in kinds.items() if kind.public)


def _version(on: dt.date, folder: Path) -> dict[str, Any]:
    for version in reversed(_versions(folder)):
        if version["valid_from"] <= on and (version["valid_to"] is None or on < version["valid_to"]):
            return dict(version)
    raise Misconfigured(text("No list of kinds of places holds on %(date)s.", date=on.isoformat()))


@lru_cache(maxsize=8)
def _versions(folder: Path) -> tuple[dict[str, Any], ...]:
    rows = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("place_kinds*.yaml")]
    return tuple(sorted(rows, key=lambda row: int(row["version"])))


def _kind(row: Mapping[str, Any]) -> PlaceKind:
    labels = {"zh": row["zh"], "en": row["en"]}
    return PlaceKind(row["key"], labels, row["group"], row["public"], row["shelter"], tuple(row["names"]))
