import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.geo.crs import CGCS2000, WGS84, from_storage, plane_systems
from portal.kernel.geo.crs_readings import propose, why_none

HOME = (121.3, 31.2, 121.5, 31.35)


def _in(crs, lon, lat):
    return shapely.get_coordinates(from_storage(shapely.Point(lon, lat), crs))


def _told(readings):
    return [(reading.crs.key, reading.swapped) for reading in readings]


def test_degrees_are_two_systems_at_one_place():
    readings = propose(np.array([[121.4, 31.25], [121.45, 31.3]]), HOME)
    assert _told(readings) == [("EPSG:4490", False), ("EPSG:4326", False)]
    assert readings[0].bounds == (121.4, 31.25, 121.45, 31.3)
    assert (readings[0].inside_share, readings[0].distance_km) == (1.0, 0.0)
    assert "first number east" in str(readings[0].label)


def test_degrees_north_first():
    readings = propose(np.array([[31.25, 121.4]]), HOME)
    assert _told(readings) == [("EPSG:4490", True), ("EPSG:4326", True)]
    assert readings[0].bounds[:2] == (121.4, 31.25)
    assert "first number north" in str(readings[0].label)


def test_degrees_that_fit_both_ways_are_sorted_by_the_district():
    # 50° and 80°: west of the Altai one way, nowhere the other; 45° and 84° fit only one way in China.
    assert _told(propose(np.array([[84.0, 45.0]]), HOME)) == [("EPSG:4490", False), ("EPSG:4326", False)]


@given(
    st.sampled_from(plane_systems()),
    st.floats(-1.4, 1.4),
    st.floats(18.5, 53.0),
    st.booleans(),
)
def test_every_zone_is_found_again_wherever_the_data_lies(crs, off, lat, swapped):
    lon = crs.central_meridian + off
    if not 73.5 < lon < 135.5:
        return
    xy = _in(crs, lon, lat)
    home = (lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05)
    best = propose(xy[:, ::-1] if swapped else xy, home)[0]
    assert best.swapped == swapped
    assert (best.crs.central_meridian, best.crs.false_easting) == (crs.central_meridian, crs.false_easting)
    assert best.bounds == pytest.approx((lon, lat, lon, lat), abs=1e-7)
    assert (best.inside_share, best.distance_km) == (1.0, 0.0)


def test_eight_digits_name_one_zone_even_without_a_district():
    assert _told(propose(np.array([[40633362.0, 3459000.0]]))) == [("EPSG:4528", False)]
    assert _told(propose(np.array([[3459000.0, 40633362.0]]))) == [("EPSG:4528", True)]


def test_six_digits_name_none_so_the_nearest_zones_are_shown():
    readings = propose(np.array([[633362.0, 3459000.0]]), HOME)
    assert _told(readings) == [("EPSG:4549", False), ("EPSG:4548", False), ("EPSG:4550", False)]
    assert readings[0].distance_km == 0.0
    assert 250 < readings[1].distance_km < 300
    assert len(propose(np.array([[633362.0, 3459000.0]]))) > 15


def test_data_elsewhere_is_proposed_with_its_distance():
    (reading, *_) = propose(np.array([[113.4, 23.1]]), HOME)
    assert reading.inside_share == 0.0
    assert 1100 < reading.distance_km < 1300


def test_a_slip_in_one_row_hides_nothing():
    xy = np.tile([[121.4, 31.25]], (50, 1))
    xy[7] = [31.25, 121.4]
    xy[8] = [np.nan, np.inf]
    readings = propose(xy, shapely.box(*HOME))
    assert _told(readings)[0] == ("EPSG:4490", False)
    assert readings[0].inside_share == pytest.approx(48 / 49)


@pytest.mark.parametrize(
    ("sample", "why"),
    [
        ([[-73.9, 40.7]], "lie outside China either way"),
        ([[13513000.0, 90000000.0]], "fit neither degrees nor a standard zone"),
        ([[-8000.0, 3000.0]], "local plane"),
        ([[np.nan, 1.0]], "no position to judge by"),
        (np.empty((0, 2)), "no position to judge by"),
    ],
)
def test_where_nothing_fits_it_says_why(sample, why):
    assert propose(np.array(sample), HOME) == []
    assert why in str(why_none(np.array(sample)))


def test_both_degrees_come_before_nothing():
    assert {reading.crs for reading in propose(np.array([[121.4, 31.25]]))} == {CGCS2000, WGS84}
