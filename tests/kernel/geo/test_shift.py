import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.geo import shift

LON, LAT = st.floats(73.0, 136.0), st.floats(3.0, 54.0)


# Pairs published with the open library eviltransform (MIT), which implements the same public formula.
@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_the_published_pairs(wgs, gcj):
    assert np.allclose(shift.to_gcj02(*wgs), gcj, atol=1e-9, rtol=0)


@settings(max_examples=200, deadline=None)
@given(lon=LON, lat=LAT)
@pytest.mark.parametrize(("there", "back"), [(shift.to_gcj02, shift.from_gcj02), (shift.to_bd09, shift.from_bd09)])
def test_the_inverse_is_better_than_a_billionth_of_a_degree(there, back, lon, lat):
    assert np.allclose(back(*there(lon, lat)), (lon, lat), atol=1e-9, rtol=0)


def test_nothing_is_shifted_outside_china():
    assert shift.to_gcj02(2.35, 48.85) == (2.35, 48.85)
    assert shift.from_gcj02(2.35, 48.85) == (2.35, 48.85)


def test_arrays_are_shifted_point_by_point():
    lon, lat = np.array([121.40, 2.35, 113.46]), np.array([31.25, 48.85, 23.1])
    east, north = shift.to_gcj02(lon, lat)
    for index in range(3):
        assert (east[index], north[index]) == shift.to_gcj02(lon[index], lat[index])
    assert lon[0] == 121.40
