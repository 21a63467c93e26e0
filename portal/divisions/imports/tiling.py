"""Checks of territories against each other: a hidden shift, overlaps of siblings, holes inside their union."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from portal.divisions.imports.matching import MatchedUnit
from portal.divisions.imports.report import SHAPE, Report
from portal.divisions.queries import UnitAt
from portal.divisions.service import Subject
from portal.kernel.geo.crs import BD09, GCJ02
from portal.kernel.geo.geometry import Hole, Overlap, holes, overlaps, suspect_shift
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

SHIFTED = frozenset({GCJ02.key, BD09.key})

Shapes = Mapping[int, BaseGeometry]
"""Shapes in CGCS2000 by internal id."""


@dataclass(frozen=True)
class Surroundings:
    """What is believed on the day around the rows of an import."""

    own: Shapes
    """Of the units the rows speak of."""
    parents: Shapes
    below: Mapping[int, Shapes]
    """Of everything directly below each parent."""
    names: Mapping[int, str]
    occupant: Callable[[tuple[float, float], int], UnitAt | None]
    """The unit of a level, of whatever parent, that lies at a place."""


def check_tiling(matched: Iterable[MatchedUnit], around: Surroundings, tolerance_m: float, report: Report) -> None:
    """Checks the rows with geometry, the children of one parent together."""
    families: dict[Subject | None, dict[Subject, MatchedUnit]] = defaultdict(dict)
    for unit in matched:
        if unit.staged.geometry is not None:
            families[unit.parent][unit.unit] = unit
    for parent, units in families.items():
        Family(parent, units, around, tolerance_m, report).check()


@dataclass(frozen=True)
class Family:
    """The rows below one parent that have a geometry."""

    parent: Subject | None
    units: Mapping[Subject, MatchedUnit]
    around: Surroundings
    tolerance_m: float
    report: Report

    def check(self) -> None:
        """A shift explains every overlap, so that it alone is named."""
        if not self._is_shifted():
            self._check_overlaps()
            self._check_holes()

    def _is_shifted(self) -> bool:
        staged = [unit.staged for unit in self.units.values()]
        if staged[0].crs in SHIFTED:
            return False
        for outline, reference in self._comparisons():
            suspicion = suspect_shift(outline, reference)
            if suspicion is not None:
                self.report.error_of_all(staged, suspicion.problem)
                return True
        return False

    def _comparisons(self) -> Iterator[tuple[BaseGeometry, BaseGeometry]]:
        """What should cover the same ground: all children and their parent, the new shapes and those they replace."""
        if isinstance(self.parent, int) and self.parent in self.around.parents:
            yield shapely.union_all([shape for _, shape in self._siblings()]), self.around.parents[self.parent]
        replaced = [unit for unit in self.units if isinstance(unit, int) and unit in self.around.own]
        if replaced:
            before = [self.around.own[unit] for unit in replaced]
            yield shapely.union_all([self._new(unit) for unit in replaced]), shapely.union_all(before)

    def _check_overlaps(self) -> None:
        for found in overlaps(self._siblings(), self.tolerance_m):
            mine, other = (found.key_a, found.key_b) if found.key_a in self.units else (found.key_b, found.key_a)
            if mine in self.units:
                staged = self.units[mine].staged
                reason = _overlap(found, self._name(other))
                self.report.error(staged, "geometry.overlap", reason, SHAPE, staged.identity.name)

    def _check_holes(self) -> None:
        staged = [unit.staged for unit in self.units.values()]
        for hole in holes(self._siblings(), self.tolerance_m):
            enclave = self.around.occupant(hole.place, staged[0].identity.level)
            if enclave is None or enclave.parent_id == self.parent:
                self.report.error_of_all(staged, Problem("geometry.hole", _hole(hole)))

    def _siblings(self) -> list[tuple[Subject, BaseGeometry]]:
        """The rows and, as they are believed, the other children of the parent."""
        known = self.around.below.get(self.parent, {}) if isinstance(self.parent, int) else {}
        standing = [(unit, shape) for unit, shape in known.items() if unit not in self.units]
        return [*((unit, self._new(unit)) for unit in self.units), *standing]

    def _new(self, unit: Subject) -> BaseGeometry:
        shape = self.units[unit].staged.geometry
        return shape if shape is not None else shapely.MultiPolygon()

    def _name(self, unit: Subject) -> str:
        if unit in self.units:
            return self.units[unit].staged.identity.name
        return self.around.names[unit] if isinstance(unit, int) else ""


def _overlap(found: Overlap[Subject], other: str) -> Text:
    return text(
        "It overlaps %(other)s by %(area).1f m², up to %(width).1f m wide, near %(lon).6f east, %(lat).6f north.",
        other=other,
        area=found.area_m2,
        width=found.width_m,
        lon=found.place[0],
        lat=found.place[1],
    )


def _hole(hole: Hole) -> Text:
    return text(
        "There is a hole of %(area).1f m² among them, up to %(width).1f m wide, near %(lon).6f east, %(lat).6f north.",
        area=hole.area_m2,
        width=hole.width_m,
        lon=hole.place[0],
        lat=hole.place[1],
    )
