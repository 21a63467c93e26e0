import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import translate

from portal.kernel.geo.crs import geodesic_area_m2, local_metric
from portal.kernel.geo.geometry import holes, overlaps

METRIC = local_metric((121.3, 31.2, 121.5, 31.3))
ORIGIN = METRIC.to_metres(shapely.Point(121.4, 31.25))


def _box(west, south, east, north):
    """A rectangle in metres around Putuo, in degrees."""
    flat = shapely.box(ORIGIN.x + west, ORIGIN.y + south, ORIGIN.x + east, ORIGIN.y + north)
    return METRIC.to_degrees(flat)


def _frame(outer, inner):
    return shapely.Polygon(_box(*outer).exterior, [_box(*inner).exterior])


def test_neighbours_that_share_an_edge_do_not_overlap():
    items = [("a", _box(0, 0, 100, 100)), ("b", _box(100, 0, 200, 100)), ("c", _box(100, 100, 200, 200))]
    assert overlaps(items, 0.01) == []
    assert holes(items, 0.01) == []


def test_an_overlap_is_measured_in_metres_and_placed():
    items = [("a", _box(0, 0, 100, 100)), ("b", _box(97, 20, 200, 80))]
    (found,) = overlaps(items, 1.0)
    assert (found.key_a, found.key_b) == ("a", "b")
    assert found.area_m2 == pytest.approx(180, rel=0.001)
    assert found.width_m == pytest.approx(3.0, abs=0.02)
    assert items[0][1].contains(shapely.Point(found.place))
    assert items[1][1].contains(shapely.Point(found.place))


@settings(max_examples=40, deadline=None)
@given(width=st.floats(0.05, 30.0), tolerance=st.floats(0.05, 10.0), lat=st.floats(4.0, 53.0))
def test_an_overlap_counts_exactly_when_it_is_wider_than_the_tolerance(width, tolerance, lat):
    metric = local_metric((121.4, lat, 121.4, lat))
    middle = metric.to_metres(shapely.Point(121.4, lat))
    a = shapely.box(middle.x - 200, middle.y, middle.x + width / 2, middle.y + 300)
    b = shapely.box(middle.x - width / 2, middle.y, middle.x + 200, middle.y + 300)
    found = overlaps([(1, metric.to_degrees(a)), (2, metric.to_degrees(b))], tolerance)
    if abs(width - tolerance) > 0.001:
        assert bool(found) == (width > tolerance)
    if found:
        assert found[0].width_m == pytest.approx(width, rel=0.01)


def test_a_duplicate_and_a_contained_polygon_overlap():
    big, small = _box(0, 0, 100, 100), _box(40, 40, 60, 60)
    assert [o.key_b for o in overlaps([(1, big), (2, big)], 1.0)] == [2]
    (found,) = overlaps([(1, big), (2, small)], 1.0)
    assert found.area_m2 == pytest.approx(geodesic_area_m2(small))
    assert found.width_m == pytest.approx(20, rel=0.01)


def test_a_long_thin_overlap_is_as_wide_as_it_is():
    # 8 km long and slanted, the kind two drawings of one river leave.
    river = shapely.LineString([(ORIGIN.x, ORIGIN.y), (ORIGIN.x + 6000, ORIGIN.y + 5300)])
    left, right = (river.buffer(side * 500, single_sided=True) for side in (1, -1))
    items = [(1, METRIC.to_degrees(left.buffer(1.0))), (2, METRIC.to_degrees(right.buffer(1.0)))]
    (found,) = overlaps(items, 1.0)
    assert found.width_m == pytest.approx(2.0, abs=0.05)


def test_a_neighbour_with_a_vertex_on_a_long_edge_does_not_overlap():
    # Straight in degrees, the 40 km edge bends by about 20 m in any local projection.
    south = shapely.Polygon([(121.0, 31.0), (121.4, 31.0), (121.4, 31.2), (121.0, 31.2)])
    north = shapely.Polygon([(121.0, 31.2), (121.2, 31.2), (121.4, 31.2), (121.4, 31.4), (121.0, 31.4)])
    assert overlaps([("s", south), ("n", north)], 0.01) == []
    assert holes([("s", south), ("n", north)], 0.01) == []


def test_every_pair_is_reported_once_in_input_order():
    items = [(key, _box(0, 0, 10 + key, 10)) for key in range(4)]
    found = [(o.key_a, o.key_b) for o in overlaps(items, 1.0)]
    assert found == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


def test_an_invalid_polygon_is_compared_as_mended():
    bow_tie = METRIC.to_degrees(
        translate(shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]), ORIGIN.x, ORIGIN.y)
    )
    assert len(overlaps([(1, bow_tie), (2, _box(0, 0, 20, 100))], 1.0)) == 1


@pytest.mark.parametrize("items", [[], [(1, shapely.Polygon())], [(1, shapely.Polygon()), (2, shapely.MultiPolygon())]])
def test_nothing_has_neither_overlaps_nor_holes(items):
    assert overlaps(items, 1.0) == []
    assert holes(items, 1.0) == []


def test_a_hole_between_siblings_is_measured_and_placed():
    items = [("ring", _frame((0, 0, 100, 100), (40, 40, 60, 70)))]
    (hole,) = holes(items, 1.0)
    assert hole.area_m2 == pytest.approx(600, rel=0.001)
    assert hole.width_m == pytest.approx(20, rel=0.01)
    assert _box(40, 40, 60, 70).contains(shapely.Point(hole.place))


def test_a_hole_that_a_sibling_fills_is_none():
    items = [("ring", _frame((0, 0, 100, 100), (40, 40, 60, 70))), ("inner", _box(40, 40, 60, 70))]
    assert holes(items, 1.0) == []


def test_the_gap_around_an_island_in_a_hole_is_found():
    items = [("ring", _frame((0, 0, 100, 100), (40, 40, 60, 70))), ("inner", _box(43, 43, 57, 67))]
    (hole,) = holes(items, 1.0)
    assert hole.area_m2 == pytest.approx(600 - 14 * 24, rel=0.001)
    # A disc in the corner of the gap is wider than the 3 m strip.
    assert 3.0 <= hole.width_m < 3.6


def test_an_ignored_enclave_is_no_hole_but_the_strip_beside_it_is():
    ring = _frame((0, 0, 100, 100), (40, 40, 60, 70))
    assert holes([("ring", ring)], 1.0, ignore=[_box(40, 40, 60, 70)]) == []
    (strip,) = holes([("ring", ring)], 1.0, ignore=[_box(40, 40, 55, 70)])
    assert strip.area_m2 == pytest.approx(150, rel=0.001)


@pytest.mark.parametrize(("width", "found"), [(0.9, 0), (1.1, 1)])
def test_a_narrow_gap_counts_from_the_tolerance_on(width, found):
    assert len(holes([("ring", _frame((0, 0, 100, 100), (40, 40, 60, 40 + width)))], 1.0)) == found


def test_a_crack_to_the_outside_does_not_hide_a_hole():
    left = _box(0, 0, 50, 100) - _box(40, 40, 51, 60)
    right = _box(50.3, 0, 100, 100) - _box(49, 40, 60, 60)
    (hole,) = holes([("l", left), ("r", right)], 1.0)
    assert hole.area_m2 == pytest.approx(20 * 20 + 0.3 * 80, rel=0.001)


def test_an_open_bay_and_an_open_gap_are_no_holes():
    bay = _box(0, 0, 100, 100) - _box(40, 40, 60, 100)
    assert holes([("bay", bay)], 1.0) == []
    assert holes([("l", _box(0, 0, 50, 100)), ("r", _box(53, 0, 100, 100))], 1.0) == []


def test_holes_come_largest_first():
    shape = _box(0, 0, 100, 100) - _box(10, 10, 15, 15) - _box(40, 40, 60, 60)
    areas = [hole.area_m2 for hole in holes([("x", shape)], 1.0)]
    assert len(areas) == 2
    assert areas == sorted(areas, reverse=True)


@pytest.mark.real_data
def test_the_streets_of_putuo_tile_without_overlap_or_hole(putuo):
    assert overlaps(putuo, 1.0) == []
    assert holes(putuo, 1.0) == []
    assert sum(geodesic_area_m2(shape) for _, shape in putuo) / 1e6 == pytest.approx(55.81, abs=0.1)


@pytest.mark.real_data
def test_one_street_moved_three_metres_is_found(putuo):
    moved = [
        (name, translate(shape, 3 / 95_000, 0) if number == 0 else shape) for number, (name, shape) in enumerate(putuo)
    ]
    assert all(putuo[0][0] in (o.key_a, o.key_b) for o in overlaps(moved, 1.0))
    assert overlaps(moved, 1.0)
    assert holes(moved, 1.0)


@pytest.mark.real_data
def test_a_missing_street_in_the_middle_is_a_hole(putuo):
    middle = next(i for i, (_, shape) in enumerate(putuo) if _is_inner(i, putuo))
    (hole,) = holes([item for i, item in enumerate(putuo) if i != middle], 1.0)
    assert hole.area_m2 == pytest.approx(geodesic_area_m2(putuo[middle][1]), rel=1e-6)


def _is_inner(index, items):
    rest = shapely.union_all([shape for i, (_, shape) in enumerate(items) if i != index])
    return bool(shapely.get_num_interior_rings(rest)) if rest.geom_type == "Polygon" else False


@pytest.mark.real_data
def test_the_districts_of_shanghai_tile(shanghai):
    assert overlaps(shanghai, 1.0) == []
    assert holes(shanghai, 1.0) == []


def test_outlines_far_denser_than_the_tolerance_take_seconds_and_not_hours():
    turn = np.linspace(0, 2 * np.pi, 300_000, endpoint=False)
    round_ = METRIC.to_degrees(
        shapely.Polygon(np.stack([ORIGIN.x + 500 * np.cos(turn), ORIGIN.y + 500 * np.sin(turn)], axis=1))
    )
    hole = _box(-20, -5, 20, 5)
    items = [("a", shapely.Polygon(round_.exterior, [hole.exterior])), ("b", _box(490, -200, 700, 200))]
    started = time.monotonic()
    (gap,) = holes(items, 1.0)
    (shared,) = overlaps(items, 1.0)
    assert time.monotonic() - started < 30
    assert gap.area_m2 == pytest.approx(400, rel=0.01)
    assert shared.width_m == pytest.approx(10, abs=1)
