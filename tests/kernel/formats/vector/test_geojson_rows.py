import json
from dataclasses import replace

import pytest
import shapely

from portal.kernel.formats.geojson import walk_geojson
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.reading import ReadRow, Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.vector.geojson_rows import read_geojson_rows

NO_WISH = Wish()


def _read(path, wish=NO_WISH, **limits):
    reading = read_geojson_rows(path, wish, Limits(**limits), "f.geojson")
    return reading.head, list(reading.rows)


def _write(tmp_path, features, *, encoding="utf-8", **members):
    path = tmp_path / "f.geojson"
    collection = {"type": "FeatureCollection", **members, "features": features}
    path.write_bytes(json.dumps(collection, ensure_ascii=False, indent=1).encode(encoding))
    return path


def _feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


POINT = {"type": "Point", "coordinates": [121.4, 31.25, 4.5]}


def test_rows_come_through_the_spool_as_they_were_read(tmp_path):
    ring = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}
    path = _write(tmp_path, [_feature(POINT, 名称="甲"), _feature(ring, n=1.0), {"type": "x"}, _feature(None, b="x")])
    head, rows = _read(path)
    walked: list[ReadRow] = []
    assert (head.columns, head.declared_crs) == walk_geojson(
        path.read_text(encoding="utf-8"), "f.geojson", walked.append
    )
    assert rows == [replace(row, values=dict.fromkeys(head.columns) | row.values) for row in walked]
    assert [len(row.problems) for row in rows] == [0, 1, 1, 0]
    assert shapely.from_wkb(rows[0].shape).wkt == "POINT Z (121.4 31.25 4.5)"


def test_every_row_has_every_column(tmp_path):
    head, rows = _read(_write(tmp_path, [_feature(POINT, a=1), _feature(None, b=2)]))
    assert head.columns == ("a", "b")
    assert [row.values for row in rows] == [{"a": "1", "b": None}, {"a": None, "b": "2"}]
    assert rows[1].shape is None


def test_half_a_character_is_a_problem_and_not_a_crash(tmp_path):
    path = tmp_path / "f.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"\\ud800"},"geometry":null}]}'
    )
    _, rows = _read(path)
    assert [found.problem.code for found in rows[0].problems] == ["cell.no_character"]


def test_gb18030_is_read_and_wants_to_be_confirmed(tmp_path):
    head, rows = _read(_write(tmp_path, [_feature(POINT, 名称="真如镇街道")], encoding="gb18030"))
    assert (head.encoding, head.encoding_basis) == ("gb18030", "fallback")
    assert any("真如镇街道" in line for line in head.sample)
    assert rows[0].values == {"名称": "真如镇街道"}


def test_the_declared_system_is_handed_on(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    assert _read(_write(tmp_path, [_feature(POINT)], crs=crs))[0].declared_crs == "urn:ogc:def:crs:EPSG::4549"
    assert _read(_write(tmp_path, [_feature(POINT)]))[0].declared_crs is None


def test_what_breaks_off_is_refused_with_its_line(tmp_path):
    path = _write(tmp_path, [_feature(POINT, a=1)] * 3)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(FileRefused, match="not valid JSON at line") as caught:
        _read(path)
    assert caught.value.code == "file.damaged"
