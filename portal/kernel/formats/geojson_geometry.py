"""The geometry member of GeoJSON (RFC 7946, section 3.1) to shapely, strictly: what shapely would mend is refused."""

from collections.abc import Callable
from itertools import chain
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.geo.problem import Problem
from portal.kernel.geo.validity import open_ring_problem
from portal.kernel.i18n.text import Text, text

Position = tuple[float, ...]

# Far beyond any coordinate; also catches the infinity that 1e999 reads as.
_LARGEST = 1e15
_DEEPEST = 8


class GeometryMalformed(BadInput):
    """A geometry member that is none; `problem` says why and, if known, where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def parse_geometry(raw: Any) -> BaseGeometry | None:
    """The geometry of a decoded GeoJSON member, with the file's own numbers; None for null.

    Heights are kept where every position has one. Empty coordinates give an empty geometry. Raises
    `GeometryMalformed`: codes geometry.structure, geometry.not_finite, geometry.open_ring, geometry.short_ring.
    """
    return None if raw is None else _geometry(raw, _DEEPEST)


def _geometry(raw: Any, depth: int) -> BaseGeometry:
    if not isinstance(raw, dict) or depth == 0:
        raise _malformed(text("The geometry is not a GeoJSON object."))
    kind = raw.get("type")
    if kind == "GeometryCollection":
        return shapely.GeometryCollection([_geometry(part, depth - 1) for part in _list(raw.get("geometries"))])
    build = _BUILDERS.get(kind) if isinstance(kind, str) else None
    if build is None:
        raise _malformed(text("The geometry type “%(kind)s” is not known.", kind=str(kind)[:50]))
    return build(_list(raw.get("coordinates")))


def _point(raw: list[Any]) -> BaseGeometry:
    return shapely.Point(_position(raw)) if raw else shapely.Point()


def _line(raw: list[Any]) -> shapely.LineString:
    positions = _positions(raw)
    if len(positions) == 1:
        raise _malformed(text("A line needs at least 2 positions."))
    return shapely.LineString(positions)


def _polygon(raw: list[Any]) -> shapely.Polygon:
    # GEOS writes an empty polygon as one empty ring, PostGIS as none.
    if raw in ([], [[]]):
        return shapely.Polygon()
    shell, *holes = (shapely.linearrings(ring) for ring in _same_dimension([_ring(ring) for ring in raw]))
    return shapely.polygons(shell, holes or None)


def _multi_point(raw: list[Any]) -> BaseGeometry:
    return shapely.MultiPoint(_positions(raw))


def _multi_line(raw: list[Any]) -> BaseGeometry:
    return shapely.MultiLineString([_line(_list(line)) for line in raw])


def _multi_polygon(raw: list[Any]) -> BaseGeometry:
    return shapely.MultiPolygon([_polygon(_list(polygon)) for polygon in raw])


_BUILDERS: dict[str, Callable[[list[Any]], BaseGeometry]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": _multi_point,
    "MultiLineString": _multi_line,
    "MultiPolygon": _multi_polygon,
}


def _ring(raw: Any) -> list[Position]:
    positions = _positions(_list(raw))
    problem = open_ring_problem(positions)
    if problem:
        raise GeometryMalformed(problem)
    return positions


def _positions(raw: list[Any]) -> list[Position]:
    if _all_plain(raw):
        return [tuple(position) for position in raw]
    positions = [_position(position) for position in raw]
    return positions if len({len(position) for position in positions}) < 2 else [p[:2] for p in positions]


def _all_plain(raw: list[Any]) -> bool:
    """Whether there is nothing to say about any position: the usual case, settled without a loop of ours."""
    if not raw or set(map(type, raw)) != {list} or set(map(len, raw)) not in ({2}, {3}):
        return False
    return set(map(type, chain.from_iterable(raw))) == {float} and max(map(abs, chain.from_iterable(raw))) < _LARGEST


def _same_dimension(rings: list[list[Position]]) -> list[list[Position]]:
    least = min(len(ring[0]) for ring in rings)
    return [[position[:least] for position in ring] for ring in rings]


def _position(raw: Any) -> Position:
    if not isinstance(raw, list) or not 2 <= len(raw) <= 3 or not all(type(n) in (int, float) for n in raw):
        raise _malformed(text("A position is 2 or 3 numbers, not %(raw)s.", raw=str(raw)[:50]))
    if not all(abs(number) < _LARGEST for number in raw):
        raise GeometryMalformed(Problem("geometry.not_finite", text("A coordinate is not a finite number.")))
    return tuple(float(number) for number in raw)


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise _malformed(text("The geometry lacks the list of its coordinates or parts."))
    return raw


def _malformed(sentence: Text) -> GeometryMalformed:
    return GeometryMalformed(Problem("geometry.structure", sentence))
