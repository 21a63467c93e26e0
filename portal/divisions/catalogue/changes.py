"""Kinds of changes, the papers of a file, who approves and the statutory clocks: dated rows, each with its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from portal.divisions.catalogue.units import FOLDER, Labels

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ChangeKind:
    """A kind of change. `needs` and `allows` name actions of `rules.changes.content.Action`, `amends` particulars.

    `ground` is `moves` (some must), `may_move` or `stays`.
    """

    key: str
    labels: Labels
    about: Labels
    needs: tuple[str, ...]
    allows: frozenset[str]
    amends: frozenset[str]
    ground: str


@dataclass(frozen=True)
class ChecklistItem:
    """A paper that an application needs, for units of some levels and all kinds of change but `not_for`."""

    key: str
    labels: Labels
    source: str
    article: str
    levels: frozenset[int]
    not_for: frozenset[str]


@dataclass(frozen=True)
class Department:
    """A department that is consulted before the application."""

    key: str
    labels: Labels


@dataclass(frozen=True)
class Authority:
    """Who may approve a change."""

    key: str
    labels: Labels


@dataclass(frozen=True)
class AuthorityRule:
    """Who approves changes of some kinds, for units of some levels and kinds (None: all), in force [from, to).

    `alternatives` are the authorities that a person's judgement may choose without a reason; `note` says when.
    """

    kinds: frozenset[str]
    levels: frozenset[int]
    unit_kinds: frozenset[str] | None
    authority: str
    alternatives: tuple[str, ...]
    note: Labels | None
    source: str
    article: str
    mark: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True)
class Clock:
    """A statutory clock from one date of a file to another, for starts within [valid_from, valid_to).

    Exactly one of `months` and `days` is given. `extension_months` is added once where an extension was approved.
    """

    key: str
    labels: Labels
    counted_from: str
    done_by: str
    months: int | None
    days: int | None
    extension_months: int | None
    kinds: frozenset[str] | None
    levels: frozenset[int]
    source: str
    article: str
    mark: str
    note: Labels | None
    valid_from: dt.date
    valid_to: dt.date | None


@lru_cache(maxsize=1)
def change_kinds() -> Mapping[str, ChangeKind]:
    """Kinds of changes by key, in the order of the file."""
    return {row["key"]: _kind(row) for row in _read("change_kinds.yaml")["kinds"]}


@lru_cache(maxsize=1)
def checklist_items() -> Mapping[str, ChecklistItem]:
    """All items of the application checklist by key."""
    return {row["key"]: _item(row) for row in _read("change_kinds.yaml")["checklist"]}


@lru_cache(maxsize=1)
def papers() -> Mapping[str, Labels]:
    """Every sort of paper that a file may hold: the checklist, then approval, notices and others."""
    listed = {key: item.labels for key, item in checklist_items().items()}
    return listed | {row["key"]: _labels(row) for row in _read("change_kinds.yaml")["papers"]}


@lru_cache(maxsize=1)
def departments() -> tuple[Department, ...]:
    """Departments to consult."""
    return tuple(Department(row["key"], _labels(row)) for row in _read("change_kinds.yaml")["departments"])


@lru_cache(maxsize=1)
def authorities() -> Mapping[str, Authority]:
    """Authorities by key."""
    return {row["key"]: Authority(row["key"], _labels(row)) for row in _read("change_authorities.yaml")["authorities"]}


@lru_cache(maxsize=1)
def authority_rules() -> tuple[AuthorityRule, ...]:
    """The rule table; the first row that fits decides."""
    return tuple(_rule(row) for row in _read("change_authorities.yaml")["rules"])


@lru_cache(maxsize=1)
def clocks() -> tuple[Clock, ...]:
    """The clocks in the order in which they are shown."""
    return tuple(_clock(row) for row in _read("change_clocks.yaml")["clocks"])


def _kind(row: Row) -> ChangeKind:
    return ChangeKind(
        key=row["key"],
        labels=_labels(row),
        about={"zh": row["about_zh"], "en": row["about_en"]},
        needs=tuple(row["needs"]),
        allows=frozenset(row["allows"]),
        amends=frozenset(row["amends"]),
        ground=row["ground"],
    )


def _item(row: Row) -> ChecklistItem:
    not_for = frozenset(row.get("not_for", ()))
    return ChecklistItem(row["key"], _labels(row), row["source"], row["article"], frozenset(row["levels"]), not_for)


def _rule(row: Row) -> AuthorityRule:
    return AuthorityRule(
        kinds=frozenset(row["kinds"]),
        levels=frozenset(row["levels"]),
        unit_kinds=frozenset(row["unit_kinds"]) if "unit_kinds" in row else None,
        authority=row["authority"],
        alternatives=tuple(row.get("alternatives", ())),
        note=_note(row),
        **_grounds(row),
    )


def _clock(row: Row) -> Clock:
    return Clock(
        key=row["key"],
        labels=_labels(row),
        counted_from=row["counted_from"],
        done_by=row["done_by"],
        months=row.get("months"),
        days=row.get("days"),
        extension_months=row.get("extension_months"),
        kinds=frozenset(row["kinds"]) if "kinds" in row else None,
        levels=frozenset(row["levels"]),
        note=_note(row),
        **_grounds(row),
    )


def _grounds(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("source", "article", "mark", "valid_from", "valid_to")}


def _note(row: Row) -> Labels | None:
    return {"zh": row["note_zh"], "en": row["note_en"]} if "note_zh" in row else None


def _labels(row: Row) -> Labels:
    return {"zh": row["zh"], "en": row["en"]}


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return content
