"""Conversion and measure: the only module that imports pyproj, and the only place that fixes the axis order.

Storage is EPSG:4490 (CGCS2000), degrees, x = east. Every geometry here is shapely's; conversions give 2D geometries
(heights belong to a height datum of their own and are kept beside the geometry, not in it).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Proj, Transformer
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.geo import shift
from portal.kernel.geo.declared_crs import (
    BD09,
    CGCS2000,
    GCJ02,
    WGS84,
    CrsRefused,
    DeclaredCrs,
    parse_crs,
    plane_systems,
    zone_candidates,
)
from portal.kernel.i18n.text import Text, text

__all__ = [
    "BD09",
    "CGCS2000",
    "GCJ02",
    "STORAGE_SRID",
    "WGS84",
    "CrsRefused",
    "DeclaredCrs",
    "LocalMetric",
    "from_storage",
    "geodesic_area_m2",
    "geodesic_distance_m",
    "geodesic_length_m",
    "local_metric",
    "parse_crs",
    "plane_systems",
    "to_mercator",
    "to_storage",
    "to_storage_all",
    "to_storage_xy",
    "zone_candidates",
]

STORAGE_SRID = 4490
_MERCATOR_SRID = 3857
_SEMI_MAJOR_M = 6378137.0
_INVERSE_FLATTENING = 298.257222101
_GEOD = Geod(a=_SEMI_MAJOR_M, rf=_INVERSE_FLATTENING)

G = TypeVar("G", bound=BaseGeometry)
Bounds = tuple[float, float, float, float]
_Warp = Callable[[Any, Any], tuple[Any, Any]]


class LocalMetric(NamedTuple):
    """A pair of functions over geometries: degrees → local metres, and back."""

    to_metres: Callable[[BaseGeometry], BaseGeometry]
    to_degrees: Callable[[BaseGeometry], BaseGeometry]


def to_storage(geometry: G, crs: DeclaredCrs) -> G:
    """A geometry given in `crs` (x = east; degrees or metres) → the same in EPSG:4490 degrees, 2D.

    WGS 84 comes back as it is: the two ellipsoids differ by 0.1 mm at the pole and the frames by less than the
    accuracy of any WGS 84 data we get. GCJ-02 and BD-09 are undone by the public formula: an approximation of some
    metres that can never be a legal position. Raises `BadInput` when a coordinate cannot be converted.
    """
    moved: G = _warped(geometry, _to_storage_warp(crs))
    return moved


def to_storage_all(shapes: NDArray[np.object_], crs: DeclaredCrs) -> NDArray[np.object_]:
    """Many geometries at once, as `to_storage` does one; the first that cannot be converted refuses all."""
    moved: NDArray[np.object_] = _warped(shapes, _to_storage_warp(crs))
    return moved


def to_storage_xy(xy: NDArray[np.float64], crs: DeclaredCrs) -> NDArray[np.float64]:
    """Positions (n, 2) in `crs` → EPSG:4490 degrees (n, 2); what cannot be converted becomes infinite."""
    if crs.kind != "plane":
        return np.column_stack(_to_storage_warp(crs)(*xy.T))
    return np.column_stack(_transformer(_code(crs), STORAGE_SRID).transform(*xy.T))


def from_storage(geometry: G, crs: DeclaredCrs) -> G:
    """A geometry in EPSG:4490 degrees → the same in `crs`, x = east, 2D. Raises `BadInput` as `to_storage` does."""
    moved: G = _warped(geometry, _from_storage_warp(crs))
    return moved


def to_mercator(geometry: G) -> G:
    """EPSG:4490 degrees → EPSG:3857 metres, for tiles only: lengths and areas there are wrong (×1.17, ×1.37 at 31°)."""
    moved: G = _warped(geometry, _projected(STORAGE_SRID, _MERCATOR_SRID))
    return moved


def geodesic_area_m2(geometry: BaseGeometry) -> float:
    """Area in m² on the CGCS2000 ellipsoid of the polygons in a geometry in degrees; 0 for points and lines.

    Rings may run either way; polygons must be valid. Edges are geodesics, as in PostGIS `geography`.
    """
    polygons = [part for part in _parts(geometry) if isinstance(part, shapely.Polygon)]
    return float(sum(_polygon_area_m2(polygon) for polygon in polygons))


def geodesic_length_m(geometry: BaseGeometry) -> float:
    """Length in m on the CGCS2000 ellipsoid: of lines, and of all rings of polygons; 0 for points. Degrees in."""
    lines = shapely.get_parts([_as_lines(part) for part in _parts(geometry)])
    return float(sum(_GEOD.line_length(*shapely.get_coordinates(line).T) for line in lines))


def geodesic_distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Distance in m on the CGCS2000 ellipsoid between two positions in degrees."""
    return float(_GEOD.inv(lon1, lat1, lon2, lat2)[2])


def local_metric(where: BaseGeometry | Bounds) -> LocalMetric:
    """Functions to and from a transverse Mercator in metres whose origin is the middle of `where` (degrees, not empty).

    Scale error below 1e-6 within 9 km of the origin, 5e-5 within 60 km. For tolerances and widths, never for storage.
    """
    west, south, east, north = where.bounds if isinstance(where, BaseGeometry) else where
    # Rounding the origin to a tenth of a degree lets neighbours share one cached projection.
    projection = _local_projection(round((west + east) / 2.0, 1), round((south + north) / 2.0, 1))
    return LocalMetric(
        lambda geometry: _warped(geometry, projection),
        lambda geometry: _warped(geometry, lambda x, y: projection(x, y, inverse=True)),
    )


def _warped(geometry: Any, warp: _Warp) -> Any:
    """Moves every vertex; PROJ answers infinity for what it cannot convert, and that must not travel on."""

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return _finite(np.column_stack(warp(*_finite(xy).T)))

    try:
        # Without this, measures (M) would come through as heights that are no numbers.
        return shapely.transform(shapely.force_2d(geometry), moved)
    except ProjError as error:
        raise BadInput(_cannot_convert()) from error


def _finite(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    if not np.isfinite(xy).all():
        raise BadInput(_cannot_convert())
    return xy


def _cannot_convert() -> Text:
    return text("Some coordinates lie outside the area that the declared coordinate system can describe.")


def _to_storage_warp(crs: DeclaredCrs) -> _Warp:
    if crs.kind == "shifted":
        return shift.from_gcj02 if crs == GCJ02 else shift.from_bd09
    return _same if crs.kind == "geographic" else _projected(_code(crs), STORAGE_SRID)


def _from_storage_warp(crs: DeclaredCrs) -> _Warp:
    if crs.kind == "shifted":
        return shift.to_gcj02 if crs == GCJ02 else shift.to_bd09
    return _same if crs.kind == "geographic" else _projected(STORAGE_SRID, _code(crs))


def _same(x: Any, y: Any) -> tuple[Any, Any]:
    return x, y


def _code(crs: DeclaredCrs) -> int:
    if crs.epsg is None:
        raise CrsRefused(text("%(crs)s has no EPSG code to convert by.", crs=crs.label))
    return crs.epsg


@lru_cache(maxsize=256)
def _projected(source: int, target: int) -> _Warp:
    transformer = _transformer(source, target)
    return lambda x, y: transformer.transform(x, y, errcheck=True)


@lru_cache(maxsize=256)
def _transformer(source: int, target: int) -> Transformer:
    # The one place that says x = east: by authority every Chinese system is north first.
    return Transformer.from_crs(source, target, always_xy=True)


@lru_cache(maxsize=256)
def _local_projection(lon: float, lat: float) -> Proj:
    return Proj(proj="tmerc", lon_0=lon, lat_0=lat, k=1.0, a=_SEMI_MAJOR_M, rf=_INVERSE_FLATTENING)


def _parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The single geometries inside, through nested collections."""
    parts = list(shapely.get_parts(geometry))
    nested = [part for part in parts if hasattr(part, "geoms")]
    return [part for part in parts if not hasattr(part, "geoms")] + [leaf for n in nested for leaf in _parts(n)]


def _as_lines(part: BaseGeometry) -> BaseGeometry:
    if isinstance(part, shapely.Polygon):
        return part.boundary
    return part if isinstance(part, shapely.LineString) else shapely.LineString()


def _polygon_area_m2(polygon: shapely.Polygon) -> float:
    return _ring_area_m2(polygon.exterior) - sum(_ring_area_m2(ring) for ring in polygon.interiors)


def _ring_area_m2(ring: shapely.LinearRing) -> float:
    if ring.is_empty:
        return 0.0
    return abs(float(_GEOD.polygon_area_perimeter(*shapely.get_coordinates(ring).T)[0]))
