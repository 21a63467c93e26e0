"""Who takes over what stood on a unit that ended or gave ground: decided from the moves of a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from portal.divisions.rules.changes.moves import Move

MOST = 0.5
"""A line or an area goes where more than this part of it lies; one that is cut in halves is for a person to decide."""

Grounds = Mapping[int, Sequence[tuple[int, BaseGeometry]]]
"""By giver: each heir and the ground in CGCS2000 that went to it."""


@dataclass(frozen=True)
class Heirs:
    """The heirs of each giver, the ground that each got where that is known, and which givers ended."""

    targets: Mapping[int, Sequence[int]]
    grounds: Grounds
    ended: frozenset[int]
    born: frozenset[int] = frozenset()
    """Heirs that were not there the day before."""

    @property
    def givers(self) -> list[int]:
        """All units that ended or gave ground."""
        return sorted(set(self.targets) | self.ended)

    def only(self, unit: int) -> int | None:
        """The heir of a unit that ended and gave everything to one."""
        heirs = self.targets.get(unit, ())
        return heirs[0] if unit in self.ended and len(heirs) == 1 else None

    def same_ground(self, unit: int) -> int | None:
        """The heir that took the place of an ended unit: born of it and of nothing else, such as 镇 → 街道."""
        heir = self.only(unit)
        alone = heir in self.born and all(giver == unit or heir not in to for giver, to in self.targets.items())
        return heir if alone else None

    def of(self, units: Sequence[int], shapes: Sequence[BaseGeometry | None]) -> list[int | None]:
        """The heir of each thing, by the unit it stands on and where it lies.

        Everything of an ended unit with one heir goes to that heir. Else a thing goes to the heir whose ground holds
        it, more than half of it. None: it stays, because its giver goes on, or because nothing decides.
        """
        found: list[int | None] = [self.only(unit) for unit in units]
        by_unit: dict[int, list[int]] = defaultdict(list)
        for number, (unit, shape) in enumerate(zip(units, shapes, strict=True)):
            if found[number] is None and shape is not None:
                by_unit[unit].append(number)
        for unit, numbers in by_unit.items():
            placed = np.array([shapes[number] for number in numbers], dtype=object)
            for number, heir in zip(numbers, self._holder(unit, placed), strict=True):
                found[number] = heir
        return found

    def _holder(self, unit: int, shapes: npt.NDArray[np.object_]) -> list[int | None]:
        found: list[int | None] = [None] * len(shapes)
        for heir, ground in self.grounds.get(unit, ()):
            for number in np.flatnonzero(_held(shapes, ground)):
                found[number] = found[number] or heir
        return found


def targets_of(moves: Sequence[Move]) -> dict[int, list[int]]:
    """The heirs of each giver in the order of the moves, each once."""
    found: dict[int, list[int]] = defaultdict(list)
    for move in moves:
        if move.from_unit != move.to_unit and move.to_unit not in found[move.from_unit]:
            found[move.from_unit].append(move.to_unit)
    return {giver: heirs for giver, heirs in found.items() if heirs}


def _held(shapes: npt.NDArray[np.object_], ground: BaseGeometry) -> npt.NDArray[np.bool_]:
    """Whether a ground holds each shape: a point at all, a line or an area by more than half."""
    shapely.prepare(ground)
    touched: npt.NDArray[np.bool_] = shapely.intersects(ground, shapes)
    wide = np.flatnonzero(touched & (shapely.get_dimensions(shapes) > 0))
    whole, inside = shapes[wide], shapely.intersection(shapes[wide], ground)
    touched[wide] = _size(inside, whole) > MOST * _size(whole, whole)
    return touched


def _size(parts: npt.NDArray[np.object_], of: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Area of areas, length of lines; in square degrees and degrees, which is enough to compare parts of one thing."""
    return np.where(shapely.get_dimensions(of) == 2, shapely.area(parts), shapely.length(parts))
