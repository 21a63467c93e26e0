"""Arranging a file's content, cutting a territory by a line, and reading what was drawn."""

from __future__ import annotations

import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from portal.divisions.rules.changes import arranging
from portal.divisions.rules.changes.content import Action, Content, MoveEntry, UnitEntry
from portal.divisions.rules.changes.cutting import cut, joined
from portal.divisions.rules.changes.drawing import LINE, written_shape
from portal.errors import BadInput
from portal.kernel.geo.crs import CGCS2000, geodesic_area_m2, parse_crs

TOWN = shapely.box(121.40, 31.24, 121.42, 31.26)


def split() -> Content:
    content = arranging.with_unit(Content(), "old", Action.AMEND)
    content = arranging.with_new(content)
    content = arranging.with_move(content, MoveEntry("old", "new:1"))
    return arranging.with_child(content, "child", "new:1")


# --- arranging ----------------------------------------------------------------------------------------------------


def test_new_units_are_numbered_without_gaps_being_reused_twice():
    content = arranging.with_new(arranging.with_new(Content()))
    assert [one.unit for one in content.units] == ["new:1", "new:2"]
    again = arranging.with_new(arranging.without_unit(content, "new:1"))
    assert [one.unit for one in again.units] == ["new:2", "new:1"]


def test_a_unit_that_leaves_takes_its_moves_and_its_children_along():
    left = arranging.without_unit(split(), "new:1")
    assert left == Content()


def test_a_unit_named_twice_stands_once_and_does_what_was_said_last():
    content = arranging.with_unit(arranging.with_unit(Content(), "a", Action.AMEND), "a", Action.ABOLISH)
    assert content.units == (UnitEntry("a", Action.ABOLISH),)


def test_a_move_between_the_same_two_is_replaced():
    content = arranging.with_move(split(), MoveEntry("old", "new:1", whole=True))
    assert content.moves == (MoveEntry("old", "new:1", whole=True),)
    assert arranging.without_move(content, 0).moves == ()


def test_children_go_and_come_back():
    content = arranging.with_children(split(), ["x", "y"], "new:1")
    assert {one.unit for one in content.units if arranging.only_moves(one)} == {"child", "x", "y"}
    back = arranging.with_child(content, "x", None)
    assert back.entry("x") is None
    assert arranging.with_child(back, "x", None) == back


# --- cutting ------------------------------------------------------------------------------------------------------


def test_a_line_right_through_makes_two_parts_with_their_places():
    west, east = cut(TOWN, shapely.LineString([(121.415, 31.0), (121.415, 31.5)]))
    assert (str(west.where), str(east.where)) == ("in the west", "in the east")
    assert west.share == pytest.approx(0.75, abs=1e-3)
    assert west.area_m2 + east.area_m2 == pytest.approx(geodesic_area_m2(TOWN), rel=1e-5)


@pytest.mark.parametrize("line", [[(121.41, 31.25), (121.5, 31.25)], [(121.0, 31.0), (121.1, 31.0)]])
def test_a_line_that_does_not_cut_is_refused(line):
    with pytest.raises(BadInput, match="right through"):
        cut(TOWN, shapely.LineString(line))


def test_a_bent_line_makes_several_parts_and_some_of_them_are_one_piece():
    zigzag = shapely.LineString([(121.405, 31.0), (121.405, 31.3), (121.415, 31.3), (121.415, 31.0)])
    parts = cut(TOWN, zigzag)
    assert len(parts) == 3
    piece = joined([parts[0], parts[1]])
    assert piece.is_valid
    assert geodesic_area_m2(piece) == pytest.approx(parts[0].area_m2 + parts[1].area_m2, rel=1e-5)


def test_a_hole_stays_a_hole():
    ring = TOWN.difference(shapely.box(121.409, 31.249, 121.411, 31.251))
    parts = cut(ring, shapely.LineString([(121.41, 31.0), (121.41, 31.5)]))
    assert sum(part.area_m2 for part in parts) == pytest.approx(geodesic_area_m2(ring), rel=1e-5)


inside = st.floats(0.1, 0.9)


@given(inside, inside)
def test_the_parts_are_always_the_whole(south, north):
    line = shapely.LineString([(121.40 + 0.02 * south, 31.2), (121.40 + 0.02 * north, 31.3)])
    parts = cut(TOWN, line)
    assert len(parts) == 2
    # A new corner on a parallel makes two geodesics of one: some square metres of four square kilometres.
    assert sum(part.area_m2 for part in parts) == pytest.approx(geodesic_area_m2(TOWN), rel=1e-5)
    assert shapely.union_all([part.geometry for part in parts]).symmetric_difference(TOWN).area < 1e-12


# --- what was drawn -----------------------------------------------------------------------------------------------


def test_geojson_a_feature_and_wkt_say_the_same():
    ring = [[121.4, 31.24], [121.41, 31.24], [121.41, 31.25], [121.4, 31.24]]
    plain = json.dumps({"type": "Polygon", "coordinates": [ring]})
    feature = json.dumps({"type": "Feature", "properties": {}, "geometry": json.loads(plain)})
    wkt = "POLYGON ((121.4 31.24, 121.41 31.24, 121.41 31.25, 121.4 31.24))"
    shapes = [written_shape(one, CGCS2000) for one in (plain, feature, wkt)]
    assert all(one.equals(shapes[0]) for one in shapes)
    assert shapes[0].geom_type in ("Polygon", "MultiPolygon")


def test_metres_of_a_declared_plane_become_degrees():
    crs = parse_crs("EPSG:4549")
    shape = written_shape("POLYGON ((633000 3458000, 634000 3458000, 634000 3459000, 633000 3458000))", crs)
    assert 121 < shape.centroid.x < 122


TURNED = '{"type": "Polygon", "coordinates": [[[31.2, 121.4], [31.3, 121.4], [31.3, 121.5], [31.2, 121.4]]]}'


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("nonsense", "neither"),
        ("POLYGON ((121.4 31.24, 121.41", "WKT"),
        ('{"type": "Point", "coordinates": [121.4, 31.2]}', "point"),
        (
            '{"type": "Polygon", "coordinates": [[[31.2, 121.4], [31.3, 121.4], [31.3, 121.5], [31.2, 121.4]]]}',
            "swap|order|longitude|121",
        ),
        ('{"type": "Polygon", "crs": {"type": "name"}, "coordinates": []}', "coordinate system"),
        ("POLYGON ((121.4 31.24, 121.42 31.26, 121.42 31.24, 121.4 31.26, 121.4 31.24))", "cross|itself|Self"),
        ("x" * 1_000_001, "too long"),
    ],
)
def test_what_is_no_piece_is_refused_in_words(written, why):
    with pytest.raises(BadInput, match=why):
        written_shape(written, CGCS2000)


def test_an_area_is_no_line():
    with pytest.raises(BadInput):
        written_shape(TOWN.wkt, CGCS2000, LINE)
