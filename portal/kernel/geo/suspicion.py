"""Whether data that claims to be unshifted carries the shift of a Chinese web map (GCJ-02, BD-09)."""

from dataclasses import dataclass
from math import hypot

import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.crs import BD09, GCJ02, DeclaredCrs, from_storage, local_metric, to_storage
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import text

Offset = tuple[float, float]

# Undoing the shift must at least halve the misfit, and the misfit must be more than the noise of two drawings.
_BETTER = 0.5
_LEAST_SHARE = 0.002
# The measured offset may differ from the formula's by this part of it.
_OFFSET_SLACK = 0.25
_FIRST_STEP_M, _LAST_STEP_M = 128.0, 1.0
_GENERALISED_M = 3.0


@dataclass(frozen=True)
class ShiftSuspicion:
    """The data fits the known outline far better after undoing `crs` (GCJ-02 or BD-09).

    Shares are the area of the symmetric difference over the known outline's area, as given and after undoing.
    `east_m`, `north_m`: the offset measured by fitting the data onto the outline; `place` (lon, lat) its middle.
    """

    crs: DeclaredCrs
    share_given: float
    share_undone: float
    east_m: float
    north_m: float
    place: tuple[float, float]

    @property
    def problem(self) -> Problem:
        """The suspicion in words, code geometry.suspected_shift."""
        sentence = text(
            "The data lies %(east_m)d m east and %(north_m)d m north of the known outline (negative: west, south). This"
            " is the shift of %(crs)s: %(given).1f %% of the area misfits as given, %(undone).1f %% after undoing it."
            " Declare %(crs)s if that is its system.",
            east_m=round(self.east_m),
            north_m=round(self.north_m),
            crs=self.crs.label,
            given=self.share_given * 100.0,
            undone=self.share_undone * 100.0,
        )
        return Problem("geometry.suspected_shift", sentence, self.place)


def suspect_shift(outline: BaseGeometry, reference: BaseGeometry) -> ShiftSuspicion | None:
    """Whether `outline` (degrees, as declared) is the known `reference` (EPSG:4490) shifted by GCJ-02 or BD-09.

    Give it the union of the data and the outline known for the same extent: where much is missing, the misfit of the
    missing part hides a shift (it never invents one). None when the data fits as it is, when undoing the shift does
    not at least halve the misfit, or when the measured offset is not the formula's. Polygons in, invalid ones mended
    for the comparison.
    """
    data, known = (shapely.make_valid(shapely.force_2d(shape)) for shape in (outline, reference))
    if data.is_empty or known.is_empty or known.area == 0.0:
        return None
    given = _misfit(data, known)
    fits = [(_misfit(to_storage(data, crs), known), crs) for crs in (GCJ02, BD09)]
    undone, crs = min(fits, key=lambda fit: fit[0])
    if given < _LEAST_SHARE or undone > given * _BETTER:
        return None
    return _confirmed(data, known, crs, given, undone)


def _confirmed(
    data: BaseGeometry, known: BaseGeometry, crs: DeclaredCrs, given: float, undone: float
) -> ShiftSuspicion | None:
    expected = _expected_offset(known, crs)
    measured = _fitted_offset(data, known, expected)
    if hypot(measured[0] - expected[0], measured[1] - expected[1]) > _OFFSET_SLACK * hypot(*expected):
        return None
    middle = known.centroid
    return ShiftSuspicion(crs, given, undone, *measured, place=(float(middle.x), float(middle.y)))


def _misfit(data: BaseGeometry, known: BaseGeometry) -> float:
    return float(shapely.symmetric_difference(data, known).area / known.area)


def _expected_offset(known: BaseGeometry, crs: DeclaredCrs) -> Offset:
    middle, to_metres = known.centroid, local_metric(known).to_metres
    ends = shapely.get_coordinates([to_metres(middle), to_metres(from_storage(middle, crs))])
    return float(ends[1, 0] - ends[0, 0]), float(ends[1, 1] - ends[0, 1])


def _fitted_offset(data: BaseGeometry, known: BaseGeometry, start: Offset) -> Offset:
    """How far in metres (east, north) the data lies from the outline: the move that leaves the least misfit, searched
    from `start` by halving steps."""
    to_metres = local_metric(known).to_metres
    moving, fixed = (shapely.simplify(to_metres(shape), _GENERALISED_M) for shape in (data, known))

    def misfit(offset: Offset) -> float:
        return _misfit(translate(moving, -offset[0], -offset[1]), fixed)

    best, least, step = start, misfit(start), _FIRST_STEP_M
    while step >= _LAST_STEP_M:
        nearest = min((misfit(offset), offset) for offset in _neighbours(best, step))
        if nearest[0] < least:
            least, best = nearest
        else:
            step /= 2.0
    return best


def _neighbours(offset: Offset, step: float) -> tuple[Offset, ...]:
    east, north = offset
    return (east + step, north), (east - step, north), (east, north + step), (east, north - step)
