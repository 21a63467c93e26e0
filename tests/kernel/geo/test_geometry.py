import numpy as np
import pytest
import shapely

from portal.errors import BadInput
from portal.kernel.geo.geometry import as_multipolygon, coverage_simplify_shared, drop_z, round_coordinates

SQUARE = shapely.box(121.3, 31.2, 121.5, 31.3)


def test_areas_become_one_multipolygon():
    pair = shapely.MultiPolygon([SQUARE, shapely.box(122, 31, 123, 32)])
    assert as_multipolygon(SQUARE) == shapely.MultiPolygon([SQUARE])
    assert as_multipolygon(pair) == pair
    mixed = shapely.GeometryCollection([SQUARE, shapely.Point(1, 1), shapely.GeometryCollection([pair])])
    assert len(as_multipolygon(mixed).geoms) == 3


def test_heights_do_not_survive_the_multipolygon():
    assert not as_multipolygon(shapely.force_3d(SQUARE, 3.0)).has_z


def test_an_empty_area_is_an_empty_multipolygon():
    assert as_multipolygon(shapely.Polygon()).is_empty
    assert as_multipolygon(shapely.Polygon()).geom_type == "MultiPolygon"


@pytest.mark.parametrize(
    "shape", [shapely.Point(1, 1), shapely.LineString([(0, 0), (1, 1)]), shapely.MultiPoint([(1, 1)])]
)
def test_points_and_lines_are_no_area(shape):
    with pytest.raises(BadInput, match=f"not a {shape.geom_type}"):
        as_multipolygon(shape)


def test_drop_z_keeps_the_position():
    assert drop_z(shapely.Point(1, 2, 3)) == shapely.Point(1, 2)


def test_rounding_keeps_shared_vertices_equal():
    west = shapely.box(121.3, 31.2, 121.400000004999, 31.3)
    east = shapely.box(121.400000004999, 31.2, 121.5, 31.3)
    rounded = [round_coordinates(shape) for shape in (west, east)]
    assert shapely.coverage_is_valid(np.array(rounded))
    assert round_coordinates(shapely.Point(121.123456789, 31.987654321, 5.5), 6) == shapely.Point(121.123457, 31.987654)


def _wavy_neighbours():
    """Two areas that share a wavy edge."""
    y = np.linspace(0, 10, 101)
    edge = np.column_stack([5 + np.sin(y * 3) * 0.1, y])
    west = shapely.Polygon([(0, 10), (0, 0), *edge])
    east = shapely.Polygon([(10, 0), (10, 10), *edge[::-1]])
    return [west, east]


def test_neighbours_are_simplified_together():
    before = _wavy_neighbours()
    after = coverage_simplify_shared(before, 0.3)
    assert shapely.coverage_is_valid(np.array(after))
    assert sum(map(shapely.get_num_coordinates, after)) < sum(map(shapely.get_num_coordinates, before)) / 2
    assert shapely.union_all(after).area == pytest.approx(100)


def test_what_is_no_coverage_is_simplified_one_by_one():
    west, east = _wavy_neighbours()
    after = coverage_simplify_shared([west, shapely.affinity.translate(east, -1.0)], 0.3)
    assert all(shape.is_valid and not shape.is_empty for shape in after)
    assert shapely.get_num_coordinates(after[0]) < shapely.get_num_coordinates(west)


def test_nothing_to_simplify():
    assert coverage_simplify_shared([], 0.1) == []
    (square,) = coverage_simplify_shared([SQUARE], 1e-5)
    assert square.equals(SQUARE)


@pytest.mark.real_data
def test_putuo_simplifies_as_a_coverage(putuo):
    shapes = [shape for _, shape in putuo]
    after = coverage_simplify_shared(shapes, 0.0005)
    assert shapely.coverage_is_valid(np.array(after))
    assert sum(map(shapely.get_num_coordinates, after)) < sum(map(shapely.get_num_coordinates, shapes)) / 2
    assert all(shape.is_valid and not shape.is_empty for shape in after)
