"""GCJ-02 and BD-09, the shifts of Chinese web maps, by the public formula and its inverse.

Source: the formula published with `wgtochina_lb` and repeated in open libraries (eviltransform, coordtransform). The
official algorithm is not public, so this is an approximation of some metres: such points can never be legal positions.
All functions take and give degrees, x = east, arrays of any equal shape; (longitude, latitude) on WGS 84 / CGCS2000.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

# The formula works on the Krasovsky ellipsoid of 1940, whatever the input's own.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU_WAVE = np.pi * 3000.0 / 180.0
_BAIDU_EAST, _BAIDU_NORTH = 0.0065, 0.006
# Outside this box the formula shifts nothing.
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_ENOUGH_DEGREES = 1e-12
_MOST_STEPS = 30


def to_gcj02(lon: Any, lat: Any) -> Pair:
    """WGS 84 / CGCS2000 degrees → GCJ-02 degrees; points outside China's box come back unchanged."""
    east, north = _arrays(lon, lat)
    d_lon, d_lat = _offset_degrees(east, north)
    inside = (east > _WEST) & (east < _EAST) & (north > _SOUTH) & (north < _NORTH)
    return east + np.where(inside, d_lon, 0.0), north + np.where(inside, d_lat, 0.0)


def to_bd09(lon: Any, lat: Any) -> Pair:
    """WGS 84 / CGCS2000 degrees → BD-09 degrees (GCJ-02 and a further shift)."""
    east, north = to_gcj02(lon, lat)
    radius = np.hypot(east, north) + 0.00002 * np.sin(north * _BAIDU_WAVE)
    angle = np.arctan2(north, east) + 0.000003 * np.cos(east * _BAIDU_WAVE)
    return radius * np.cos(angle) + _BAIDU_EAST, radius * np.sin(angle) + _BAIDU_NORTH


def from_gcj02(lon: Any, lat: Any) -> Pair:
    """GCJ-02 degrees → WGS 84 / CGCS2000 degrees; inverts `to_gcj02` to better than 1e-9°."""
    return _inverted(to_gcj02, *_arrays(lon, lat))


def from_bd09(lon: Any, lat: Any) -> Pair:
    """BD-09 degrees → WGS 84 / CGCS2000 degrees; inverts `to_bd09` to better than 1e-9°."""
    return _inverted(to_bd09, *_arrays(lon, lat))


def _arrays(lon: Any, lat: Any) -> Pair:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _inverted(forward: Callable[[Any, Any], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """Fixed-point steps: the shift changes slowly with place, so each step gains two or more digits."""
    east, north = lon.copy(), lat.copy()
    for _ in range(_MOST_STEPS):
        there_lon, there_lat = forward(east, north)
        miss_lon, miss_lat = lon - there_lon, lat - there_lat
        east, north = east + miss_lon, north + miss_lat
        if not np.any(np.hypot(miss_lon, miss_lat) > _ENOUGH_DEGREES):
            break
    return east, north


def _offset_degrees(lon: Degrees, lat: Degrees) -> Pair:
    radians = np.radians(lat)
    root = 1.0 - _ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (root * np.sqrt(root))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(root) * np.cos(radians)
    x, y = lon - 105.0, lat - 35.0
    return np.degrees(_east_m(x, y) / parallel_m), np.degrees(_north_m(x, y) / meridian_m)


def _north_m(x: Degrees, y: Degrees) -> Degrees:
    smooth = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    short = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    middle = 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)
    long = 160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)
    return np.asarray(smooth + (short + middle + long) * 2.0 / 3.0, dtype=np.float64)


def _east_m(x: Degrees, y: Degrees) -> Degrees:
    smooth = 300.0 + x + 2.0 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    short = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    middle = 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)
    long = 150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)
    return np.asarray(smooth + (short + middle + long) * 2.0 / 3.0, dtype=np.float64)
