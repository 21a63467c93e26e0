import sqlite3
import struct

import numpy as np
import pyogrio.raw
import pytest
import shapely

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.opening import open_file
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.vector.geopackage import read_gpkg_rows
from tests.factories.vector_files import write_gpkg

NO_WISH = Wish()
SHAPES = [shapely.Point(1, 2), None, shapely.from_wkt("POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1))")]


def _edit(path, *statements):
    """By hand: the triggers that keep the index want functions that only GDAL has."""
    base = sqlite3.connect(path)
    for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{trigger}"')
    for statement, *values in statements:
        base.execute(statement, values)
    base.commit()
    base.close()


def _read(path, wish=NO_WISH, **limits):
    reading = read_gpkg_rows(path, wish, Limits(**limits), "f.gpkg")
    return reading.head, list(reading.rows)


def test_mixed_shapes_none_and_heights_come_as_they_are(tmp_path):
    head, rows = _read(write_gpkg(tmp_path / "a.gpkg", SHAPES, {"名称": ["a", None, "丙"], "n": [1, 2, 3]}))
    assert (head.kind, head.columns, head.declared_crs, head.has_geometry) == ("gpkg", ("名称", "n"), "EPSG:4490", True)
    assert [row.values for row in rows] == [{"名称": "a", "n": "1"}, {"名称": None, "n": "2"}, {"名称": "丙", "n": "3"}]
    assert rows[1].shape is None
    assert shapely.from_wkb(rows[2].shape).wkt == SHAPES[2].wkt


def test_values_are_texts(tmp_path):
    columns = {
        "whole": np.array([1.0, -0.0, 1e15]),
        "part": np.array([0.1, np.nan, np.inf]),
        "small": np.array([0.1, 0.2, 16777216.0], dtype="float32"),
        "yes": np.array([True, False, True]),
        "day": np.array(["2020-01-31", "NaT", "1999-01-01"], dtype="datetime64[D]"),
        "moment": np.array(["2020-01-31T08:09:10", "NaT", "1999-01-01"], dtype="datetime64[ms]"),
    }
    _, rows = _read(write_gpkg(tmp_path / "a.gpkg", SHAPES, columns))
    found = {name: [row.values[name] for row in rows] for name in columns}
    assert found["whole"] == ["1", "0", "1000000000000000.0"]
    assert found["part"] == ["0.1", None, "inf"]
    assert found["small"] == ["0.1", "0.2", "16777216"]
    assert found["yes"] == ["true", "false", "true"]
    assert found["day"] == ["2020-01-31", None, "1999-01-01"]
    assert found["moment"] == ["2020-01-31T08:09:10", None, "1999-01-01T00:00:00"]
    assert [found.problem.code for found in rows[2].problems] == ["cell.not_finite"]


def test_long_numbers_with_gaps_are_exact(tmp_path):
    path = write_gpkg(tmp_path / "a.gpkg", SHAPES, {"证号": np.array([110105194912310021, 2, 9007199254740993])})
    _edit(path, ["UPDATE a SET 证号 = NULL WHERE fid = 2"])
    _, rows = _read(path)
    assert [row.values["证号"] for row in rows] == ["110105194912310021", None, "9007199254740993"]


def test_many_batches_keep_order_and_numbers(tmp_path):
    count = 5003
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(at, at) for at in range(count)], {"n": list(range(count))})
    _edit(path, ["DELETE FROM a WHERE fid IN (7, 2500)"])
    _, rows = _read(path)
    assert [row.values["n"] for row in rows] == [str(n) for n in range(count) if n not in (6, 2499)]
    assert [row.number for row in rows] == list(range(1, count - 1))
    assert all(shapely.from_wkb(row.shape).x == float(row.values["n"]) for row in rows)


def test_layers_and_a_table_without_shapes(tmp_path):
    path = write_gpkg(tmp_path / "a.gpkg", [], {"n": np.array([], dtype="int64")}, layer="空", kind="Point")
    write_gpkg(path, SHAPES[:1], {"n": [1]}, layer="点", append=False, kind="Point")
    pyogrio.raw.write(
        path, None, [np.array([5])], ["m"], driver="GPKG", layer="表", geometry_type=None, crs=None, append=False
    )
    head, rows = _read(path)
    assert (head.parts, head.part, len(rows)) == (("空", "点", "表"), "点", 1)
    head, rows = _read(path, Wish(layer="表"))
    assert (head.has_geometry, head.columns, rows[0].values, rows[0].shape) == (False, ("m",), {"m": "5"}, None)
    assert _read(path, Wish(layer="空"))[1] == []
    with pytest.raises(FileRefused, match="has no layer"):
        _read(path, Wish(layer="没有"))


def test_a_system_that_nobody_knows_is_none(tmp_path):
    head, _ = _read(write_gpkg(tmp_path / "a.gpkg", SHAPES[:1], {"n": [1]}, crs=None))
    assert head.declared_crs is None


def test_binary_columns_are_left_out_and_named(tmp_path):
    path = write_gpkg(tmp_path / "a.gpkg", SHAPES[:1], {"n": [1]})
    _edit(path, ["ALTER TABLE a ADD COLUMN 照片 BLOB"], ["UPDATE a SET 照片 = x'00ff'"])
    head, rows = _read(path)
    assert head.columns == ("n",)
    assert "照片" in str(head.notes[0])
    assert rows[0].values == {"n": "1"}


def test_curves_become_lines(tmp_path):
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.box(0, 0, 1, 1)], {"n": [1]})
    points = [(0, 0), (1, 1), (2, 0)]
    arc = struct.pack("<BII", 1, 8, 3) + b"".join(struct.pack("<dd", *point) for point in points)
    header = b"GP\x00\x01" + struct.pack("<i", 4490)
    _edit(path, ["UPDATE a SET geom = ?", header + arc])
    _, rows = _read(path)
    line = shapely.from_wkb(rows[0].shape)
    assert line.geom_type == "LineString"
    assert len(line.coords) > 3


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_what_is_cut_off_is_refused(tmp_path, keep):
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(n, n) for n in range(5000)], {"n": ["x" * 50] * 5000})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(FileRefused) as caught, open_file(path, name="f.gpkg") as reading:
        list(reading.rows)
    assert caught.value.code in ("file.damaged", "file.no_layer")


def test_caps(tmp_path):
    path = write_gpkg(tmp_path / "a.gpkg", SHAPES, {"a": [1, 2, 3], "b": [1, 2, 3]})
    with pytest.raises(FileRefused, match="more than 2 rows"):
        _read(path, rows=2)
    with pytest.raises(FileRefused, match="2 columns; the most is 1"):
        _read(path, columns=1)


def test_views_of_the_file_get_nothing_done(tmp_path):
    path = write_gpkg(tmp_path / "a.gpkg", SHAPES[:1], {"n": [1]})
    _edit(
        path,
        ["CREATE VIEW evil AS SELECT load_extension('/tmp/evil.so') AS n, fid, geom FROM a"],
        ["INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('evil', 'attributes', 'evil')"],
    )
    before = path.read_bytes()
    with pytest.raises(FileRefused), open_file(path, Wish(layer="evil"), name="f.gpkg") as reading:
        list(reading.rows)
    assert path.read_bytes() == before


def test_a_stale_count_hides_no_row(tmp_path):
    path = write_gpkg(tmp_path / "a.gpkg", SHAPES, {"n": [1, 2, 3]})
    _edit(path, ["UPDATE gpkg_ogr_contents SET feature_count = 1"])
    assert [row.values["n"] for row in _read(path)[1]] == ["1", "2", "3"]


def test_a_damaged_shape_is_a_problem_of_its_row(tmp_path):
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(at, at) for at in range(9)], {"n": list(range(9))})
    cut_off = b"GP\0\1" + b"\0" * 4 + b"\x01\x03\0\0\0\xff\xff\xff\x00"
    _edit(path, ["UPDATE a SET geom = ? WHERE fid = 3", b"garbage"], ["UPDATE a SET geom = ? WHERE fid = 7", cut_off])
    _, rows = _read(path)
    assert [row.values["n"] for row in rows] == [str(at) for at in range(9)]
    assert [row.number for row in rows if row.shape is None] == [3, 7]
    assert [row.number for row in rows for found in row.problems if found.problem.code == "geometry.unreadable"] == [
        3,
        7,
    ]
