"""Checks of one geometry: do its numbers fit its declared system, and are its rings sound."""

import re
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.crs import DeclaredCrs, zone_candidates
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

WEST, SOUTH, EAST, NORTH = 73.0, 3.0, 136.0, 54.0
_MOST_DEGREES = 180.0
# A zone reaches 1.5° or 3° from its meridian; 400 km leaves room for units that cross into the next one.
_ZONE_REACH_M = 400_000.0
_NORTHINGS_M = (300_000.0, 6_000_000.0)

_Coordinates = NDArray[np.float64]


def check_degrees(geometry: BaseGeometry | None) -> Problem | None:
    """The first thing wrong with a geometry that should hold degrees of China, x = east; None when it fits.

    Errors, each with its own code: empty, not_finite, looks_plane (values over 180), swapped_axes (they fit the other
    way round; `place` is then the corrected one), outside_china (73–136 °E, 3–54 °N). Last, as a note: has_height.
    """
    unusable = _unusable(geometry)
    if geometry is None or unusable:
        return unusable
    xy = shapely.get_coordinates(geometry)
    return _looks_plane(xy) or _outside_china(xy) or _has_height(geometry)


def check_declared(geometry: BaseGeometry | None, crs: DeclaredCrs) -> Problem | None:
    """The first thing wrong with a geometry as numbers of its declared system, before any conversion; None if it fits.

    Degrees are checked by `check_degrees`. Gauss-Kruger metres have the codes looks_degrees, swapped_axes (survey
    lists write X = north first) and wrong_zone (easting not within 400 km of the zone's meridian, or a northing that
    China does not have).
    """
    if crs.kind != "plane":
        return check_degrees(geometry)
    unusable = _unusable(geometry)
    if geometry is None or unusable:
        return unusable
    xy = shapely.get_coordinates(geometry)
    return _looks_degrees(xy, crs) or _outside_zone(xy, crs) or _has_height(geometry)


def domain(crs: DeclaredCrs) -> tuple[float, float, float, float]:
    """The box (west, south, east, north) that holds every sound coordinate of a system, in its own unit."""
    if crs.kind != "plane":
        return WEST, SOUTH, EAST, NORTH
    middle = crs.false_easting or 0.0
    return middle - _ZONE_REACH_M, _NORTHINGS_M[0], middle + _ZONE_REACH_M, _NORTHINGS_M[1]


def has_height() -> Problem:
    """The note that heights or measures get lost."""
    dropped = text("The heights or measures in the geometry are dropped; only the position is kept.")
    return Problem("geometry.has_height", dropped, level="note")


def ring_problem(geometry: BaseGeometry) -> Problem | None:
    """Why a geometry is invalid in the OGC sense, with the place; None when it is valid. Code geometry.invalid_ring.

    An unclosed ring cannot be seen here, since shapely closes it silently: give `open_ring_problem` the raw positions.
    """
    if shapely.is_valid(geometry):
        return None
    found = re.match(r"([^\[]*)(?:\[(\S+) (\S+)\])?", shapely.is_valid_reason(geometry))
    reason, x, y = found.groups() if found else ("", None, None)
    place = (float(x), float(y)) if x and y and np.isfinite([float(x), float(y)]).all() else None
    return Problem("geometry.invalid_ring", _ring_sentence(reason.strip()), place)


def open_ring_problem(positions: Sequence[Sequence[float]]) -> Problem | None:
    """Why a list of raw positions is no ring: fewer than 4, or the last is not the first. None when it is one."""
    place = (float(positions[0][0]), float(positions[0][1])) if positions else None
    if len(positions) < 4:
        few = text("A ring needs at least 4 positions; this one has %(count)d.", count=len(positions))
        return Problem("geometry.short_ring", few, place)
    if tuple(positions[0][:2]) != tuple(positions[-1][:2]):
        return Problem("geometry.open_ring", text("A ring is not closed: its last position is not its first."), place)
    return None


def _unusable(geometry: BaseGeometry | None) -> Problem | None:
    if geometry is None or geometry.is_empty:
        return Problem("geometry.empty", text("The geometry is empty."))
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return Problem("geometry.not_finite", text("A coordinate is not a finite number."))
    return None


def _looks_plane(xy: _Coordinates) -> Problem | None:
    large = np.abs(xy).max(axis=1) > _MOST_DEGREES
    if not large.any():
        return None
    x, y = (float(value) for value in xy[large][0])
    candidates = [crs for value in (x, y) for crs in zone_candidates(value)]
    return Problem("geometry.looks_plane", _plane_sentence(x, y, [crs.key for crs in candidates]))


def _plane_sentence(x: float, y: float, candidates: Sequence[str]) -> Text:
    if candidates:
        return text(
            "The coordinates (%(x).2f, %(y).2f) look like metres, not degrees; declare the zone: the first digits of"
            " the easting name %(candidates)s.",
            x=x,
            y=y,
            candidates=", ".join(candidates),
        )
    return text("The coordinates (%(x).2f, %(y).2f) look like metres, not degrees; declare the zone.", x=x, y=y)


def _outside_china(xy: _Coordinates) -> Problem | None:
    outside = ~_within(xy, WEST, SOUTH, EAST, NORTH)
    if not outside.any():
        return None
    x, y = (float(value) for value in xy[outside][0])
    if _within(xy[outside][:, ::-1], WEST, SOUTH, EAST, NORTH).all():
        return Problem("geometry.swapped_axes", _swapped_sentence(x, y), (y, x))
    beyond = text("The position %(x).6f, %(y).6f lies outside China (73–136 °E, 3–54 °N).", x=x, y=y)
    return Problem("geometry.outside_china", beyond, (x, y))


def _swapped_sentence(x: float, y: float) -> Text:
    return text(
        "The axes are swapped: (%(x)s, %(y)s) fits only as north first; the portal wants east first.",
        x=f"{x:.6f}",
        y=f"{y:.6f}",
    )


def _looks_degrees(xy: _Coordinates, crs: DeclaredCrs) -> Problem | None:
    if not (np.abs(xy).max(axis=1) <= _MOST_DEGREES).any():
        return None
    degrees = text("The coordinates look like degrees, but %(crs)s is in metres.", crs=crs.label)
    return Problem("geometry.looks_degrees", degrees)


def _outside_zone(xy: _Coordinates, crs: DeclaredCrs) -> Problem | None:
    box = domain(crs)
    outside = ~_within(xy, *box)
    if not outside.any():
        return None
    x, y = (float(value) for value in xy[outside][0])
    # Without a zone in the easting both axes can hold the same numbers, so only a northing that no easting can be
    # (over 900 km) shows the swap.
    if _within(xy[outside][:, ::-1], *box).all():
        return Problem("geometry.swapped_axes", _swapped_sentence(x, y))
    wrong = text("The position (%(x).2f, %(y).2f) does not belong to %(crs)s.", x=x, y=y, crs=crs.label)
    return Problem("geometry.wrong_zone", wrong)


def _within(xy: _Coordinates, west: float, south: float, east: float, north: float) -> NDArray[np.bool_]:
    x, y = xy[:, 0], xy[:, 1]
    return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north), dtype=np.bool_)


def _has_height(geometry: BaseGeometry) -> Problem | None:
    return has_height() if geometry.has_z or shapely.has_m(geometry) else None


def _ring_sentence(reason: str) -> Text:
    sentences = {
        "Self-intersection": text("The outline crosses or touches itself."),
        "Ring Self-intersection": text("A ring touches itself."),
        "Hole lies outside shell": text("A hole lies outside its outline."),
        "Holes are nested": text("A hole lies inside another hole."),
        "Interior is disconnected": text("Holes cut the area into separate pieces."),
        "Nested shells": text("A part lies inside another part."),
        "Duplicate Rings": text("Two rings are the same."),
        "Too few points in geometry component": text("A part has too few different positions."),
        "Invalid Coordinate": text("A coordinate is not a finite number."),
    }
    return sentences.get(reason) or text("The geometry is not valid: %(reason)s.", reason=reason)
