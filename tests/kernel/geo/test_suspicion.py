import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import translate

from portal.kernel.geo.crs import BD09, GCJ02, from_storage, local_metric
from portal.kernel.geo.geometry import suspect_shift

# A district-sized outline with an irregular edge.
DISTRICT = shapely.Polygon(
    [(121.34, 31.22), (121.38, 31.21), (121.42, 31.23), (121.45, 31.22), (121.46, 31.26), (121.43, 31.28),
     (121.40, 31.27), (121.38, 31.30), (121.35, 31.28), (121.36, 31.25)]
)  # fmt: skip


def _moved_m(shape, east, north):
    metric = local_metric(shape)
    return metric.to_degrees(translate(metric.to_metres(shape), east, north))


@pytest.mark.parametrize(("crs", "east", "north"), [(GCJ02, 441, -205), (BD09, 1060, 446)], ids=["gcj02", "bd09"])
def test_a_shifted_outline_is_suspected_with_its_offset(crs, east, north):
    found = suspect_shift(from_storage(DISTRICT, crs), DISTRICT)
    assert found.crs == crs
    assert found.east_m == pytest.approx(east, abs=20)
    assert found.north_m == pytest.approx(north, abs=20)
    assert found.share_undone < 0.001 < found.share_given
    assert DISTRICT.covers(shapely.Point(found.place))


def test_the_suspicion_says_which_system_and_how_far():
    problem = suspect_shift(from_storage(DISTRICT, GCJ02), DISTRICT).problem
    assert problem.code == "geometry.suspected_shift"
    assert "m east" in str(problem.text)
    assert "Declare GCJ-02" in str(problem.text)
    assert "%" in str(problem.text)


def test_correct_data_is_not_suspected():
    assert suspect_shift(DISTRICT, DISTRICT) is None


@settings(max_examples=40, deadline=None)
@given(east=st.floats(-250, 250), north=st.floats(-250, 250))
def test_another_offset_is_not_taken_for_a_web_map_shift(east, north):
    assert suspect_shift(_moved_m(DISTRICT, east, north), DISTRICT) is None


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), noise_m=st.floats(0, 300))
def test_roughly_drawn_correct_data_is_not_suspected(seed, noise_m):
    assert suspect_shift(_redrawn(DISTRICT, seed, noise_m), DISTRICT) is None


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), noise_m=st.floats(0, 60))
def test_roughly_drawn_shifted_data_is_suspected(seed, noise_m):
    found = suspect_shift(from_storage(_redrawn(DISTRICT, seed, noise_m), GCJ02), DISTRICT)
    assert found is not None
    assert found.crs == GCJ02


def _redrawn(shape, seed, noise_m):
    import numpy as np

    random = np.random.default_rng(seed)
    metric = local_metric(shape)

    def shaken(xy):
        moved = xy + random.uniform(-noise_m, noise_m, xy.shape) / np.sqrt(2)
        moved[-1] = moved[0]
        return moved

    return metric.to_degrees(shapely.transform(metric.to_metres(shape), shaken))


def test_a_part_of_the_district_is_judged_too():
    part = DISTRICT - shapely.box(121.43, 31.2, 121.5, 31.3)
    assert suspect_shift(part, DISTRICT) is None
    assert suspect_shift(from_storage(part, GCJ02), part).crs == GCJ02


@pytest.mark.parametrize(
    ("data", "known"),
    [
        (shapely.Polygon(), DISTRICT),
        (DISTRICT, shapely.Polygon()),
        (DISTRICT, shapely.LineString([(121.3, 31.2), (121.4, 31.3)])),
        (shapely.box(113.4, 23.1, 113.5, 23.2), DISTRICT),
    ],
)
def test_what_cannot_be_compared_is_not_suspected(data, known):
    assert suspect_shift(data, known) is None


@pytest.mark.real_data
def test_putuo_on_a_web_map_is_suspected_and_as_it_is_not(putuo):
    district = shapely.union_all([shape for _, shape in putuo])
    assert suspect_shift(district, district) is None
    for crs in (GCJ02, BD09):
        assert suspect_shift(from_storage(district, crs), district).crs == crs


@pytest.mark.real_data
def test_putuo_against_the_outline_of_another_source(putuo, shanghai):
    streets = shapely.union_all([shape for _, shape in putuo])
    known = max((shape for _, shape in shanghai), key=lambda shape: shape.intersection(streets).area)
    assert suspect_shift(streets, known) is None
    assert suspect_shift(from_storage(streets, GCJ02), known).crs == GCJ02


@pytest.mark.real_data
def test_every_single_street_is_judged_rightly(putuo):
    for _, street in putuo:
        assert suspect_shift(street, street) is None
        assert suspect_shift(from_storage(street, GCJ02), street).crs == GCJ02
