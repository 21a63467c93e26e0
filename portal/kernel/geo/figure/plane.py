"""Where a map lies: its plane, its scale and its frame, in true metres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.geo.crs import DeclaredCrs, from_storage, geodesic_distance_m, plane_systems, to_storage
from portal.kernel.i18n.text import text

ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0)
SCALES = tuple(round(step * 10**power) for power in range(2, 8) for step in ROUND if step * 10**power >= 500)
"""What a scale may be: 1:500 to 1:80,000,000."""
BARS_M = tuple(step * 10**power for power in range(6) for step in (1, 2, 4, 5))
MARGIN = 1.08
"""Things that must fit leave a little room around them."""
NARROWEST_M = 400.0
"""A single position is shown with this much around it."""


@dataclass(frozen=True)
class Frame:
    """The window of a map. Plane metres of `crs`, x = east; `ground` is plane metres for a true metre at the middle.

    `north` is the angle in degrees from the plane's upward direction to true north, clockwise.
    """

    crs: DeclaredCrs
    scale: int
    west: float
    south: float
    east: float
    north_edge: float
    ground: float
    north: float

    def box(self, margin: float = 0.0) -> shapely.Polygon:
        """The window as a rectangle on the plane, wider by a part of its width on each side."""
        wider = (self.east - self.west) * margin
        return shapely.box(self.west - wider, self.south - wider, self.east + wider, self.north_edge + wider)


def plane_of(lon: float) -> DeclaredCrs:
    """The 3-degree Gauss-Kruger zone of a longitude, without the zone in the easting; `BadInput` outside China's."""
    zone = math.floor(lon / 3.0 + 0.5)
    for crs in plane_systems():
        # Numbers 25 to 45 are zones of 3 degrees; those of 6 degrees end at 23.
        if crs.zone == zone and crs.false_easting == 500_000.0 and zone >= 25:
            return crs
    raise BadInput(text("The map lies outside the zones 25 to 45 (73.5 to 136.5 degrees east)."))


def frame_around(shapes: Sequence[BaseGeometry], width_mm: float, height_mm: float) -> Frame:
    """The window of a map field of a size, centred on shapes (EPSG:4490) at the largest round scale that holds them."""
    known = [shape for shape in shapes if not shape.is_empty]
    if not known:
        raise BadInput(text("There is nothing to draw on the map."))
    west, _, east, _ = shapely.total_bounds(known)
    crs = plane_of((west + east) / 2.0)
    bounds = shapely.total_bounds([from_storage(shape, crs) for shape in known])
    return _frame(crs, [float(side) for side in bounds], width_mm / 1000.0, height_mm / 1000.0)


def bar_length(scale: int, longest_mm: float) -> int:
    """The longest round length in metres that a scale bar of a size can show."""
    fitting = [metres for metres in BARS_M if metres * 1000.0 / scale <= longest_mm]
    return int(fitting[-1]) if fitting else BARS_M[0]


def _frame(crs: DeclaredCrs, bounds: list[float], width_m: float, height_m: float) -> Frame:
    west, south, east, north = bounds
    x, y = (west + east) / 2.0, (south + north) / 2.0
    wide, high = max((east - west) * MARGIN, NARROWEST_M), max((north - south) * MARGIN, NARROWEST_M)
    needed = max(wide / width_m, high / height_m)
    scale = next((scale for scale in SCALES if scale >= needed), SCALES[-1])
    half_wide, half_high = width_m * scale / 2.0, height_m * scale / 2.0
    ground, angle = _true_measures(crs, x, y)
    return Frame(crs, scale, x - half_wide, y - half_high, x + half_wide, y + half_high, ground, angle)


def _true_measures(crs: DeclaredCrs, x: float, y: float) -> tuple[float, float]:
    """Plane metres for one on the ground, and where true north lies, at a place of the plane."""
    here, beside = (to_storage(shapely.Point(east, y), crs) for east in (x - 500.0, x + 500.0))
    ground = 1000.0 / geodesic_distance_m(here.x, here.y, beside.x, beside.y)
    middle = to_storage(shapely.Point(x, y), crs)
    above = from_storage(shapely.Point(middle.x, middle.y + 0.01), crs)
    return ground, math.degrees(math.atan2(above.x - x, above.y - y))
