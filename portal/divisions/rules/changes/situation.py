"""What is believed about the units of a change file on its effective day: all that a plan is made from."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

Code = tuple[str, str]
"""Code system and code."""


@dataclass(frozen=True)
class Ground:
    """A territory in CGCS2000 degrees with its size on the ellipsoid and what it may be used for."""

    geometry: BaseGeometry
    area_m2: float
    quality: str
    crs: str = "cgcs2000"


@dataclass(frozen=True)
class UnitState:
    """A unit before or after a change. `key` is its public id as text, or `new:<n>`; `parent` likewise."""

    key: str
    id: int | None
    name: str
    kind: str
    level: int
    parent: str | None
    name_en: str | None = None
    seat: str | None = None
    postcode: str | None = None
    phone: str | None = None
    population: int | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    ground: Ground | None = None


@dataclass(frozen=True)
class Piece:
    """Ground that the file brings: drawn on a map or read from a file."""

    geometry: BaseGeometry
    quality: str
    crs: str


@dataclass(frozen=True)
class Bearer:
    """Who bears a code on the day or from a later one on, or who lies in a unit."""

    key: str
    name: str
    since: dt.date


@dataclass(frozen=True)
class Absent:
    """A unit that the file names and that is not there on the day: its last name, and from when until when it was."""

    key: str
    name: str
    first: dt.date | None
    end: dt.date | None


@dataclass(frozen=True)
class Situation:
    """Units by key: those the file names, all above them, and the direct children of those that end or give ground.

    `later` holds units of which something is on record for days after `on`, with that day. `beside` are the siblings
    with a shape that the file does not name.
    """

    on: dt.date
    units: Mapping[str, UnitState] = field(default_factory=dict)
    children: Mapping[str, Sequence[UnitState]] = field(default_factory=dict)
    absent: Sequence[Absent] = ()
    began: Mapping[str, dt.date] = field(default_factory=dict)
    """The first day of all on which a unit is on record."""
    later: Mapping[str, dt.date] = field(default_factory=dict)
    redrawn: Mapping[str, dt.date] = field(default_factory=dict)
    """When a unit above those of the file is next drawn otherwise, or ends, by what is on record."""
    to_come: Mapping[str, Sequence[Bearer]] = field(default_factory=dict)
    """Who comes to lie, by what is on record, in a unit that the file lets end, and from when on."""
    bearers: Mapping[Code, Sequence[Bearer]] = field(default_factory=dict)
    namesakes: Mapping[tuple[str, str | None], str] = field(default_factory=dict)
    """Keys of units by name and parent, where the file gives a name that is borne there already."""
    beside: Sequence[UnitState] = ()
    pieces: Mapping[str, Piece] = field(default_factory=dict)

    def above(self, key: str | None) -> Iterator[str]:
        """The unit itself and everything above it, upwards."""
        while key is not None and key in self.units:
            yield key
            key = self.units[key].parent


def key_of(public_id: uuid.UUID) -> str:
    """How a file names a unit that is there."""
    return str(public_id)
