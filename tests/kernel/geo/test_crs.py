import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import BadInput
from portal.kernel.geo.crs import (
    BD09,
    CGCS2000,
    GCJ02,
    WGS84,
    from_storage,
    geodesic_area_m2,
    geodesic_distance_m,
    geodesic_length_m,
    local_metric,
    parse_crs,
    plane_systems,
    to_mercator,
    to_storage,
)

PUTUO = shapely.Point(121.40, 31.25)
LATITUDES = st.floats(3.0, 54.0)


def _distance_m(a, b):
    return geodesic_distance_m(a.x, a.y, b.x, b.y)


@pytest.mark.parametrize("crs", plane_systems(), ids=lambda crs: crs.key)
@settings(max_examples=25, deadline=None)
@given(aside=st.floats(-1.0, 1.0), lat=LATITUDES)
def test_every_zone_round_trips_within_a_millimetre(crs, aside, lat):
    half_width = 1.5 if crs.epsg >= 4513 else 3.0
    point = shapely.Point(crs.central_meridian + aside * half_width, lat)
    plane = from_storage(point, crs)
    assert abs(plane.x - crs.false_easting) < 340_000
    assert 300_000 < plane.y < 6_000_000
    assert _distance_m(to_storage(plane, crs), point) < 0.001


@pytest.mark.parametrize(("code", "east"), [("EPSG:4549", 633_362.0), ("EPSG:4528", 40_633_362.0)])
def test_putuo_in_zone_40(code, east):
    plane = from_storage(PUTUO, parse_crs(code))
    assert plane.x == pytest.approx(east, abs=1.0)
    assert plane.y == pytest.approx(3_459_537.6, abs=1.0)


@pytest.mark.parametrize("crs", [CGCS2000, WGS84])
def test_wgs84_and_cgcs2000_are_stored_as_they_are(crs):
    assert to_storage(PUTUO, crs) == PUTUO == from_storage(PUTUO, crs)


@pytest.mark.parametrize(("crs", "metres"), [(GCJ02, 487.0), (BD09, 1158.0)])
def test_web_map_shifts_at_putuo(crs, metres):
    assert _distance_m(from_storage(PUTUO, crs), PUTUO) == pytest.approx(metres, abs=3.0)


def test_gcj02_is_undone_through_storage():
    outline = shapely.box(121.3, 31.2, 121.5, 31.3)
    assert shapely.equals_exact(to_storage(from_storage(outline, GCJ02), GCJ02), outline, 1e-9)


def test_holes_parts_and_kind_survive_and_heights_do_not():
    polygon = shapely.box(121.3, 31.2, 121.5, 31.3) - shapely.box(121.38, 31.24, 121.42, 31.26)
    shape = shapely.force_3d(shapely.MultiPolygon([polygon]), 5.0)
    there = from_storage(shape, parse_crs("EPSG:4549"))
    assert isinstance(there, shapely.MultiPolygon)
    assert not there.has_z
    assert len(there.geoms[0].interiors) == 1


def test_an_empty_geometry_stays_empty():
    assert to_storage(shapely.Polygon(), parse_crs("EPSG:4549")).is_empty
    assert to_storage(shapely.Polygon(), GCJ02).is_empty


@pytest.mark.parametrize(
    ("point", "crs"),
    [
        ((math.nan, 31.0), "EPSG:4549"),
        ((math.inf, 31.0), "EPSG:4326"),
        ((math.inf, 31.0), "GCJ-02"),
        ((1e30, 1e30), "EPSG:4549"),
    ],
)
def test_what_cannot_be_converted_is_refused_not_stored_as_infinity(point, crs):
    with pytest.raises(BadInput):
        to_storage(shapely.Point(point), parse_crs(crs))


def test_mercator_for_tiles():
    point = to_mercator(PUTUO)
    assert point.x == pytest.approx(math.radians(121.40) * 6378137.0, abs=0.01)
    assert point.y == pytest.approx(math.asinh(math.tan(math.radians(31.25))) * 6378137.0, abs=0.5)


def test_distance_of_a_degree_along_the_meridian():
    assert geodesic_distance_m(121.0, 31.0, 121.0, 32.0) == pytest.approx(110_864, abs=20)
    assert geodesic_distance_m(121.0, 31.0, 121.0, 31.0) == 0.0


def test_area_subtracts_holes_whichever_way_the_rings_run():
    outer, inner = shapely.box(121.0, 31.0, 121.2, 31.2), shapely.box(121.05, 31.05, 121.1, 31.1)
    expected = geodesic_area_m2(outer) - geodesic_area_m2(inner)
    for shell in (outer.exterior, outer.exterior.reverse()):
        for hole in (inner.exterior, inner.exterior.reverse()):
            assert geodesic_area_m2(shapely.Polygon(shell, [hole])) == pytest.approx(expected, rel=1e-12)


def test_area_agrees_with_the_plane_after_its_scale():
    # At Putuo the 3° plane is 218 ppm too long, so 436 ppm too large.
    square = shapely.box(121.39, 31.24, 121.41, 31.26)
    plane = from_storage(shapely.segmentize(square, 0.001), parse_crs("EPSG:4549")).area
    assert plane / geodesic_area_m2(square) - 1 == pytest.approx(436e-6, abs=5e-6)


def test_areas_and_lengths_of_mixed_collections():
    square = shapely.box(121.0, 31.0, 121.1, 31.1)
    line = shapely.LineString([(121.0, 31.0), (121.0, 31.1)])
    nested = shapely.GeometryCollection([line, shapely.MultiPolygon([square]), shapely.Point(1, 1)])
    assert geodesic_area_m2(nested) == geodesic_area_m2(square)
    assert geodesic_length_m(nested) == pytest.approx(geodesic_length_m(line) + geodesic_length_m(square))
    assert geodesic_length_m(line) == pytest.approx(geodesic_distance_m(121.0, 31.0, 121.0, 31.1))


@pytest.mark.parametrize("shape", [PUTUO, shapely.Polygon(), shapely.LineString(), shapely.GeometryCollection()])
def test_points_and_empty_geometries_measure_nothing(shape):
    assert geodesic_area_m2(shape) == geodesic_length_m(shape) == 0.0


@settings(max_examples=60, deadline=None)
@given(lon=st.floats(73.5, 135.5), lat=LATITUDES, east=st.floats(-0.03, 0.03), north=st.floats(-0.03, 0.03))
def test_local_metres_are_metres_and_go_back(lon, lat, east, north):
    a, b = shapely.Point(lon, lat), shapely.Point(lon + east, lat + north)
    metric = local_metric((lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05))
    apart = metric.to_metres(a).distance(metric.to_metres(b))
    assert apart == pytest.approx(_distance_m(a, b), rel=3e-6, abs=1e-6)
    assert _distance_m(metric.to_degrees(metric.to_metres(b)), b) < 1e-6


def test_local_metric_takes_a_geometry_too():
    square = shapely.box(121.39, 31.24, 121.41, 31.26)
    assert local_metric(square).to_metres(square).area == pytest.approx(geodesic_area_m2(square), rel=1e-5)
