"""Ticks of longitude and latitude along the frame of a map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from portal.kernel.geo.crs import to_storage
from portal.kernel.geo.figure.plane import Frame

STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000, 36000)
"""Seconds of arc between two ticks."""
MOST = 4


@dataclass(frozen=True)
class Tick:
    """A place on an edge, in plane metres along it, and the angle that meets it there."""

    at: float
    label: str


def bottom_ticks(frame: Frame) -> list[Tick]:
    """Meridians on the lower edge."""
    along = np.linspace(frame.west, frame.east, 101)
    degrees = _degrees(frame, np.column_stack([along, np.full(101, frame.south)]))[:, 0]
    return _ticks(along, degrees)


def left_ticks(frame: Frame) -> list[Tick]:
    """Parallels on the left edge."""
    along = np.linspace(frame.south, frame.north_edge, 101)
    degrees = _degrees(frame, np.column_stack([np.full(101, frame.west), along]))[:, 1]
    return _ticks(along, degrees)


def written(seconds: int) -> str:
    """An angle as 121°23′30″, without what is zero at its end."""
    degrees, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    tail = f"{minutes:02d}′{seconds:02d}″" if seconds else f"{minutes:02d}′" if minutes else ""
    return f"{degrees}°{tail}"


def _degrees(frame: Frame, places: np.ndarray) -> np.ndarray:
    return shapely.get_coordinates(to_storage(shapely.MultiPoint(places), frame.crs))


def _ticks(along: np.ndarray, degrees: np.ndarray) -> list[Tick]:
    first, last = degrees[0] * 3600.0, degrees[-1] * 3600.0
    step = next((step for step in STEPS_S if (last - first) / step <= MOST), STEPS_S[-1])
    values = range(int(np.ceil(first / step)) * step, int(np.floor(last / step)) * step + 1, step)
    return [Tick(float(np.interp(value / 3600.0, degrees, along)), written(value)) for value in values]
