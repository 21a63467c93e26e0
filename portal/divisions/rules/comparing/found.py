"""What a comparison of two days compares and finds."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class MappedUnit:
    """A unit on a day; `shape` in EPSG:4490 or None, `since` its own first day, `source` what it rests on."""

    public_id: uuid.UUID
    name: str
    kind: str
    parent: str
    codes: Mapping[str, str]
    shape: BaseGeometry | None
    quality: str | None
    since: dt.date
    source: str


@dataclass(frozen=True)
class Movement:
    """Ground that went from a unit to another; None is where no unit with a known outline was, or is.

    `area_m2` is on the ellipsoid, `share` the part of the giver's whole. `redrawn`: the outline of one of them is of
    another quality now, so that a better drawing may be all that happened. `source`: what the later state rests on.
    """

    giver: MappedUnit | None
    taker: MappedUnit | None
    shape: BaseGeometry
    area_m2: float
    share: float | None
    redrawn: bool
    source: str

    @property
    def hectares(self) -> float:
        """The area in hectares."""
        return self.area_m2 / 10_000

    @property
    def what(self) -> str:
        """`moved`, or `gained` and `lost` where the other side is nobody."""
        if self.giver is None:
            return "gained"
        return "lost" if self.taker is None else "moved"


Pair = tuple[MappedUnit, MappedUnit]
"""The same unit before and after."""


@dataclass(frozen=True)
class Comparison:
    """What differs; `unseen` are units that are there on both days while their outline is known on one at most.

    `slivers` counts the pieces that were too small or narrow to show, `sliver_m2` is their area together.
    """

    moves: tuple[Movement, ...]
    born: tuple[MappedUnit, ...]
    gone: tuple[MappedUnit, ...]
    renamed: tuple[Pair, ...]
    recoded: tuple[Pair, ...]
    retyped: tuple[Pair, ...]
    resubordinated: tuple[Pair, ...]
    unseen: tuple[MappedUnit, ...]
    slivers: int
    sliver_m2: float
    blank: bool = False
    """Whether nothing at all is known of one of the days, so that there is nothing to compare."""

    @property
    def nothing(self) -> bool:
        """Whether the two days look the same."""
        found = (self.moves, self.born, self.gone, self.renamed, self.recoded, self.retyped, self.resubordinated)
        return not any(found)
