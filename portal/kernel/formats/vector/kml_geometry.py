"""Geometry elements of KML (OGC 12-007r2, clause 10) to shapes, strictly as with GeoJSON; heights are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.formats.geojson_geometry import GeometryMalformed, parse_geometry
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import text

_KINDS = {"Point", "LineString", "LinearRing", "Polygon", "Track", "MultiGeometry", "MultiTrack"}
_AROUND_COMMA = re.compile(r"\s*,\s*")
_DEEPEST = 8


def local_name(element: Any) -> str:
    """The name of an element without its namespace: files use four of them, or none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def placemark_shape(placemark: Any) -> BaseGeometry | None:
    """The shape of a Placemark, None without one. Raises `GeometryMalformed`."""
    found = [_geojson(element, _DEEPEST) for element in placemark if local_name(element) in _KINDS]
    if not found:
        return None
    return _joined(parse_geometry(found[0] if len(found) == 1 else _collection(found)))


def _geojson(element: Any, depth: int) -> dict[str, Any]:
    kind = local_name(element)
    if depth == 0:
        raise GeometryMalformed(Problem("geometry.structure", text("The shapes are nested too deep.")))
    if kind in ("MultiGeometry", "MultiTrack"):
        return _collection([_geojson(part, depth - 1) for part in element if local_name(part) in _KINDS])
    if kind == "Polygon":
        return {"type": "Polygon", "coordinates": [_positions(ring) for ring in _rings(element)]}
    if kind == "Point":
        return {"type": "Point", "coordinates": (_positions(element) or [[]])[0]}
    return {"type": "LineString", "coordinates": _track(element) if kind == "Track" else _positions(element)}


def _collection(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "GeometryCollection", "geometries": parts}


def _rings(polygon: Any) -> Iterator[Any]:
    """The outer ring, then the inner ones, whichever order the file has them in."""
    for wanted in ("outerBoundaryIs", "innerBoundaryIs"):
        for boundary in polygon:
            if local_name(boundary) == wanted:
                yield from (ring for ring in boundary if local_name(ring) == "LinearRing")


def _positions(element: Any) -> list[list[float]]:
    written = next((child.text or "" for child in element if local_name(child) == "coordinates"), "")
    return [_position(token, ",") for token in _AROUND_COMMA.sub(",", written).split()]


def _track(element: Any) -> list[list[float]]:
    return [_position(child.text or "", None) for child in element if local_name(child) == "coord"]


def _position(token: str, between: str | None) -> list[float]:
    try:
        return [float(number) for number in token.rstrip(",").split(between)]
    except ValueError as error:
        sentence = text("“%(raw)s” is no position (longitude,latitude).", raw=token[:50])
        raise GeometryMalformed(Problem("geometry.structure", sentence)) from error


def _joined(shape: BaseGeometry | None) -> BaseGeometry | None:
    """A collection of one kind as the multi-part shape of that kind."""
    if not isinstance(shape, shapely.GeometryCollection) or shape.is_empty:
        return shape
    parts = list(shape.geoms)
    together: dict[str, Any] = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    kinds = {part.geom_type for part in parts}
    joined: BaseGeometry = together[kinds.pop()](parts) if len(kinds) == 1 and kinds <= set(together) else shape
    return joined
