"""All versions of the catalogue files, read once, and the one that is in force on a day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml

from portal.disasters.catalogue import entries
from portal.errors import Misconfigured, RuleBroken
from portal.kernel.i18n.text import text
from portal.settings import CHECKOUT

FOLDER = CHECKOUT / "gis_data" / "catalogue"

Row = dict[str, Any]
T = TypeVar("T")


class Dated(Protocol):
    """Something that is in force from a day on, and until another if that is known."""

    @property
    def valid_from(self) -> dt.date:
        """The first day."""

    @property
    def valid_to(self) -> dt.date | None:
        """The first day after it."""


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True)
class Shelf:
    """Every version that the folder holds, oldest first."""

    indicators: tuple[entries.IndicatorList, ...]
    rules: tuple[entries.RuleBook, ...]
    types: tuple[entries.TypeList, ...]
    deadlines: tuple[entries.DeadlineList, ...]


def in_force(on: dt.date, folder: Path = FOLDER) -> entries.Catalogue:
    """The catalogue of a day. Raises `RuleBroken` for a day before the first version."""
    shelf = read(folder)
    rules = _of_day(shelf.rules, on)
    return entries.Catalogue(
        indicators=_of_day(shelf.indicators, on),
        rules=dataclasses.replace(rules, rules=tuple(rule for rule in rules.rules if _holds(rule, on))),
        types=_of_day(shelf.types, on),
        deadlines=tuple(row for row in _of_day(shelf.deadlines, on).deadlines if _holds(row, on)),
    )


def indicators_of(version: int, folder: Path = FOLDER) -> entries.IndicatorList:
    """The indicator list that a report was filed with; the newest where its file has been taken away."""
    lists = read(folder).indicators
    return next((found for found in lists if found.version == version), lists[-1])


@lru_cache(maxsize=8)
def read(folder: Path) -> Shelf:
    """Reads the folder. Raises `Misconfigured` with the file and the reason."""
    return Shelf(
        _versions(folder, "report_indicators", _indicator_list),
        _versions(folder, "report_rules", _rule_book),
        _versions(folder, "disaster_types", _type_list),
        _versions(folder, "report_deadlines", _deadline_list),
    )


def _holds(thing: Dated, on: dt.date) -> bool:
    return thing.valid_from <= on and (thing.valid_to is None or on < thing.valid_to)


def _of_day(versions: tuple[D, ...], on: dt.date) -> D:
    found = [version for version in versions if _holds(version, on)]
    if not found:
        raise RuleBroken(text("No report form is known for %(date)s.", date=on.isoformat()))
    return found[-1]


def _versions(folder: Path, name: str, build: Callable[[Row], T]) -> tuple[T, ...]:
    rows = sorted((_row(path) for path in folder.glob(f"{name}*.yaml")), key=lambda row: int(row["version"]))
    if not rows:
        raise Misconfigured(text("%(file)s is missing.", file=f"{name}.yaml"))
    try:
        return tuple(build(row) for row in rows)
    except (KeyError, TypeError) as error:
        raise Misconfigured(text("%(file)s is incomplete: %(reason)s", file=name, reason=str(error))) from error


def _row(path: Path) -> Row:
    try:
        row = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Misconfigured(text("%(file)s cannot be read: %(reason)s", file=path.name, reason=str(error))) from error
    if not isinstance(row, dict) or "version" not in row:
        raise Misconfigured(text("%(file)s names no version.", file=path.name))
    return row


def _labels(row: Row) -> entries.Labels:
    return {"zh": row["zh"], "en": row["en"]}


def _labels_by_key(rows: Iterable[Row]) -> dict[str, entries.Labels]:
    return {row["key"]: _labels(row) for row in rows}


def _head(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("version", "valid_from", "valid_to")}


def _indicator_list(row: Row) -> entries.IndicatorList:
    units = _labels_by_key(row["units"])
    return entries.IndicatorList(
        **_head(row),
        source=row["source"],
        measures=_labels_by_key(row["measures"]),
        groups=_labels_by_key(row["groups"]),
        indicators={each["key"]: _indicator(each, units) for each in row["indicators"]},
    )


def _indicator(row: Row, units: dict[str, entries.Labels]) -> entries.Indicator:
    names = ("key", "group", "integer", "decimals", "has_realtime", "part_of", "first_report")
    return entries.Indicator(
        **{name: row[name] for name in names},
        labels=_labels(row),
        unit=units[row["unit"]],
        applies_to=None if row["applies_to"] is None else frozenset(row["applies_to"]),
    )


def _rule_book(row: Row) -> entries.RuleBook:
    return entries.RuleBook(**_head(row), rules=tuple(_rule(each) for each in row["rules"]))


def _rule(row: Row) -> entries.Rule:
    names = ("key", "number", "severity", "parameters", "source", "valid_from", "valid_to")
    return entries.Rule(
        **{name: row[name] for name in names},
        labels=_labels(row),
        blank_as_zero=frozenset(row["blank_as_zero"]),
        words={"zh": row["text_zh"], "en": row["text_en"]},
    )


def _type_list(row: Row) -> entries.TypeList:
    return entries.TypeList(**_head(row), types={each["key"]: _type(each) for each in row["types"]})


def _type(row: Row) -> entries.DisasterType:
    return entries.DisasterType(
        row["key"], _labels(row), bool(row.get("typhoon_number")), _labels_by_key(row["subtypes"])
    )


def _deadline_list(row: Row) -> entries.DeadlineList:
    names = ("key", "kind", "counted_from", "minutes", "source", "valid_from", "valid_to")
    rows = tuple(
        entries.Deadline(**{name: each[name] for name in names}, labels=_labels(each)) for each in row["deadlines"]
    )
    return entries.DeadlineList(**_head(row), deadlines=rows)
