import json
from dataclasses import dataclass

import pytest
import shapely

from portal.kernel.formats import geojson
from portal.kernel.formats.geojson import walk_geojson
from portal.kernel.formats.reading import CellProblem, ReadRow
from portal.kernel.formats.rows import FileRefused
from portal.kernel.geo.geometry import check_degrees

POINT = {"type": "Point", "coordinates": [121.4, 31.25]}


def _feature(properties=None, geometry=POINT, **members):
    return {"type": "Feature", "properties": properties, "geometry": geometry, **members}


def _collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)}, ensure_ascii=False)


@dataclass(frozen=True)
class Walked:
    """What a walk gave, all of it."""

    rows: list[ReadRow]
    columns: tuple[str, ...]
    declared_crs: str | None

    @property
    def problems(self) -> list[CellProblem]:
        return [found for row in self.rows for found in row.problems]

    @property
    def sound_rows(self) -> list[ReadRow]:
        return [row for row in self.rows if not row.problems]


def walked(source: str, name: str = "given.txt") -> Walked:
    rows: list[ReadRow] = []
    return Walked(rows, *walk_geojson(source, name, rows.append))


def test_features_become_rows():
    read = walked(_collection(_feature({"name": "真如"}), _feature({"code": "x", "name": "万里"})))
    assert [row.values for row in read.rows] == [{"name": "真如"}, {"code": "x", "name": "万里"}]
    assert shapely.from_wkb(read.rows[0].shape) == shapely.Point(121.4, 31.25)
    assert [row.number for row in read.rows] == [1, 2]
    assert read.columns == ("name", "code")
    assert (read.declared_crs, read.problems) == (None, [])


def test_each_row_knows_the_line_its_feature_begins_on():
    pretty = json.dumps(json.loads(_collection(*[_feature({"n": n}) for n in range(3)])), indent=1)
    expected = [n for n, line in enumerate(pretty.split("\n"), start=1) if line == "  {"]
    assert [row.line for row in walked(pretty).rows] == expected
    windows = pretty.replace("\n", "\r\n")
    assert [row.line for row in walked(windows).rows] == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("310107", "310107"),
        ("310107.0", "310107"),
        ("3.10107E+5", "310107"),
        ("-0.0", "0"),
        ("0.1", "0.1"),
        ("121.4000001", "121.4000001"),
        ("310107005012", "310107005012"),
        ("12345678901234567890", "12345678901234567890"),
        ("1e300", "1e+300"),
        ("true", "true"),
        ("null", None),
        ('""', ""),
        ('"007"', "007"),
        ('" x "', " x "),
        ('["甲", 1]', '["甲",1]'),
        ('{"a": null}', '{"a":null}'),
    ],
)
def test_values_are_text_without_surprises(raw, expected):
    source = (
        f'{{"type":"FeatureCollection","features":[{{"type":"Feature","geometry":null,"properties":{{"v":{raw}}}}}]}}'
    )
    read = walked(source)
    assert read.rows[0].values == {"v": expected}
    assert read.problems == []


def test_a_double_key_keeps_the_last():
    source = '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"a":1,"a":2}}]}'
    assert walked(source).rows[0].values == {"a": "2"}


def test_the_id_of_a_feature_is_a_column_unless_a_property_is():
    read = walked(_collection(_feature({"a": 1}, id=7), _feature({"id": "own"}, id=8)))
    assert [row.values["id"] for row in read.rows] == ["7", "own"]
    assert read.columns == ("id", "a")


def test_a_feature_without_properties_or_geometry_is_sound():
    read = walked(_collection(_feature(None, None), {"type": "Feature"}))
    assert [(row.values, row.shape) for row in read.rows] == [({}, None), ({}, None)]
    assert read.problems == []


def test_a_single_feature_is_a_file_too():
    read = walked("\n\n" + json.dumps(_feature({"a": 1})))
    assert (read.rows[0].line, read.rows[0].values) == (3, {"a": "1"})


def test_an_empty_collection_has_no_rows():
    assert walked(_collection()).rows == []


@pytest.mark.parametrize(
    ("crs", "declared"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "urn:ogc:def:crs:OGC:1.3:CRS84"),
        ({"type": "name", "properties": {"name": "EPSG:4528"}}, "EPSG:4528"),
        ({"type": "EPSG", "properties": {"code": 4549}}, "EPSG:4549"),
        (None, None),
    ],
)
@pytest.mark.parametrize("last", [False, True])
def test_the_old_crs_member_is_what_the_file_declares(crs, declared, last):
    document = json.loads(_collection(_feature(), crs=crs))
    if last:
        document["crs"] = document.pop("crs")
    assert walked(json.dumps(document)).declared_crs == declared


@pytest.mark.parametrize(
    "crs", ["EPSG:4490", {}, {"type": "link", "properties": {"href": "x"}}, {"properties": {"code": True}}]
)
def test_a_crs_member_that_names_nothing_is_refused(crs):
    with pytest.raises(FileRefused, match="names no coordinate system"):
        walked(_collection(crs=crs))


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ('{"type": "FeatureCollection",\n "features": [\n  {"type": "Feature",}\n ]}', "line 3, column"),
        ('{"type": "FeatureCollection", "features": [', "line 1, column 44"),
        (_collection(_feature()) + "\n}", "line 2, column 1"),
        (_collection(_feature())[:-30], "line 1, column"),
        ("hello", "line 1, column 1"),
        ("PK\x03\x04", "line 1, column 1"),
        ("[1, 2", "line 1, column 6"),
        ('{"type": "FeatureCollection", "features": [' + "[" * 100_000, "line 1, column 44"),
    ],
)
def test_broken_json_is_refused_with_line_and_column(source, place):
    with pytest.raises(FileRefused, match=f"not valid JSON at {place}"):
        walked(source)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("where", ["coordinates", "properties"])
def test_numbers_that_json_does_not_have_are_refused(number, where):
    source = _collection(_feature({"a": 0.5}))
    source = source.replace("121.4" if where == "coordinates" else "0.5", number)
    with pytest.raises(FileRefused, match=f"{number} is not a JSON number"):
        walked(source)


@pytest.mark.parametrize(
    "source",
    [
        "[]",
        "5",
        "{}",
        json.dumps(POINT),
        '{"type": "FeatureCollection"}',
        '{"type": "Topology", "features": []}',
        '{"type": "Feature", "features": []}',
        '{"features": []}',
    ],
)
def test_other_json_is_no_feature_collection(source):
    with pytest.raises(FileRefused, match="not a GeoJSON FeatureCollection"):
        walked(source)


@pytest.mark.parametrize(
    "source",
    [
        '{"type": "FeatureCollection", "features": {}}',
        '{"type": "FeatureCollection", "features": null}',
        '{"type": "FeatureCollection", "features": [{"type":"Feature"}], "features": []}',
    ],
)
def test_features_must_be_one_list(source):
    with pytest.raises(FileRefused, match="is not one list"):
        walked(source)


def test_wrong_features_are_reported_by_line_and_the_others_are_read():
    bad = {"type": "Polygon", "coordinates": [[[121, 31], [122, 31], [122, 32], [121.5, 31.5]]]}
    features = [_feature({"n": 1}), _feature({"n": 2}, bad), 5, {"type": "Point"}, _feature([1]), _feature({"n": 6})]
    source = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(map(json.dumps, features)) + "]}"
    read = walked(source)
    found = [(row.line, row.number, p.column, p.problem.code) for row in read.rows for p in row.problems]
    assert found == [
        (3, 2, "geometry", "geometry.open_ring"),
        (4, 3, None, "row.not_a_feature"),
        (5, 4, None, "row.not_a_feature"),
        (6, 5, None, "row.properties"),
    ]
    assert read.problems[0].problem.place == (121.0, 31.0)
    assert [row.line for row in read.rows] == [2, 3, 4, 5, 6, 7]
    assert [row.values for row in read.sound_rows] == [{"n": "1"}, {"n": "6"}]


def test_wrong_features_on_one_line_do_not_spoil_their_neighbours():
    read = walked(_collection(_feature({"n": 1}), 5, _feature({"n": 3})))
    assert [row.number for row in read.sound_rows] == [1, 3]
    assert {row.line for row in read.rows} == {1}


def test_values_that_no_database_can_hold_are_reported():
    source = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,'
        '"properties":{"a":"x\\u0000","b":"\\ud800","c":1e999,"d":"' + "x" * 10_001 + '"}}]}'
    )
    found = [(p.column, p.problem.code) for p in walked(source).problems]
    assert found == [
        ("a", "cell.no_character"),
        ("b", "cell.no_character"),
        ("c", "cell.not_finite"),
        ("d", "cell.too_long"),
    ]


def test_infinite_coordinates_in_disguise_are_reported():
    read = walked(_collection(_feature()).replace("121.4", "1e999"))
    assert [p.problem.code for p in read.problems] == ["geometry.not_finite"]


def test_a_feature_with_a_system_of_its_own_is_reported():
    read = walked(_collection(_feature(crs={"type": "name", "properties": {"name": "EPSG:4528"}})))
    assert [p.problem.code for p in read.problems] == ["row.own_crs"]


def test_the_caps(monkeypatch):
    with pytest.raises(FileRefused, match="201 columns"):
        walked(_collection(_feature({f"c{n}": n for n in range(201)})))
    monkeypatch.setattr("portal.kernel.formats.rows.MAX_ROWS", 2)
    with pytest.raises(FileRefused, match="more than 2 rows"):
        walked(_collection(*[_feature()] * 3))


def test_the_whole_file_never_stands_in_memory_as_lists(monkeypatch):
    seen = []
    monkeypatch.setattr(
        geojson, "_add_feature", lambda line, raw, reading, top=False: seen.append(raw["properties"]["n"])
    )
    walked(_collection(*[_feature({"n": n}) for n in range(50)]))
    assert seen == list(range(50))


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "count"),
    [("putuo_310107_streets_osm_wgs84.geojson", 10), ("shanghai16_osm_geoboundaries2017_wgs84.geojson", 16)],
)
def test_real_outlines_are_read(real_file, name, count):
    read = walked(real_file(name).read_text(encoding="utf-8"))
    assert len(read.rows) == count
    assert read.problems == []
    shapes = [shapely.from_wkb(row.shape) for row in read.rows]
    assert all(check_degrees(shape) is None and shape.is_valid for shape in shapes)


@pytest.mark.real_data
def test_putuo_declares_its_system_and_its_codes_stay_text(real_file):
    read = walked(real_file("putuo_310107_streets_osm_wgs84.geojson").read_text(encoding="utf-8"))
    assert read.declared_crs == "urn:ogc:def:crs:OGC:1.3:CRS84"
    assert {row.values["code_mca"][:6] for row in read.rows} == {"310107"}
    assert all(len(row.values["code_mca"]) == 9 for row in read.rows)
