import struct
import time

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import BadInput
from portal.kernel.contracts.fields import ShapeRule
from portal.kernel.geo.crs import CGCS2000, WGS84, from_storage, parse_crs
from portal.kernel.geo.geometry import as_multipolygon
from portal.kernel.geo.mending import check_shape, check_shapes, read_shape

ANY = ShapeRule()
AREA = ShapeRule(kinds=frozenset({"area"}), required=True)
BOX = shapely.box(121.4, 31.2, 121.41, 31.21)
BOWTIE = shapely.from_wkt("POLYGON ((121.4 31.2, 121.41 31.21, 121.41 31.2, 121.4 31.21, 121.4 31.2))")
SPIKE = shapely.from_wkt("POLYGON ((121.4 31.2, 121.41 31.2, 121.41 31.22, 121.41 31.21, 121.4 31.21, 121.4 31.2))")


def _codes(problems):
    return [problem.code for problem in problems]


def _open_ring_wkb():
    positions = [(121.4, 31.2), (121.41, 31.2), (121.41, 31.21), (121.4, 31.21)]
    return struct.pack("<BIII", 1, 3, 1, 4) + b"".join(struct.pack("<dd", *position) for position in positions)


def test_a_sound_shape_is_stored_rounded_and_normalised():
    shape, problems = check_shape(shapely.box(121.4000000049, 31.2, 121.41, 31.21), CGCS2000, ANY)
    assert problems == []
    assert shape.equals_exact(shapely.normalize(BOX), 0)


@pytest.mark.parametrize("crs", [parse_crs("EPSG:4549"), parse_crs("EPSG:4528"), WGS84, parse_crs("GCJ-02")])
def test_it_comes_from_its_declared_system(crs):
    shape, problems = check_shape(from_storage(BOX, crs), crs, AREA)
    assert problems == []
    assert shapely.hausdorff_distance(shape, BOX) < 2e-8


def test_heights_and_measures_are_dropped_and_said():
    for wkt in ("POINT Z (121.4 31.2 5)", "POINT M (121.4 31.2 5)", "POINT ZM (121.4 31.2 5 6)"):
        shape, problems = check_shape(shapely.from_wkt(wkt), CGCS2000, ANY)
        assert shape.wkt == "POINT (121.4 31.2)"
        assert [(problem.code, problem.level) for problem in problems] == [("geometry.has_height", "note")]


@pytest.mark.parametrize(
    ("shape", "code", "says"),
    [
        (shapely.Polygon(), "geometry.empty", "empty"),
        (
            shapely.LineString([(121.4, 31.2), (121.5, 31.2)]),
            "geometry.wrong_kind",
            "is a line, but wanted is: an area",
        ),
        (shapely.GeometryCollection([BOX, shapely.Point(121.4, 31.2)]), "geometry.mixed_kinds", "mixture"),
        (shapely.box(31.2, 121.4, 31.21, 121.41), "geometry.swapped_axes", "swapped"),
        (shapely.box(633362, 3459000, 633400, 3459100), "geometry.looks_plane", "metres"),
        (shapely.box(1, 2, 3, 4), "geometry.outside_china", "outside China"),
        (BOWTIE, "geometry.invalid_ring", "Near 121.405000 east, 31.205000 north"),
    ],
)
def test_each_error_has_its_code_and_words(shape, code, says):
    stored, problems = check_shape(shape, CGCS2000, AREA)
    assert stored is None
    assert _codes(problems) == [code]
    assert says in str(problems[0].text)


def test_too_many_vertices():
    rule = ShapeRule(most_vertices=4)
    assert _codes(check_shape(BOX, CGCS2000, rule)[1]) == ["geometry.too_many_vertices"]
    assert _codes(check_shapes([shapely.to_wkb(BOX)], CGCS2000, rule)[0][1]) == ["geometry.too_many_vertices"]


def test_a_collection_of_one_kind_becomes_a_multi_part_shape():
    other = shapely.box(121.42, 31.2, 121.43, 31.21)
    shape, problems = check_shape(shapely.GeometryCollection([BOX, other]), CGCS2000, AREA)
    assert (shape.geom_type, problems) == ("MultiPolygon", [])
    assert as_multipolygon(shape).area == pytest.approx(BOX.area * 2)


@pytest.mark.parametrize("crs", [CGCS2000, parse_crs("EPSG:4549")])
def test_the_place_of_a_bad_ring_is_in_degrees_whatever_the_file_is_in(crs):
    _, problems = check_shape(from_storage(BOWTIE, crs), crs, AREA)
    assert problems[0].place == pytest.approx((121.405, 31.205), abs=1e-6)


def test_a_shape_is_mended_only_when_asked_and_it_says_what_changed():
    assert _codes(check_shape(SPIKE, CGCS2000, AREA)[1]) == ["geometry.invalid_ring"]
    shape, problems = check_shape(SPIKE, CGCS2000, AREA, mend=True)
    assert shape.equals(BOX)
    assert [(problem.code, problem.level) for problem in problems] == [("geometry.mended", "note")]
    assert "The area was 1056612.4 m² and is now 1056612.4 m²." in str(problems[0].text)


def test_what_would_change_too_much_is_not_mended():
    shape, problems = check_shape(BOWTIE, CGCS2000, AREA, mend=True)
    assert shape is None
    assert _codes(problems) == ["geometry.not_mended"]
    assert "more than 1 %" in str(problems[0].text)
    flat = shapely.from_wkt("POLYGON ((121.4 31.2, 121.41 31.2, 121.4 31.2, 121.4 31.2))")
    assert _codes(check_shape(flat, CGCS2000, AREA, mend=True)[1]) == ["geometry.not_mended"]


def test_doubled_vertices_are_no_matter():
    doubled = shapely.Polygon([position for position in BOX.exterior.coords for _ in range(2)])
    shape, problems = check_shape(doubled, CGCS2000, AREA)
    assert problems == []
    assert shape.equals(BOX)


def test_a_shape_that_nothing_can_close_is_named():
    ring_of_one = struct.pack("<BIIIdd", 1, 3, 1, 1, 121.4, 31.2)
    rings = struct.pack("<BII", 1, 3, 2) + struct.pack("<I", 0) + ring_of_one[9:]
    for wkb in (ring_of_one, rings, _open_ring_wkb()[:-5]):
        for mend in (False, True):
            ((shape, problems),) = check_shapes([wkb], CGCS2000, ANY, mend=mend)
            assert shape is None
            assert _codes(problems)[-1].startswith("geometry.")


def test_an_open_ring_is_named_and_closed_when_asked():
    with pytest.raises(BadInput, match="not closed"):
        read_shape(_open_ring_wkb())
    assert _codes(check_shapes([_open_ring_wkb()], CGCS2000, AREA)[0][1]) == ["geometry.open_ring"]
    ((shape, problems),) = check_shapes([_open_ring_wkb()], CGCS2000, AREA, mend=True)
    assert shape.equals(BOX)
    assert _codes(problems) == ["geometry.mended"]


def test_rows_without_and_with_unreadable_shapes():
    wkbs = [None, b"", b"\x01\x03", shapely.to_wkb(BOX), shapely.to_wkb(shapely.Point(np.nan, 31.2))]
    found = check_shapes(wkbs, CGCS2000, AREA)
    assert [_codes(problems) for _, problems in found] == [
        ["geometry.missing"],
        ["geometry.unreadable"],
        ["geometry.unreadable"],
        [],
        ["geometry.wrong_kind"],
    ]
    assert check_shapes([None], CGCS2000, ANY) == [(None, [])]
    assert check_shapes([], CGCS2000, ANY) == []
    line = shapely.LineString([(121.4, 31.2), (np.inf, 31.2)])
    assert _codes(check_shapes([shapely.to_wkb(line)], CGCS2000, ANY)[0][1]) == ["geometry.not_finite"]


@st.composite
def some_shape(draw):
    number = st.one_of(st.floats(121.0, 122.0), st.floats(-200, 200), st.sampled_from([np.nan, 1e7]))
    positions = draw(st.lists(st.tuples(st.floats(121, 122), st.floats(31, 32)), min_size=4, max_size=8))
    if draw(st.integers(0, 3)) == 0:
        positions[1] = (draw(number), draw(number))
    make = draw(st.sampled_from([shapely.MultiPoint, shapely.LineString, shapely.Polygon]))
    return make(positions)


@given(st.lists(some_shape(), max_size=6), st.booleans(), st.sampled_from([ANY, AREA]))
def test_many_together_are_judged_as_each_alone(shapes, mend, rule):
    wkbs = [shapely.to_wkb(shape) for shape in shapes]
    together = check_shapes(wkbs, CGCS2000, rule, mend=mend)
    # A point of numbers that are none is how WKB writes an empty one, so that alone it is read from there too.
    for shape, (stored, problems) in zip(map(read_shape, wkbs), together, strict=True):
        alone, found = check_shape(shape, CGCS2000, rule, mend=mend)
        assert _codes(problems) == _codes(found)
        assert stored is None if alone is None else stored.equals_exact(alone, 0)
        assert stored is None or shapely.is_valid(stored)


def test_parts_that_are_empty_fall_away():
    for wkt in ("MULTIPOINT ((121.4 31.2), EMPTY)", "GEOMETRYCOLLECTION (POINT (121.4 31.2), MULTIPOINT (EMPTY))"):
        ((shape, problems),) = check_shapes([shapely.to_wkb(shapely.from_wkt(wkt))], CGCS2000, ANY)
        assert problems == []
        assert shape.wkt == "MULTIPOINT ((121.4 31.2))"


def test_one_row_outside_the_plane_spoils_no_other():
    crs = parse_crs("EPSG:4549")
    good = shapely.to_wkb(from_storage(BOX, crs))
    bad = shapely.to_wkb(shapely.box(1e6, 1e6, 1.1e6, 1.1e6))
    assert [_codes(problems) for _, problems in check_shapes([good, bad, good], crs, AREA)] == [
        [],
        ["geometry.wrong_zone"],
        [],
    ]


@pytest.mark.slow
def test_a_hundred_thousand_polygons_and_one_of_a_million_vertices():
    random, turn = np.random.default_rng(1), np.linspace(0, 2 * np.pi, 61)[:-1]
    radius = 0.001 * (0.7 + 0.3 * random.random((100_000, 60)))
    xy = np.stack([121.4 + radius * np.cos(turn), 31.2 + radius * np.sin(turn)], -1)
    wkbs = list(shapely.to_wkb(shapely.polygons(np.concatenate([xy, xy[:, :1]], 1))))
    started = time.process_time()
    for at in range(0, len(wkbs), 2000):
        assert all(shape is not None for shape, _ in check_shapes(wkbs[at : at + 2000], CGCS2000, AREA))
    assert time.process_time() - started < 15
    turn = np.linspace(0, 2 * np.pi, 999_999)[:-1]
    large = shapely.Polygon(np.column_stack([121.4 + 0.1 * np.cos(turn), 31.2 + 0.1 * np.sin(turn)]))
    started = time.process_time()
    ((shape, problems),) = check_shapes([shapely.to_wkb(large)], CGCS2000, AREA)
    assert (shape is not None, problems) == (True, [])
    assert time.process_time() - started < 15
