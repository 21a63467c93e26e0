import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.geo.crs import BD09, GCJ02, from_storage
from portal.kernel.geo.datum_suspicion import suspect_datum

OUTLINE = shapely.Point(121.4, 31.25).buffer(0.04)


def _points(count, seed=1, outline=OUTLINE):
    west, south, east, north = outline.bounds
    random = np.random.default_rng(seed)
    xy = np.column_stack([random.uniform(west, east, count * 3), random.uniform(south, north, count * 3)])
    return list(shapely.points(xy[shapely.contains_xy(outline, *xy.T)][:count]))


@pytest.mark.parametrize("crs", [GCJ02, BD09])
def test_points_of_a_web_map_are_asked_about(crs):
    problem = suspect_datum([from_storage(point, crs) for point in _points(300)], OUTLINE)
    assert problem.code == "geometry.suspected_shift"
    assert f"Then declare {crs.label}" in str(problem.text)
    assert problem.place == pytest.approx((121.4, 31.25))


@settings(max_examples=30)
@given(st.integers(0, 2**31), st.sampled_from([3, 30, 300]))
def test_points_that_lie_inside_are_not_suspected(seed, count):
    assert suspect_datum(_points(count, seed), OUTLINE) is None


def test_data_that_reaches_over_every_border_is_not_suspected():
    assert suspect_datum(_points(400, outline=OUTLINE.buffer(0.01)), OUTLINE) is None


def test_data_of_another_place_is_not_suspected():
    assert suspect_datum([shapely.Point(113.4, 23.1)] * 50, OUTLINE) is None


def test_a_handful_of_points_is_no_evidence():
    shifted = [from_storage(point, GCJ02) for point in _points(2)]
    assert suspect_datum(shifted, OUTLINE) is None
    assert suspect_datum([None, shapely.Point()], OUTLINE) is None
    assert suspect_datum([], OUTLINE) is None


def test_small_areas_are_judged_by_their_corners():
    areas = [point.buffer(0.0004) for point in _points(200, outline=OUTLINE.buffer(-0.0005))]
    assert suspect_datum(areas, OUTLINE) is None
    assert suspect_datum([from_storage(area, GCJ02) for area in areas], OUTLINE) is not None


@pytest.mark.real_data
@pytest.mark.parametrize("crs", [GCJ02, BD09])
def test_real_streets_are_laid_over_the_outline(real_data, crs):
    collection = json.loads((real_data / "putuo_310107_streets_osm_wgs84.geojson").read_text("utf-8"))
    streets = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in collection["features"]]
    outline = shapely.union_all(streets)
    assert suspect_datum(streets, outline) is None
    assert suspect_datum(streets[:2], outline) is None
    shifted = [from_storage(street, crs) for street in streets]
    assert f"Declare {crs.label}" in str(suspect_datum(shifted, outline).text)
