"""Shapes that come back from files: the same or not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from portal.kernel.geo.sameness import same_shapes, single

RING = [(121.40, 31.24), (121.41, 31.24), (121.41, 31.25), (121.405, 31.256), (121.40, 31.25)]
AREA = shapely.Polygon(RING, [[(121.402, 31.242), (121.404, 31.242), (121.404, 31.244)]])
LINE = shapely.LineString(RING)


def rounded(shape: shapely.Geometry, by: float = 0.0) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: np.round(xy + by, 6))


@pytest.mark.parametrize(
    "again",
    [
        AREA,
        AREA.reverse(),
        shapely.MultiPolygon([AREA]),
        rounded(AREA, 4e-7),
        shapely.Polygon([*RING[2:], *RING[:2]], AREA.interiors),
        shapely.Polygon([*RING[3:], *RING[:3]][::-1], [ring.coords[::-1] for ring in AREA.interiors]),
    ],
)
def test_a_ring_turned_round_is_the_same(again: shapely.Geometry) -> None:
    assert same_shapes([AREA], [again]) == [True]


@pytest.mark.parametrize(
    "other",
    [
        shapely.Polygon(RING),
        rounded(AREA, 3e-6),
        shapely.MultiPolygon([AREA, shapely.box(121.5, 31.2, 121.6, 31.3)]),
        LINE,
        shapely.segmentize(AREA, 0.004),
    ],
)
def test_another_shape_is_another(other: shapely.Geometry) -> None:
    assert same_shapes([AREA], [other]) == [False]


def test_pairs_are_compared_each_for_itself() -> None:
    point = shapely.Point(121.4, 31.2)
    assert same_shapes([AREA, LINE, point], [LINE, LINE, rounded(point)]) == [False, True, True]
    assert same_shapes([], []) == []


def test_only_a_collection_of_one_is_that_one() -> None:
    assert single(shapely.MultiPoint([(1, 2)])).equals(shapely.Point(1, 2))
    assert single(shapely.MultiPoint([(1, 2), (3, 4)])).geom_type == "MultiPoint"
    assert single(LINE) is LINE
