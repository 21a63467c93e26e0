"""What a change file says of units: those that are new, amended or abolished, and the ground that goes between them.

In the base it is plain JSON:

    {"units": [{"unit": "new:1", "action": "new", "name": "万里街道", "kind": "street", "parent": "<uuid>",
                "codes": {"mca": "310107022"}, "seat": "…", "population": 90000, "shape": "<id of a change shape>"},
               {"unit": "<uuid>", "action": "amend", "parent": "new:1"},
               {"unit": "<uuid>", "action": "abolish"}],
     "moves": [{"from": "<uuid>", "to": "new:1", "whole": false, "piece": "<id of a change shape>",
                "area_share": null, "people": 90000, "people_share": null}]}

A unit is named by its public id, one that is born by `new:<n>`. Of an amended unit only what changes is said.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NEW_PREFIX = "new:"
SAID = ("name", "name_en", "kind", "seat", "postcode", "phone", "population")
"""Particulars of a unit that a file may say, besides parent, codes and shape."""


class Action(enum.StrEnum):
    """What a change does to a unit."""

    NEW = "new"
    AMEND = "amend"
    ABOLISH = "abolish"


@dataclass(frozen=True)
class UnitEntry:
    """One unit of a file; `said` holds the particulars it gives, `parent`, `codes`, `shape` what it says of those."""

    unit: str
    action: Action
    said: Mapping[str, Any] = field(default_factory=dict)
    parent: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    shape: str | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is born by the change."""
        return self.action is Action.NEW


@dataclass(frozen=True)
class MoveEntry:
    """Ground that goes from a unit to another: the whole of it, a drawn piece, or an unknown part with given shares.

    Shares are parts of the giver's whole, 0 to 1; `people` a number of persons that go along.
    """

    source: str
    target: str
    whole: bool = False
    piece: str | None = None
    area_share: float | None = None
    people: int | None = None
    people_share: float | None = None


@dataclass(frozen=True)
class Content:
    """The units and moves of a file in the order in which they were entered."""

    units: tuple[UnitEntry, ...] = ()
    moves: tuple[MoveEntry, ...] = ()

    def entry(self, unit: str) -> UnitEntry | None:
        """What the file says of a unit itself."""
        return next((one for one in self.units if one.unit == unit), None)

    @property
    def known_units(self) -> tuple[str, ...]:
        """Public ids of all units that exist before, each once."""
        named = [one.unit for one in self.units] + [end for move in self.moves for end in (move.source, move.target)]
        parents = [one.parent for one in self.units if one.parent]
        return tuple(dict.fromkeys(key for key in (*named, *parents) if not key.startswith(NEW_PREFIX)))


def read_content(kept: Mapping[str, Any]) -> Content:
    """From the JSON of the base. Raises `KeyError`, `TypeError` or `ValueError` for anything that is none."""
    return Content(
        tuple(_unit(row) for row in kept.get("units", ())), tuple(_move(row) for row in kept.get("moves", ()))
    )


def write_content(content: Content) -> dict[str, Any]:
    """As JSON; empty values are left out."""
    return {
        "units": [
            _said({**one.said, "unit": one.unit, "action": one.action.value, **_rest(one)}) for one in content.units
        ],
        "moves": [_said(_move_row(one)) for one in content.moves],
    }


def _unit(row: Mapping[str, Any]) -> UnitEntry:
    said = {key: row[key] for key in SAID if key in row}
    return UnitEntry(
        str(row["unit"]), Action(row["action"]), said, row.get("parent"), dict(row.get("codes", {})), row.get("shape")
    )


def _move(row: Mapping[str, Any]) -> MoveEntry:
    return MoveEntry(
        str(row["from"]),
        str(row["to"]),
        bool(row.get("whole", False)),
        row.get("piece"),
        row.get("area_share"),
        row.get("people"),
        row.get("people_share"),
    )


def _rest(one: UnitEntry) -> dict[str, Any]:
    return {"parent": one.parent, "codes": dict(one.codes) or None, "shape": one.shape}


def _move_row(one: MoveEntry) -> dict[str, Any]:
    return {
        "from": one.source,
        "to": one.target,
        "whole": one.whole,
        "piece": one.piece,
        "area_share": one.area_share,
        "people": one.people,
        "people_share": one.people_share,
    }


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}
