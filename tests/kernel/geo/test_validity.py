import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.geo.crs import GCJ02, WGS84, from_storage, parse_crs
from portal.kernel.geo.geometry import check_declared, check_degrees, drop_z, open_ring_problem, ring_problem

PUTUO = shapely.Point(121.40, 31.25)
SQUARE = shapely.box(121.3, 31.2, 121.5, 31.3)
ZONE_40 = parse_crs("EPSG:4528")
ZONE_40_PLAIN = parse_crs("EPSG:4549")


def _swapped(shape):
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


@settings(max_examples=60, deadline=None)
@given(lon=st.floats(73.0, 136.0), lat=st.floats(3.0, 54.0))
def test_every_position_in_china_fits_and_its_swap_is_known_as_a_swap(lon, lat):
    assert check_degrees(shapely.Point(lon, lat)) is None
    problem = check_degrees(shapely.Point(lat, lon))
    assert problem.code == "geometry.swapped_axes"
    assert problem.place == (lon, lat)


def test_a_sound_outline_has_no_problem():
    assert check_degrees(SQUARE) is None


@pytest.mark.parametrize("shape", [None, shapely.Point(), shapely.Polygon(), shapely.GeometryCollection()])
def test_nothing_is_a_problem_of_its_own(shape):
    assert check_degrees(shape).code == "geometry.empty"
    assert check_declared(shape, ZONE_40).code == "geometry.empty"


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none(bad):
    line = shapely.LineString([(121.4, 31.2), (bad, 31.3)])
    assert check_degrees(line).code == "geometry.not_finite"
    assert check_declared(line, ZONE_40).code == "geometry.not_finite"


@pytest.mark.parametrize(
    "xy", [(2.35, 48.85), (-121.4, 31.25), (121.4, -31.25), (0.0, 0.0), (137.0, 31.0), (121.0, 55.0)]
)
def test_a_position_outside_china_is_named(xy):
    problem = check_degrees(shapely.MultiPoint([PUTUO, shapely.Point(xy)]))
    assert problem.code == "geometry.outside_china"
    assert problem.place == xy


def test_swapped_axes_give_the_place_the_right_way_round():
    problem = check_degrees(_swapped(SQUARE))
    assert problem.code == "geometry.swapped_axes"
    assert SQUARE.covers(shapely.Point(problem.place))
    assert "east first" in str(problem.text)


def test_one_swapped_vertex_among_good_ones_is_found():
    assert check_degrees(shapely.MultiPoint([(121.4, 31.2), (31.2, 121.4)])).code == "geometry.swapped_axes"


@pytest.mark.parametrize("swap", [False, True])
def test_metres_with_a_zone_prefix_name_their_zone(swap):
    plane = from_storage(SQUARE, ZONE_40)
    problem = check_degrees(_swapped(plane) if swap else plane)
    assert problem.code == "geometry.looks_plane"
    assert "EPSG:4528" in str(problem.text)
    assert problem.place is None


def test_metres_without_a_prefix_ask_for_the_zone():
    problem = check_degrees(from_storage(SQUARE, ZONE_40_PLAIN))
    assert problem.code == "geometry.looks_plane"
    assert "declare the zone" in str(problem.text)
    assert "EPSG" not in str(problem.text)


def test_heights_are_noted_not_refused():
    problem = check_degrees(shapely.force_3d(SQUARE, 4.0))
    assert (problem.code, problem.level) == ("geometry.has_height", "note")
    assert check_degrees(shapely.from_wkt("POINT M (121.4 31.2 7)")).code == "geometry.has_height"
    assert check_degrees(drop_z(shapely.force_3d(SQUARE, 4.0))) is None


def test_an_error_comes_before_the_note_on_heights():
    assert check_degrees(shapely.Point(2.35, 48.85, 10.0)).code == "geometry.outside_china"


@pytest.mark.parametrize("crs", [ZONE_40, ZONE_40_PLAIN, WGS84, GCJ02], ids=lambda crs: crs.key)
def test_numbers_that_fit_their_declared_system(crs):
    assert check_declared(from_storage(SQUARE, crs), crs) is None


def test_eastern_chongming_may_stay_in_zone_40():
    assert check_declared(from_storage(shapely.Point(121.95, 31.5), ZONE_40), ZONE_40) is None


@pytest.mark.parametrize("crs", [ZONE_40, ZONE_40_PLAIN], ids=lambda crs: crs.key)
def test_a_survey_list_with_north_first_is_known_as_swapped(crs):
    assert check_declared(_swapped(from_storage(SQUARE, crs)), crs).code == "geometry.swapped_axes"


def test_degrees_declared_as_metres():
    assert check_declared(SQUARE, ZONE_40).code == "geometry.looks_degrees"


@pytest.mark.parametrize(
    ("given_in", "declared"), [("EPSG:4528", "EPSG:4549"), ("EPSG:4549", "EPSG:4528"), ("EPSG:4528", "EPSG:4529")]
)
def test_the_prefix_of_another_zone_is_found(given_in, declared):
    problem = check_declared(from_storage(SQUARE, parse_crs(given_in)), parse_crs(declared))
    assert problem.code == "geometry.wrong_zone"


def test_a_plane_height_is_noted():
    plane = shapely.force_3d(from_storage(SQUARE, ZONE_40), 4.0)
    assert check_declared(plane, ZONE_40).level == "note"


@pytest.mark.parametrize(
    ("wkt", "words", "place"),
    [
        ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", "crosses or touches itself", (1.0, 1.0)),
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (5 5, 6 5, 6 6, 5 6, 5 5))", "outside its outline", (5.0, 5.0)),
        (
            "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1), (2 2, 3 2, 3 3, 2 3, 2 2))",
            "inside another",
            (2.0, 2.0),
        ),
        ("MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0)), ((1 1, 2 1, 2 2, 1 2, 1 1)))", "inside another part", (1.0, 1.0)),
        ("POLYGON ((0 0, 4 0, 4 4, 2 0, 0 4, 0 0))", "touches itself", (2.0, 0.0)),
        ("POLYGON ((0 0, 1 0, 1 0, 0 0))", "too few", (0.0, 0.0)),
    ],
)
def test_why_and_where_a_ring_is_wrong(wkt, words, place):
    problem = ring_problem(shapely.from_wkt(wkt))
    assert problem.code == "geometry.invalid_ring"
    assert words in str(problem.text)
    assert problem.place == pytest.approx(place)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_ring_with_nan_has_no_place():
    ring = shapely.Polygon([(0, 0), (1, 0), (math.nan, 1), (0, 0)])
    assert ring_problem(ring).place is None


@pytest.mark.parametrize(
    "shape", [SQUARE, PUTUO, shapely.Polygon(), shapely.LineString([(0, 0), (2, 2), (2, 0), (0, 2)])]
)
def test_a_sound_geometry_has_no_ring_problem(shape):
    assert ring_problem(shape) is None


def test_raw_rings():
    closed = [[121.4, 31.2], [121.5, 31.2], [121.5, 31.3], [121.4, 31.2]]
    assert open_ring_problem(closed) is None
    assert open_ring_problem([[*p, 5.0 + i] for i, p in enumerate(closed)]) is None
    assert open_ring_problem(closed[:3]).code == "geometry.short_ring"
    assert open_ring_problem([]).place is None
    unclosed = open_ring_problem([*closed[:3], [121.4, 31.25]])
    assert (unclosed.code, unclosed.place) == ("geometry.open_ring", (121.4, 31.2))
