"""Shaping of single geometries, and the door to the checks of this folder. Degrees are EPSG:4490, x = east."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.geo.problem import Problem
from portal.kernel.geo.suspicion import ShiftSuspicion, suspect_shift
from portal.kernel.geo.topology import Hole, Overlap, holes, overlaps
from portal.kernel.geo.validity import check_declared, check_degrees, open_ring_problem, ring_problem
from portal.kernel.i18n.text import text

__all__ = [
    "Hole",
    "Overlap",
    "Problem",
    "ShiftSuspicion",
    "as_multipolygon",
    "check_declared",
    "check_degrees",
    "coverage_simplify_shared",
    "drop_z",
    "holes",
    "open_ring_problem",
    "overlaps",
    "ring_problem",
    "round_coordinates",
    "suspect_shift",
]


def as_multipolygon(geometry: BaseGeometry) -> shapely.MultiPolygon:
    """A polygon, multipolygon or collection of them as one 2D multipolygon. Raises `BadInput` for points and lines."""
    polygons = _polygons(shapely.force_2d(geometry))
    if not polygons and not geometry.is_empty:
        raise BadInput(text("An area is needed here, not a %(kind)s.", kind=geometry.geom_type))
    return shapely.MultiPolygon(polygons)


def drop_z(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry without heights and measures; `check_degrees` notes that there were any."""
    return shapely.force_2d(geometry)


def round_coordinates(geometry: BaseGeometry, decimals: int = 8) -> BaseGeometry:
    """Every coordinate rounded (8 decimals of a degree are 1 mm), 2D; neighbours keep their shared vertices equal."""
    return shapely.transform(geometry, lambda xy: np.round(xy, decimals))


def coverage_simplify_shared(polygons: Sequence[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Simplified polygons in the same order; `tolerance` in the unit of the coordinates.

    When the polygons are a clean coverage, neighbours stay edge to edge (Visvalingam, the tolerance is about the
    square root of a dropped triangle's area); otherwise each is simplified by itself, keeping its topology.
    """
    shapes = np.asarray(polygons, dtype=object)
    if shapely.coverage_is_valid(shapes):
        return list(shapely.coverage_simplify(shapes, tolerance))
    return list(shapely.simplify(shapes, tolerance, preserve_topology=True))


def _polygons(geometry: BaseGeometry) -> list[shapely.Polygon]:
    if isinstance(geometry, shapely.Polygon):
        return [] if geometry.is_empty else [geometry]
    return [polygon for part in getattr(geometry, "geoms", ()) for polygon in _polygons(part)]
