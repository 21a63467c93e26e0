"""Checks between geometries that should tile an area: overlaps and holes, measured in metres.

Sets are compared in degrees, as stored, and only the difference is carried to local metres: a long edge that is
straight in degrees bends by decimetres in a projection, which would invent slivers along neighbours.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.crs import geodesic_area_m2, local_metric

K = TypeVar("K", bound=Hashable)
Place = tuple[float, float]

# More than the metres of any degree on the ellipsoid, so that areas in degrees are never taken for too small.
_METRES_A_DEGREE = 111_700.0
_BISECTIONS = 10
_MANY = 10_000
"""Vertices, up to which a buffer is quick however they stand."""


@dataclass(frozen=True)
class Overlap(Generic[K]):
    """Two items share an area: m² on the ellipsoid, greatest width in m, and a place (lon, lat) in its widest part."""

    key_a: K
    key_b: K
    area_m2: float
    width_m: float
    place: Place


@dataclass(frozen=True)
class Hole:
    """No item covers an area inside their union: m² on the ellipsoid, greatest width in m, a place (lon, lat)."""

    area_m2: float
    width_m: float
    place: Place


def overlaps(items: Sequence[tuple[K, BaseGeometry]], tolerance_m: float) -> list[Overlap[K]]:
    """Every pair of polygons (EPSG:4490 degrees) that shares an area wider than `tolerance_m` metres, in input order.

    An invalid polygon is mended for the comparison only; `ring_problem` says what is wrong with it.
    """
    shapes = [sound(shape) for _, shape in items]
    found: list[Overlap[K]] = []
    for first, second in _touching_pairs(shapes):
        size = _measured(shapely.intersection(shapes[first], shapes[second]), tolerance_m)
        if size:
            found.append(Overlap(items[first][0], items[second][0], *size))
    return found


def holes(
    items: Sequence[tuple[K, BaseGeometry]], tolerance_m: float, ignore: Iterable[BaseGeometry] = ()
) -> list[Hole]:
    """Every area wider than `tolerance_m` metres that the items (EPSG:4490 degrees) enclose and none of them covers.

    `ignore`: polygons whose area does not count (an enclave of another owner). A crack up to the tolerance that joins
    a hole to the outside does not hide it. Largest first.
    """
    union = shapely.union_all([sound(shape) for _, shape in items])
    gaps = shapely.difference(_filled(union, tolerance_m), union)
    gaps = shapely.difference(gaps, shapely.union_all([sound(shape) for shape in ignore]))
    sizes = (_measured(gap, tolerance_m) for gap in shapely.get_parts(_polygonal(gaps)))
    return sorted((Hole(*size) for size in sizes if size), key=lambda hole: -hole.area_m2)


def difference_size(difference: BaseGeometry, tolerance_m: float) -> tuple[float, float, Place] | None:
    """How much lies in what two coverings (EPSG:4490 degrees) do not share, where it is wider than `tolerance_m`.

    Gives m² on the ellipsoid, the greatest width in m and a place (lon, lat); None when it is nowhere so wide.
    """
    return _measured(sound(difference), tolerance_m)


def _touching_pairs(shapes: Sequence[BaseGeometry]) -> list[tuple[int, int]]:
    objects = np.array(shapes, dtype=object)
    firsts, seconds = shapely.STRtree(objects).query(objects, predicate="intersects")
    return sorted((int(a), int(b)) for a, b in zip(firsts, seconds, strict=True) if a < b)


def sound(shape: BaseGeometry) -> BaseGeometry:
    """A polygon without height, mended where it crosses itself; only its areas are kept then."""
    flat = shapely.force_2d(shape)
    return flat if shapely.is_valid(flat) else _polygonal(shapely.make_valid(flat))


def _filled(union: BaseGeometry, tolerance_m: float) -> BaseGeometry:
    """The union without holes, after closing cracks up to the tolerance.

    Closing adds nothing wider than the tolerance, except what a closed crack locks in: just the holes looked for.
    """
    reach = tolerance_m / 2.0 / _METRES_A_DEGREE
    grown = shapely.get_parts(shapely.buffer(_thinned(union, reach), reach))
    outlines = [shapely.Polygon(part.exterior) for part in grown if not part.is_empty]
    return shapely.buffer(shapely.union_all(outlines), -reach)


def _thinned(shape: BaseGeometry, reach: float) -> BaseGeometry:
    """The shape on a grid of half of `reach` where its vertices stand nearer to each other than that.

    A buffer many times wider than its edges takes hours: each edge meets hundreds of others. Simplifying by Douglas
    and Peucker would not do: its recursion ends the process on a comb of a million teeth.
    """
    grid, count = reach / 2.0, int(shapely.get_num_coordinates(shape))
    dense = count > _MANY and shapely.length(shape) < grid * count
    return _polygonal(shapely.set_precision(shape, grid)) if dense else shape


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a geometry as one geometry; the points and lines where neighbours merely touch fall away."""
    if isinstance(shape, shapely.Polygon | shapely.MultiPolygon):
        return shape
    return shapely.union_all([_polygonal(part) for part in getattr(shape, "geoms", ())])


def _measured(difference: BaseGeometry, tolerance_m: float) -> tuple[float, float, Place] | None:
    """Area, width and place of a geometry in degrees, or None when it is nowhere wider than the tolerance."""
    # The smallest disc that counts has π/4·tolerance²: most touching pairs end here, without their lines being sorted
    # out or carried to metres.
    if difference.area < 0.7 * (tolerance_m / _METRES_A_DEGREE) ** 2:
        return None
    piece = _polygonal(difference)
    if piece.is_empty:
        return None
    metric = local_metric(piece)
    widest = _widest(metric.to_metres(piece), tolerance_m)
    if widest is None:
        return None
    width_m, core = widest
    place = metric.to_degrees(core.representative_point())
    return geodesic_area_m2(piece), width_m, (float(shapely.get_x(place)), float(shapely.get_y(place)))


def _widest(flat: BaseGeometry, tolerance_m: float) -> tuple[float, BaseGeometry] | None:
    """The width in m of the widest part, and what is left when it is nearly eroded away; None within the tolerance."""
    flat = _thinned(flat, tolerance_m / 2.0)
    low, core = tolerance_m, shapely.buffer(flat, -tolerance_m / 2.0)
    if core.is_empty:
        return None
    high = max(low * 2.0, 1e-3)
    while not (wider := shapely.buffer(flat, -high / 2.0)).is_empty:
        low, high, core = high, high * 2.0, wider
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        rest = shapely.buffer(flat, -middle / 2.0)
        low, high, core = (low, middle, core) if rest.is_empty else (middle, high, rest)
    return low, core
