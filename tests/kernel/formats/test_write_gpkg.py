"""GeoPackage out, read with GDAL and SQLite."""

from __future__ import annotations

import datetime as dt
import sqlite3

import numpy as np
import pyogrio
import pytest
import shapely

from portal.errors import BadInput
from portal.kernel.formats.writing import batches, write_gpkg
from portal.kernel.geo.crs import geodesic_distance_m, parse_crs, to_storage
from tests.factories.outgoing import AREA, AREAS, LINE, POINT, VALUES, outgoing, row


def written(tmp_path, rows, **given):
    path = tmp_path / "a.gpkg"
    assert write_gpkg(path, outgoing(rows, **given)) == len(rows)
    return path


def fields(path):
    meta, _fids, shapes, values = pyogrio.raw.read(path)
    return shapely.from_wkb(shapes), dict(zip(meta["fields"], values, strict=True))


def test_values_keep_their_types(tmp_path):
    path = written(tmp_path, [row(POINT), row(None, **dict.fromkeys(VALUES, None))])
    info = pyogrio.read_info(path)
    assert dict(zip(info["fields"], info["ogr_types"], strict=True)) == {
        "name": "OFTString",
        "code": "OFTString",
        "level": "OFTString",
        "level_name": "OFTString",
        "people": "OFTInteger64",
        "area": "OFTReal",
        "assessed_on": "OFTDate",
        "assessed_by": "OFTString",
        "open": "OFTInteger",
        "seen_at": "OFTString",
    }
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT * FROM hazards").fetchall()
    assert found[0][2:] == (
        "下立交积水点", "031010700501", "red", "重大", 120, 1234.5, "2026-05-31", "王芳", 1, "2026-05-31 08:30:00",
    )  # fmt: skip
    assert found[1][1:] == (None,) * 11


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4528", "EPSG:4549", "EPSG:4508"])
def test_it_comes_back_to_a_millimetre_x_is_east(tmp_path, crs):
    path = written(tmp_path, [row(AREAS)], crs=crs)
    assert pyogrio.read_info(path)["crs"] == crs
    shape = fields(path)[0][0]
    back = shapely.get_coordinates(to_storage(shape, parse_crs(crs)))
    far = [geodesic_distance_m(*one, *other) for one, other in zip(back, shapely.get_coordinates(AREAS), strict=True)]
    assert max(far) < 0.001


@pytest.mark.parametrize(
    ("shapes", "declared"),
    [([AREAS, None, AREAS], "MULTIPOLYGON"), ([POINT], "POINT"), ([AREA, AREAS], "GEOMETRY"), ([], "GEOMETRY")],
)
def test_the_layer_says_what_its_shapes_are_when_they_are_the_same(tmp_path, shapes, declared):
    path = written(tmp_path, [row(shape) for shape in shapes])
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT geometry_type_name, srs_id FROM gpkg_geometry_columns").fetchall()
    assert found == [(declared, 4490)]
    assert pyogrio.read_info(path)["features"] == len(shapes)


def test_batches_join_without_a_seam(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 3)
    rows = [row(None if i % 3 == 0 else POINT, name=f"{i}", people=i or None) for i in range(10)]
    shapes, found = fields(written(tmp_path, rows))
    assert list(found["name"]) == [str(i) for i in range(10)]
    assert [shape is None for shape in shapes] == [i % 3 == 0 for i in range(10)]
    assert found["assessed_on"].tolist() == [dt.date(2026, 5, 31)] * 10
    assert np.isnan(found["people"][0])


def test_it_says_what_it_is(tmp_path):
    with sqlite3.connect(written(tmp_path, [row(LINE)])) as connection:
        said = connection.execute("SELECT table_name, identifier, description FROM gpkg_contents").fetchall()
    assert said == [("hazards", "风险隐患", "测试来源")]


def test_what_lies_outside_the_system_is_refused(tmp_path):
    with pytest.raises(BadInput):
        write_gpkg(tmp_path / "a.gpkg", outgoing([row(shapely.Point(30, 0))], crs="EPSG:4549"))
