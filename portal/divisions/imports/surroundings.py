"""What is believed around the rows of an import, for the checks of their territories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.divisions.imports.matching import MatchedUnit
from portal.divisions.imports.tiling import Surroundings
from portal.divisions.queries import unit_at_point
from portal.divisions.queries.snapshot import KnownShape, Snapshot, shapes_below, shapes_of


def look_around(session: Session, matched: Iterable[MatchedUnit], known: Snapshot) -> Surroundings:
    """The shapes of the rows' units, of their parents and of the parents' other children."""
    drawn = [unit for unit in matched if unit.staged.geometry is not None]
    units = [unit.unit for unit in drawn if isinstance(unit.unit, int)]
    parents = [unit.parent for unit in drawn if isinstance(unit.parent, int)]
    return Surroundings(
        own=_geometries(shapes_of(session, units, known.at)),
        parents=_geometries(shapes_of(session, parents, known.at)),
        below=_by_parent(shapes_below(session, parents, known.at), known),
        names={unit_id: version.name for unit_id, version in known.versions.items()},
        occupant=lambda place, level: unit_at_point(session, *place, known.at, level),
    )


def _geometries(shapes: Mapping[int, KnownShape]) -> dict[int, BaseGeometry]:
    return {unit_id: shape.geometry for unit_id, shape in shapes.items()}


def _by_parent(shapes: Mapping[int, KnownShape], known: Snapshot) -> dict[int, dict[int, BaseGeometry]]:
    found: dict[int, dict[int, BaseGeometry]] = defaultdict(dict)
    for unit_id, shape in shapes.items():
        parent = known.versions[unit_id].parent_id
        if parent is not None:
            found[parent][unit_id] = shape.geometry
    return found
