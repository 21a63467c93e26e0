import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.formats.geojson_geometry import GeometryMalformed, parse_geometry

RING = [[0, 0], [9, 0], [9, 9], [0, 0]]
HOLE = [[7, 1], [8, 1], [8, 2], [7, 1]]


@pytest.mark.parametrize(
    "wkt",
    [
        "POINT (121.4 31.25)",
        "POINT Z (121.4 31.25 4)",
        "LINESTRING (0 0, 1 1)",
        "LINESTRING Z (0 0 1, 1 1 2)",
        "POLYGON ((0 0, 9 0, 9 9, 0 0), (7 1, 8 1, 8 2, 7 1))",
        "POLYGON Z ((0 0 1, 9 0 1, 9 9 1, 0 0 1))",
        "MULTIPOINT (0 0, 1 1)",
        "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
        "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0)), ((20 0, 29 0, 29 9, 20 0)))",
        "GEOMETRYCOLLECTION (POINT (1 1), GEOMETRYCOLLECTION (LINESTRING (0 0, 1 1)))",
        "POINT EMPTY",
        "POLYGON EMPTY",
        "MULTIPOLYGON EMPTY",
    ],
)
def test_every_kind_is_read_as_shapely_writes_it(wkt):
    shape = shapely.from_wkt(wkt)
    read = parse_geometry(json.loads(shapely.to_geojson(shape)))
    assert read.geom_type == shape.geom_type
    assert shapely.equals_exact(read, shape)
    assert read.has_z == shape.has_z


def test_null_is_no_geometry():
    assert parse_geometry(None) is None


@given(st.lists(st.tuples(st.floats(73, 136), st.floats(3, 54)), min_size=2, max_size=20))
def test_numbers_are_not_touched(positions):
    read = parse_geometry({"type": "LineString", "coordinates": [list(position) for position in positions]})
    assert shapely.get_coordinates(read).tolist() == [list(position) for position in positions]


def test_heights_are_dropped_where_not_every_position_has_one():
    mixed = [[*RING[0], 1], *RING[1:3], [*RING[3], 1]]
    assert not parse_geometry({"type": "Polygon", "coordinates": [mixed]}).has_z
    high = [[*position, 1] for position in RING]
    assert not parse_geometry({"type": "Polygon", "coordinates": [high, HOLE]}).has_z
    assert not parse_geometry({"type": "Polygon", "coordinates": [RING, [[*p, 1] for p in HOLE]]}).has_z


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("POINT (1 1)", "geometry.structure"),
        ([1, 2], "geometry.structure"),
        ({}, "geometry.structure"),
        ({"type": "Point"}, "geometry.structure"),
        ({"type": "point", "coordinates": [1, 2]}, "geometry.structure"),
        ({"type": ["Point"], "coordinates": [1, 2]}, "geometry.structure"),
        ({"type": "Circle", "coordinates": [1, 2]}, "geometry.structure"),
        ({"type": "Point", "coordinates": [1]}, "geometry.structure"),
        ({"type": "Point", "coordinates": [1, 2, 3, 4]}, "geometry.structure"),
        ({"type": "Point", "coordinates": ["121.4", "31.2"]}, "geometry.structure"),
        ({"type": "Point", "coordinates": [True, False]}, "geometry.structure"),
        ({"type": "Point", "coordinates": [None, 1]}, "geometry.structure"),
        ({"type": "Point", "coordinates": {"x": 1}}, "geometry.structure"),
        ({"type": "Point", "coordinates": [float("inf"), 1]}, "geometry.not_finite"),
        ({"type": "Point", "coordinates": [10**400, 1]}, "geometry.not_finite"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "geometry.structure"),
        ({"type": "LineString", "coordinates": [1, 2]}, "geometry.structure"),
        ({"type": "MultiLineString", "coordinates": [[1, 2]]}, "geometry.structure"),
        ({"type": "Polygon", "coordinates": RING}, "geometry.structure"),
        ({"type": "Polygon", "coordinates": [RING[:3]]}, "geometry.short_ring"),
        ({"type": "Polygon", "coordinates": [[], []]}, "geometry.short_ring"),
        ({"type": "Polygon", "coordinates": [[*RING[:3], [1, 1]]]}, "geometry.open_ring"),
        ({"type": "Polygon", "coordinates": [RING, [*HOLE[:3], [7, 2]]]}, "geometry.open_ring"),
        ({"type": "MultiPolygon", "coordinates": [RING]}, "geometry.structure"),
        ({"type": "MultiPolygon", "coordinates": [5]}, "geometry.structure"),
        ({"type": "GeometryCollection"}, "geometry.structure"),
        ({"type": "GeometryCollection", "geometries": [None]}, "geometry.structure"),
    ],
)
def test_what_is_no_geometry_is_said(raw, code):
    with pytest.raises(GeometryMalformed) as error:
        parse_geometry(raw)
    assert error.value.problem.code == code
    assert len(str(error.value)) < 200


def test_collections_do_not_nest_without_end():
    raw = {"type": "Point", "coordinates": [1, 2]}
    for _ in range(500):
        raw = {"type": "GeometryCollection", "geometries": [raw]}
    with pytest.raises(GeometryMalformed):
        parse_geometry(raw)


def test_a_self_crossing_ring_is_read_as_it_is_for_the_ring_check():
    bow_tie = parse_geometry({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]})
    assert not bow_tie.is_valid
