"""Readings of coordinates whose system nobody has declared: what the numbers could be, and where that would put them.

Nothing is decided here. A person chooses among the readings, with each one's place on the map before the eyes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.crs import (
    CGCS2000,
    WGS84,
    DeclaredCrs,
    geodesic_distance_m,
    plane_systems,
    to_storage_xy,
    zone_candidates,
)
from portal.kernel.geo.validity import EAST, NORTH, SOUTH, WEST, domain
from portal.kernel.i18n.text import Text, text

Positions = NDArray[np.float64]
Bounds = tuple[float, float, float, float]
Around = BaseGeometry | Bounds | None

_MOST_DEGREES = 180.0
# A slip of the pen in one row must not hide the system of the other thousands.
_MOST_FIT = 0.9
# 0.02° are about 2 km: data of a district reaches over its border a little.
_NEAR_DEGREES = 0.02
_PLAIN_EASTINGS_M = (100_000.0, 1_000_000.0)
_SHOWN_ZONES = 3


@dataclass(frozen=True)
class CrsReading:
    """One way to read the numbers.

    `swapped`: the file's first number is north, its second east. `bounds` (west, south, east, north; EPSG:4490
    degrees) is where it would put the data; `inside_share` the part of the sample in the home district or within 2 km
    of it, `distance_km` from the district to the middle of the data; both None when no district is known.
    """

    crs: DeclaredCrs
    swapped: bool
    bounds: Bounds
    label: Text
    inside_share: float | None = None
    distance_km: float | None = None


def propose(sample: Positions, around: Around = None) -> list[CrsReading]:
    """The readings that put positions (n, 2) of a file into China, the most plausible first; none when none does.

    `around` is the outline or box of the home district in EPSG:4490 degrees. Degrees are read as they stand and with
    their axes swapped; metres by the zone in an 8-digit easting; a 6-digit easting names no zone, so that the zones
    nearest to the district are proposed (without a district: all). `why_none` says why there are none.
    """
    xy = np.asarray(sample, dtype=np.float64).reshape(-1, 2)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return []
    home = _outline(around)
    found = [_reading(crs, swapped, xy, home) for crs, swapped in _candidates(xy)]
    readings = sorted((reading for reading in found if reading is not None), key=_rank)
    return list(_without_far_zones(readings)) if home is not None else readings


def why_none(sample: Positions) -> Text:
    """Why no reading fits the positions, in a sentence that says what is wanted instead."""
    xy = np.asarray(sample, dtype=np.float64).reshape(-1, 2)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return text("There is no position to judge by.")
    x, y = (float(number) for number in np.median(xy, axis=0))
    if np.abs(xy).max() <= _MOST_DEGREES:
        return text(
            "As degrees the positions, such as (%(x)s, %(y)s), lie outside China either way round.", x=_d(x), y=_d(y)
        )
    return text(
        "The positions, such as (%(x)s, %(y)s), fit neither degrees nor a standard zone of CGCS2000: this may be a"
        " local plane, an older datum, feet or Web Mercator. Ask where the file comes from and have it exported in"
        " EPSG:4490.",
        x=_m(x),
        y=_m(y),
    )


def _candidates(xy: Positions) -> Iterator[tuple[DeclaredCrs, bool]]:
    if np.abs(np.median(xy, axis=0)).max() <= _MOST_DEGREES:
        for swapped in (False, True):
            yield CGCS2000, swapped
            yield WGS84, swapped
        return
    for swapped, eastings in ((False, xy[:, 0]), (True, xy[:, 1])):
        for crs in _zones(float(np.median(eastings))):
            yield crs, swapped


def _zones(easting: float) -> tuple[DeclaredCrs, ...]:
    if _PLAIN_EASTINGS_M[0] <= easting < _PLAIN_EASTINGS_M[1]:
        # Each 6° zone without its number is the same plane as a 3° zone.
        return tuple(crs for crs in plane_systems() if crs.false_easting == 500_000.0 and "3-degree" in crs.label)
    return zone_candidates(easting)


def _reading(crs: DeclaredCrs, swapped: bool, xy: Positions, home: BaseGeometry | None) -> CrsReading | None:
    turned = xy[:, ::-1] if swapped else xy
    fitting = turned[_within(turned, domain(crs))]
    if len(fitting) < len(xy) * _MOST_FIT:
        return None
    there = to_storage_xy(fitting, crs)
    there = there[np.isfinite(there).all(axis=1)]
    if not len(there) or not _within(there, (WEST, SOUTH, EAST, NORTH)).all():
        return None
    share, distance = _near_share(there, len(xy), home), _distance_km(there, home)
    return CrsReading(crs, swapped, _bounds(there), _label(crs, swapped), share, distance)


def _bounds(there: Positions) -> Bounds:
    (west, east), (south, north) = ((float(numbers.min()), float(numbers.max())) for numbers in there.T)
    return west, south, east, north


def _rank(reading: CrsReading) -> tuple[float, float, bool, bool, bool]:
    """Nearest the district first; then as the file is written; CGCS2000 before WGS 84, 3° zones before 6° ones."""
    six = reading.crs.kind == "plane" and "3-degree" not in reading.crs.label
    share, far = reading.inside_share or 0.0, reading.distance_km or 0.0
    return -round(share, 2), round(far), reading.swapped, reading.crs == WGS84, six


def _without_far_zones(readings: list[CrsReading]) -> Iterator[CrsReading]:
    """An easting without a zone fits 21 of them: the nearest few are worth showing."""
    zones = 0
    for reading in readings:
        zones += reading.crs.false_easting == 500_000.0
        if zones <= _SHOWN_ZONES or reading.crs.false_easting != 500_000.0:
            yield reading


def _outline(around: Around) -> BaseGeometry | None:
    outline = around if around is None or isinstance(around, BaseGeometry) else shapely.box(*around)
    return None if outline is None or outline.is_empty else outline


def _near_share(there: Positions, of: int, home: BaseGeometry | None) -> float | None:
    if home is None:
        return None
    near = shapely.buffer(home, _NEAR_DEGREES)
    shapely.prepare(near)
    return float(shapely.contains_xy(near, *there.T).sum()) / of


def _distance_km(there: Positions, home: BaseGeometry | None) -> float | None:
    if home is None:
        return None
    middle = shapely.Point(np.median(there, axis=0))
    nearest = shapely.get_coordinates(shapely.shortest_line(home, middle))
    return geodesic_distance_m(*nearest[0], *nearest[-1]) / 1000.0


def _within(xy: Positions, box: Bounds) -> NDArray[np.bool_]:
    west, south, east, north = box
    x, y = xy[:, 0], xy[:, 1]
    return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north), dtype=np.bool_)


def _label(crs: DeclaredCrs, swapped: bool) -> Text:
    if swapped:
        return text("%(crs)s, first number north, second east", crs=crs.label)
    return text("%(crs)s, first number east, second north", crs=crs.label)


def _d(degrees: float) -> str:
    return f"{degrees:.6f}"


def _m(metres: float) -> str:
    return f"{metres:.2f}"
