"""Where a named thing lies: a point, a line or an area, drawn, typed or from a file, to a sound shape in CGCS2000."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput, FormInvalid
from portal.kernel.formats.geojson_geometry import parse_geometry
from portal.kernel.formats.json_walk import JsonWalk
from portal.kernel.geo.crs import CGCS2000, DeclaredCrs, from_storage, parse_crs, to_storage
from portal.kernel.geo.degrees import parse_degrees
from portal.kernel.geo.geometry import (
    Problem,
    check_declared,
    check_degrees,
    drop_z,
    ring_problem,
    round_coordinates,
)
from portal.kernel.geo.sameness import same_shapes, single
from portal.kernel.i18n.text import Text, text

GEOMETRIES = ("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON")
LONGEST_SHAPE = 200_000
MOST_VERTICES = 5_000
FEWEST_POSITIONS = {"point": 1, "line": 2, "area": 3}
COMMA = re.compile(r"[,，、]")


@dataclass(frozen=True)
class Entered:
    """A shape as it came: GeoJSON, or with a `kind` positions “east, north”, one a line, in the declared system."""

    text: str
    crs: str = CGCS2000.key
    kind: str | None = None

    @property
    def field(self) -> str:
        """The form's field that holds it."""
        return "coordinates" if self.kind else "geometry"


@dataclass(frozen=True)
class Placed:
    """A shape in EPSG:4490, x = east, with how it came: `original` in `crs`."""

    shape: BaseGeometry
    original: str
    crs: str = CGCS2000.key


def placed(entered: Entered | None) -> Placed | None:
    """The shape in EPSG:4490, 2D, to 1 mm; None for nothing. Raises `FormInvalid` at the field it came in."""
    if entered is None or not entered.text.strip():
        return None
    try:
        return Placed(_sound(_drawn(entered), parse_crs(entered.crs)), entered.text, entered.crs)
    except BadInput as error:
        raise FormInvalid({entered.field: [error.message]}) from None


def from_file(shape: BaseGeometry, crs: str) -> Placed:
    """A shape that a file brought, checked and converted by the pipeline already, with its original as WKT."""
    flat = round_coordinates(shapely.force_2d(single(shape)))
    declared = parse_crs(crs or CGCS2000.key)
    own = flat if declared.kind == "geographic" else from_storage(flat, declared)
    decimals = 3 if declared.kind == "plane" else 8
    return Placed(flat, shapely.to_wkt(own, rounding_precision=decimals)[:LONGEST_SHAPE], declared.key)


def unlayable(shape: BaseGeometry) -> Text | None:
    """Why a shape of a file cannot be kept; None when it can."""
    flat = single(shape)
    if flat.geom_type.upper() not in GEOMETRIES or flat.is_empty:
        return text("Draw a point, a line or an area, not a mixture.")
    return _too_many(flat)


def geojson(shape: BaseGeometry) -> str:
    """A shape as the map reads and writes it: a GeoJSON geometry with six decimals of a degree, 0.1 m."""
    return str(shapely.to_geojson(round_coordinates(shape, 6)))


def same_place(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    """Whether two shapes are one after a way through a file or a map, or both are none."""
    if one is None or other is None:
        return one is other
    return same_shapes([one], [other])[0]


def middle(shape: BaseGeometry) -> tuple[float, float]:
    """A point on it, for lists and text, in degrees."""
    point = shapely.point_on_surface(shape)
    return float(np.round(point.x, 6)), float(np.round(point.y, 6))


def _drawn(entered: Entered) -> BaseGeometry:
    if len(entered.text) > LONGEST_SHAPE:
        raise BadInput(text("The shape is too long: %(count)d characters.", count=len(entered.text)))
    return _typed(entered.text, entered.kind) if entered.kind else _geojson(entered.text)


def _sound(drawn: BaseGeometry, crs: DeclaredCrs) -> BaseGeometry:
    wrong = unlayable(drawn)
    if wrong is not None:
        raise BadInput(wrong)
    _refuse(check_declared(drawn, crs))
    shape = round_coordinates(to_storage(drop_z(drawn), crs))
    _refuse(check_degrees(shape) or ring_problem(shape))
    return shape


def _too_many(shape: BaseGeometry) -> Text | None:
    count = int(shapely.get_num_coordinates(shape))
    if count <= MOST_VERTICES:
        return None
    return text("The shape has %(count)d corners; %(most)d are allowed.", count=count, most=MOST_VERTICES)


def _refuse(problem: Problem | None) -> None:
    if problem is not None and problem.level == "error":
        raise BadInput(problem.text)


def _geojson(written: str) -> BaseGeometry:
    walk = JsonWalk(written)
    try:
        raw = walk.value()
        walk.end()
    except json.JSONDecodeError:
        raise BadInput(text("This is not GeoJSON. Draw on the map, or type the coordinates below.")) from None
    if isinstance(raw, dict) and raw.get("crs") is not None:
        raise BadInput(
            text("This GeoJSON names a coordinate system. Type the coordinates below and choose their system there.")
        )
    shape = parse_geometry(raw.get("geometry") if isinstance(raw, dict) and raw.get("type") == "Feature" else raw)
    if shape is None:
        raise BadInput(text("This is not GeoJSON. Draw on the map, or type the coordinates below."))
    return shape


def _typed(written: str, kind: str) -> BaseGeometry:
    lines = [line for line in written.splitlines() if line.strip()]
    positions = [_position(line, i) for i, line in enumerate(lines, start=1)]
    if kind == "area" and len(positions) > 1 and positions[0] == positions[-1]:
        positions.pop()  # The area is closed for them; who closed it by hand is right too.
    if len(positions) < FEWEST_POSITIONS.get(kind, 1):
        raise BadInput(text("A line needs at least 2 positions and an area at least 3, each on a line of its own."))
    return _shaped(positions, kind)


def _shaped(positions: Sequence[tuple[float, float]], kind: str) -> BaseGeometry:
    if kind == "area":
        return shapely.Polygon(positions)
    if kind == "line":
        return shapely.LineString(positions)
    return shapely.Point(positions[0]) if len(positions) == 1 else shapely.MultiPoint(positions)


def _position(line: str, number: int) -> tuple[float, float]:
    parts = [part for part in (COMMA.split(line) if COMMA.search(line) else line.split()) if part.strip()]
    if len(parts) != 2:
        said = line.strip()[:60]
        raise BadInput(
            text(
                "Line %(number)d, “%(written)s”: write longitude, then latitude, such as 121.40, 31.25.",
                number=number,
                written=said,
            )
        )
    try:
        return parse_degrees(parts[0]), parse_degrees(parts[1])
    except BadInput as error:
        raise BadInput(text("Line %(number)d: %(reason)s", number=number, reason=error.message)) from None
