"""Pure decisions: words and dates, shapes, and whether a hazard lies in its division."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import BadInput, FormInvalid
from portal.kernel.geo.crs import GCJ02, from_storage, geodesic_distance_m
from portal.risk.catalogue import in_force
from portal.risk.rules import (
    LENGTHS,
    LONGEST_SHAPE,
    MOST_VERTICES,
    TOLERANCE_M,
    Entered,
    check_closing,
    check_particulars,
    geojson,
    place,
    stray_m,
)
from tests.factories.risk import POINT, TODAY, said

CATALOGUE = in_force(TODAY)
TOMORROW = TODAY + dt.timedelta(days=1)


def wrong(**changed: object) -> dict[str, list[str]]:
    with pytest.raises(FormInvalid) as caught:
        check_particulars(said(**changed), CATALOGUE, TODAY)
    return {field: [str(message) for message in group] for field, group in caught.value.messages.items()}


def test_a_sound_hazard_passes() -> None:
    check_particulars(said(), CATALOGUE, TODAY)
    check_particulars(said(season="", description="", advice="绕行"), CATALOGUE, TODAY)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "  "}, "name"),
        ({"source": ""}, "source"),
        ({"type_key": "volcano"}, "type_key"),
        ({"level": "green"}, "level"),
        ({"name": "名" * 101}, "name"),
        ({"description": "字" * (LENGTHS["description"] + 1)}, "description"),
        ({"season": "夏\x00"}, "season"),
        ({"advice": "\ud800"}, "advice"),
        ({"valid_from": TOMORROW, "assessed_on": TOMORROW}, "valid_from"),
        ({"assessed_on": dt.date(2025, 5, 31)}, "assessed_on"),
        ({"valid_from": dt.date(1900, 1, 1)}, "valid_from"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changed: dict[str, object], field: str) -> None:
    assert field in wrong(**changed)


def test_everything_wrong_is_said_at_once() -> None:
    assert set(wrong(name="", level="", type_key="")) == {"name", "level", "type_key"}


def test_too_long_names_the_limit_and_the_length() -> None:
    assert wrong(name="名" * 120) == {"name": ["Use at most 100 characters; these are 120."]}


def test_closing_needs_a_reason_and_a_possible_day() -> None:
    check_closing("已整治", TODAY, dt.date(2025, 6, 1), TODAY)
    check_closing("误报", TODAY, TODAY, TODAY)
    for reason, day in (("", TODAY), ("已整治", TOMORROW), ("已整治", dt.date(2025, 5, 31))):
        with pytest.raises(FormInvalid):
            check_closing(reason, day, dt.date(2025, 6, 1), TODAY)


# --- shapes -------------------------------------------------------------------------------------------------------


def polygon(*ring: list[float]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def test_what_the_map_draws_comes_back_as_it_was() -> None:
    assert geojson(place(Entered(POINT))) == POINT


@pytest.mark.parametrize("kind", ["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"])
def test_every_kind_of_geometry_is_taken_also_as_a_feature(kind: str) -> None:
    area = shapely.box(121.40, 31.24, 121.41, 31.25)
    shapes = {
        "Point": area.centroid,
        "LineString": area.exterior.segmentize(1),
        "Polygon": area,
        "MultiPoint": shapely.MultiPoint([(121.40, 31.24), (121.41, 31.25)]),
        "MultiLineString": shapely.MultiLineString([[(121.40, 31.24), (121.41, 31.25)]]),
        "MultiPolygon": shapely.MultiPolygon([area]),
    }
    shape = shapely.LineString(shapes[kind].coords) if kind == "LineString" else shapes[kind]
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))}
    assert place(Entered(json.dumps(feature))).equals_exact(shape, 1e-8)


@pytest.mark.parametrize(
    ("written", "said_so"),
    [
        ("", "Draw the hazard on the map"),
        ("null", "Draw the hazard on the map"),
        ("a wall by the river", "not GeoJSON"),
        ('{"type":"Point","coordinates":[NaN,31.2]}', "not GeoJSON"),
        ("[" * 5000, "not GeoJSON"),
        ('{"type":"Point","coordinates":[]}', "empty"),
        ('{"type":"Point","coordinates":[31.24,121.40]}', "swapped"),
        ('{"type":"Point","coordinates":[40633362,3459000]}', "metres"),
        ('{"type":"Point","coordinates":[2.35,48.85]}', "outside China"),
        ('{"type":"Point","coordinates":[1e999,31.2]}', "finite"),
        ('{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[121.4,31.2]}]}', "mixture"),
        (
            '{"type":"Polygon","coordinates":[[[121.4,31.2],[121.5,31.3],[121.5,31.2],[121.4,31.3],[121.4,31.2]]]}',
            "cross",
        ),
        (polygon([121.4, 31.2], [121.5, 31.3], [121.5, 31.2], [121.4, 31.25]), "not closed"),
        ('{"type":"LineString","coordinates":[[121.4,31.2],[121.4,31.2]]}', "too few"),
        ('{"type":"Point","coordinates":[121.4,31.2],"crs":{"type":"name"}}', "coordinate system"),
    ],
)
def test_a_bad_shape_is_refused_in_words(written: str, said_so: str) -> None:
    with pytest.raises(BadInput, match=said_so):
        place(Entered(written))


def test_too_many_corners_and_too_long_a_text_are_refused() -> None:
    line = shapely.LineString([(121.4 + i * 1e-6, 31.2) for i in range(MOST_VERTICES + 1)])
    with pytest.raises(BadInput, match="corners"):
        place(Entered(shapely.to_geojson(line)))
    with pytest.raises(BadInput, match="too long"):
        place(Entered(" " * LONGEST_SHAPE + POINT))


def test_heights_are_dropped() -> None:
    assert not place(Entered('{"type":"Point","coordinates":[121.4,31.2,4.5]}')).has_z


@pytest.mark.parametrize(
    "written",
    ["121.403, 31.240", "121.403，31.240", "121.403 31.240", "  121.403\t31.240  \n\n", "121°24′10.8″、31°14′24″"],
)
def test_a_typed_position_is_read_as_people_write_it(written: str) -> None:
    shape = place(Entered(written, kind="point"))
    assert shape.equals_exact(shapely.Point(121.403, 31.240), 1e-7)


def test_typed_positions_make_lines_areas_and_several_points() -> None:
    written = "121.40, 31.24\n121.41, 31.24\n121.41, 31.25"
    assert place(Entered(written, kind="line")).geom_type == "LineString"
    assert place(Entered(written, kind="point")).geom_type == "MultiPoint"
    area = place(Entered(written, kind="area"))
    assert area.equals(place(Entered(f"{written}\n121.40, 31.24", kind="area")))
    assert area.geom_type == "Polygon"


@pytest.mark.parametrize(
    ("written", "kind", "said_so"),
    [
        ("121.40", "point", "Line 1"),
        ("121.40, 31.24\n121.41, 31.25, 4", "line", "Line 2"),
        ("121.40, north", "point", "Line 1.*not a coordinate"),
        ("31.24, 121.40", "point", "swapped"),
        ("633362, 3459000", "point", "metres"),
        ("9" * 400 + ", 31.2", "point", "finite"),
        ("121.40, 31.24", "line", "at least 2"),
        ("121.40, 31.24\n121.41, 31.24\n121.40, 31.24", "area", "at least 3"),
        ("<img src=x onerror=1>", "point", "Line 1"),
    ],
)
def test_bad_positions_are_refused_with_their_line(written: str, kind: str, said_so: str) -> None:
    with pytest.raises(BadInput, match=said_so):
        place(Entered(written, kind=kind))


def test_a_declared_shift_is_undone() -> None:
    true = shapely.Point(121.403, 31.240)
    shifted = from_storage(true, GCJ02)
    found = place(Entered(f"{shifted.x:.8f}, {shifted.y:.8f}", crs="GCJ-02", kind="point"))
    assert geodesic_distance_m(found.x, found.y, true.x, true.y) < 1
    unshifted = place(Entered(f"{shifted.x:.8f}, {shifted.y:.8f}", kind="point"))
    assert 400 < geodesic_distance_m(unshifted.x, unshifted.y, true.x, true.y) < 600


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(BadInput):
        place(Entered("121.4, 31.2", crs="Beijing 1954", kind="point"))


@given(st.text(max_size=200), st.sampled_from([None, "point", "line", "area"]))
def test_any_text_is_a_shape_or_a_sentence(written: str, kind: str | None) -> None:
    with suppress(BadInput):
        assert place(Entered(written, kind=kind)).is_valid


# --- its division -------------------------------------------------------------------------------------------------


def test_a_hazard_within_or_just_beyond_its_division_is_no_stray() -> None:
    town = shapely.box(121.40, 31.24, 121.41, 31.25)
    assert stray_m(shapely.Point(121.405, 31.245), town) is None
    assert stray_m(shapely.Point(121.4104, 31.245), town) is None
    assert stray_m(shapely.box(121.405, 31.241, 121.4103, 31.249), town) is None


def test_a_stray_is_measured_to_its_farthest_corner() -> None:
    town = shapely.box(121.40, 31.24, 121.41, 31.25)
    reach = stray_m(shapely.LineString([(121.405, 31.245), (121.412, 31.245)]), town)
    assert reach is not None
    assert reach > TOLERANCE_M
    assert reach == pytest.approx(geodesic_distance_m(121.41, 31.245, 121.412, 31.245), rel=0.001)
