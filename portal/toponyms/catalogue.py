"""What the law and the bureau say of place names, read once from `gis_data/catalogue`: each file one dated version.

A later version stands beside it (`toponym_kinds_2.yaml`). Days before the first version are answered by it. Nothing in
the code knows a kind, a range or a number of days by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.settings import CHECKOUT

FOLDER = CHECKOUT / "gis_data" / "catalogue"
ACTS = ("naming", "renaming", "cancelling")
"""What an application asks for."""

Labels = dict[str, str]
"""`{"zh": …, "en": …}`"""


@dataclass(frozen=True)
class Range:
    """Within what names are compared: the division of a level, 0 for everything on record."""

    key: str
    level: int
    labels: Labels


@dataclass(frozen=True)
class Kind:
    """A kind of place name: where a duplicate is forbidden and among which, who approves, and its generic terms.

    A duplicate within a range that is not `binding` is told and keeps nothing out.
    """

    key: str
    labels: Labels
    names: tuple[str, ...]
    group: str
    range: Range
    binding: bool
    against: tuple[str, ...]
    division_levels: tuple[int, ...]
    by: str
    approver: Labels
    generics: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """A row of a checklist; `flag` is whether a material is required, or whether a rule leaves room."""

    key: str
    labels: Labels
    flag: bool


@dataclass(frozen=True)
class Clock:
    """So many calendar days from one date of an application to another."""

    key: str
    labels: Labels
    start: str
    done: str
    days: int
    by: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True)
class WordList:
    """Words that warn."""

    key: str
    labels: Labels
    words: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """How the words of a name are checked: questions to a person, lists that warn, characters that are usual."""

    judgements: tuple[Item, ...]
    lists: tuple[WordList, ...]
    codec: str
    characters: Labels
    warn_of_cancelled: bool
    source: str


Kinds = Mapping[str, Kind]


def kinds_on(on: dt.date, folder: Path = FOLDER) -> Kinds:
    """The kinds of a day by key, in the order of the file."""
    row = _version("toponym_kinds", on, folder)
    ranges = {found["key"]: Range(found["key"], found["level"], _labels(found)) for found in row["ranges"]}
    return {found["key"]: _kind(found, ranges) for found in row["kinds"]}


def materials_on(on: dt.date, folder: Path = FOLDER) -> tuple[Item, ...]:
    """The papers of an application; `flag` says whether one is required."""
    rows = _version("toponym_kinds", on, folder)["materials"]
    return tuple(Item(row["key"], _labels(row), row["required"]) for row in rows)


def clocks_on(on: dt.date, folder: Path = FOLDER) -> tuple[Clock, ...]:
    """The clocks that run for a decision of that day."""
    return tuple(_clock(row) for row in _version("toponym_clocks", on, folder)["clocks"])


def wording_on(on: dt.date, folder: Path = FOLDER) -> Wording:
    """How the words of a name are checked on a day."""
    row = _version("toponym_word_lists", on, folder)
    return Wording(
        judgements=tuple(Item(one["key"], _labels(one), one["room"]) for one in row["judgements"]),
        lists=tuple(WordList(one["key"], _labels(one), tuple(one["words"])) for one in row["lists"]),
        codec=row["characters"]["codec"],
        characters=_labels(row["characters"]),
        warn_of_cancelled=row["cancelled"]["warn"],
        source=row["source"],
    )


def name_of(kinds: Kinds, key: str) -> Labels:
    """The name of a kind; the key of one that this version no longer has."""
    known = kinds.get(key)
    return known.labels if known else {"zh": key, "en": key}


def _version(name: str, on: dt.date, folder: Path) -> dict[str, Any]:
    versions = _versions(name, folder)
    for version in reversed(versions):
        if version["valid_from"] <= on and (version["valid_to"] is None or on < version["valid_to"]):
            return dict(version)
    return dict(versions[0])


@lru_cache(maxsize=16)
def _versions(name: str, folder: Path) -> tuple[dict[str, Any], ...]:
    rows = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob(f"{name}*.yaml")]
    return tuple(sorted(rows, key=lambda row: int(row["version"])))


def _labels(row: Mapping[str, Any]) -> Labels:
    return {"zh": row["zh"], "en": row["en"]}


def _kind(row: Mapping[str, Any], ranges: Mapping[str, Range]) -> Kind:
    return Kind(
        key=row["key"],
        labels=_labels(row),
        names=tuple(row["names"]),
        group=row["group"],
        range=ranges[row["range"]],
        binding=row["binding"],
        against=tuple(row["against"]),
        division_levels=tuple(row["division_levels"]),
        by=row["by"],
        approver={"zh": row["approver_zh"], "en": row["approver_en"]},
        generics=tuple(row["generics"]),
    )


def _clock(row: Mapping[str, Any]) -> Clock:
    return Clock(row["key"], _labels(row), row["from"], row["done"], row["days"], tuple(row["by"]), tuple(row["acts"]))
