"""Whether a hazard lies where its division does."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.crs import local_metric

TOLERANCE_M = 50.0
"""Less than the width of a road between two towns, more than a careful hand on the map."""


def stray_m(shape: BaseGeometry, territory: BaseGeometry) -> float | None:
    """How far in metres the farthest corner of a shape lies outside a territory; None within the tolerance.

    Both in degrees (EPSG:4490). Only a warning follows: hazards lie on borders, and many outlines are schematic.
    """
    if territory.covers(shape):
        return None
    to_metres = local_metric(shape).to_metres
    corners = shapely.points(shapely.get_coordinates(to_metres(shape)))
    farthest = float(shapely.distance(corners, to_metres(territory)).max())
    return farthest if farthest > TOLERANCE_M else None
