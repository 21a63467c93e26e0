"""From what somebody drew, pasted or typed to a sound shape in CGCS2000."""

from __future__ import annotations

import json
import re
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.contracts.fields import ShapeRule
from portal.kernel.formats.geojson_geometry import parse_geometry
from portal.kernel.formats.json_walk import JsonWalk
from portal.kernel.geo.crs import DeclaredCrs
from portal.kernel.geo.mending import check_shape
from portal.kernel.i18n.text import text

LONGEST = 1_000_000
PIECE = ShapeRule(frozenset({"area"}), required=True, most_vertices=50_000)
LINE = ShapeRule(frozenset({"line"}), required=True, most_vertices=5_000)
EITHER = ShapeRule(frozenset({"area", "line"}), required=True, most_vertices=50_000)
WKT = re.compile(r"\s*(multi)?(polygon|linestring)\b", re.IGNORECASE)
NOTHING = text("There is no shape here.")


def written_shape(written: str, crs: DeclaredCrs, rule: ShapeRule = EITHER) -> BaseGeometry:
    """A GeoJSON or WKT geometry in the numbers of `crs`, x = east → EPSG:4490, 2D.

    Raises `BadInput` with a sentence of what is wrong with it.
    """
    if len(written) > LONGEST:
        raise BadInput(text("The shape is too long: %(count)d characters.", count=len(written)))
    geometry = _wkt(written) if WKT.match(written) else _geojson(written)
    return sound(geometry, crs, rule)


def sound(geometry: BaseGeometry, crs: DeclaredCrs, rule: ShapeRule) -> BaseGeometry:
    """A geometry in the numbers of `crs` as it is stored; raises `BadInput`."""
    shape, problems = check_shape(geometry, crs, rule)
    if shape is None:
        raise BadInput(next((problem.text for problem in problems if problem.level == "error"), NOTHING))
    return shape


def _wkt(written: str) -> BaseGeometry:
    try:
        return shapely.from_wkt(written)
    except shapely.errors.GEOSException:
        raise BadInput(text("This begins like WKT and is none: a bracket or a number is missing.")) from None


def _geojson(written: str) -> BaseGeometry:
    raw = _decoded(written)
    if isinstance(raw, dict) and raw.get("crs") is not None:
        raise BadInput(text("This GeoJSON names a coordinate system; take that out and choose it in the form."))
    if isinstance(raw, dict) and raw.get("type") == "Feature":
        raw = raw.get("geometry")
    shape = parse_geometry(raw)
    if shape is None:
        raise BadInput(NOTHING)
    return shape


def _decoded(written: str) -> Any:
    walk = JsonWalk(written)
    try:
        raw = walk.value()
        walk.end()
    except json.JSONDecodeError:
        raise BadInput(text("This is neither a GeoJSON nor a WKT geometry.")) from None
    return raw
