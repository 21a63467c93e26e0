"""Where a hazard lies, from what somebody drew, pasted or typed to a sound shape in CGCS2000."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.formats.geojson_geometry import parse_geometry
from portal.kernel.formats.json_walk import JsonWalk
from portal.kernel.geo.crs import CGCS2000, DeclaredCrs, parse_crs, to_storage
from portal.kernel.geo.degrees import parse_degrees
from portal.kernel.geo.geometry import (
    Problem,
    check_declared,
    check_degrees,
    drop_z,
    ring_problem,
    round_coordinates,
)
from portal.kernel.i18n.text import text

KINDS = ("point", "line", "area")
GEOMETRIES = ("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON")
MOST_VERTICES = 5_000
LONGEST_SHAPE = 200_000
FEWEST_POSITIONS = {"point": 1, "line": 2, "area": 3}
COMMA = re.compile(r"[,，、]")

Position = tuple[float, float]


@dataclass(frozen=True)
class Entered:
    """A shape as it came: GeoJSON, or with a `kind` positions “lon, lat”, one a line; `crs` is the declared system."""

    text: str
    crs: str = CGCS2000.key
    kind: str | None = None

    @property
    def field(self) -> str:
        """The form's field that holds it."""
        return "coordinates" if self.kind else "geometry"


def place(entered: Entered) -> BaseGeometry:
    """The shape in EPSG:4490, x = east, 2D; raises `BadInput` with a sentence of what is wrong with it."""
    if not entered.text.strip():
        raise BadInput(text("Draw the hazard on the map, or type its coordinates."))
    if len(entered.text) > LONGEST_SHAPE:
        raise BadInput(text("The shape is too long: %(count)d characters.", count=len(entered.text)))
    crs = parse_crs(entered.crs)
    drawn = _typed(entered.text, entered.kind) if entered.kind else _geojson(entered.text)
    return _sound(drawn, crs)


def geojson(shape: BaseGeometry) -> str:
    """A shape as the map reads and writes it: a GeoJSON geometry with six decimals of a degree, 0.1 m."""
    return str(shapely.to_geojson(round_coordinates(shape, 6)))


def _sound(drawn: BaseGeometry, crs: DeclaredCrs) -> BaseGeometry:
    if drawn.geom_type.upper() not in GEOMETRIES:
        raise BadInput(text("Draw a point, a line or an area, not a mixture."))
    count = int(shapely.get_num_coordinates(drawn))
    if count > MOST_VERTICES:
        many = text("The shape has %(count)d corners; %(most)d are allowed.", count=count, most=MOST_VERTICES)
        raise BadInput(many)
    _refuse(check_declared(drawn, crs))
    shape = round_coordinates(to_storage(drop_z(drawn), crs))
    _refuse(check_degrees(shape) or ring_problem(shape))
    return shape


def _refuse(problem: Problem | None) -> None:
    if problem is not None and problem.level == "error":
        raise BadInput(problem.text)


def _geojson(written: str) -> BaseGeometry:
    raw = _decoded(written)
    if isinstance(raw, dict) and raw.get("crs") is not None:
        raise BadInput(
            text("This GeoJSON names a coordinate system. Type the coordinates below and choose their system there.")
        )
    if isinstance(raw, dict) and raw.get("type") == "Feature":
        raw = raw.get("geometry")
    shape = parse_geometry(raw)
    if shape is None:
        raise BadInput(text("Draw the hazard on the map, or type its coordinates."))
    return shape


def _decoded(written: str) -> Any:
    walk = JsonWalk(written)
    try:
        raw = walk.value()
        walk.end()
    except json.JSONDecodeError:
        raise BadInput(text("This is not GeoJSON. Draw on the map, or type the coordinates below.")) from None
    return raw


def _typed(written: str, kind: str) -> BaseGeometry:
    positions = [_position(line, i) for i, line in enumerate(written.splitlines(), start=1) if line.strip()]
    if kind == "area" and len(positions) > 1 and positions[0] == positions[-1]:
        positions.pop()  # The area is closed for them; who closed it by hand is right too.
    if len(positions) < FEWEST_POSITIONS.get(kind, 1):
        raise BadInput(text("A line needs at least 2 positions and an area at least 3, each on a line of its own."))
    if kind == "area":
        return shapely.Polygon(positions)
    if kind == "line":
        return shapely.LineString(positions)
    return shapely.Point(positions[0]) if len(positions) == 1 else shapely.MultiPoint(positions)


def _position(line: str, number: int) -> Position:
    parts = [part for part in (COMMA.split(line) if COMMA.search(line) else line.split()) if part.strip()]
    if len(parts) != 2:
        raise BadInput(
            text(
                "Line %(number)d, “%(written)s”: write longitude, then latitude, such as 121.40, 31.25.",
                number=number,
                written=line.strip()[:60],
            )
        )
    try:
        return parse_degrees(parts[0]), parse_degrees(parts[1])
    except BadInput as error:
        raise BadInput(text("Line %(number)d: %(reason)s", number=number, reason=error.message)) from None
