"""Zipped shapefiles out, read with GDAL."""

from __future__ import annotations

import csv
import io
import zipfile

import pyogrio
import pytest
import shapely

from portal.kernel.formats.writing import write_shapefile
from portal.kernel.formats.writing.dbf import cut, field_names
from portal.kernel.geo.crs import geodesic_distance_m, parse_crs, to_storage
from tests.factories.outgoing import AREA, AREAS, LINE, POINT, outgoing, row

POINTS = shapely.MultiPoint([(121.4, 31.2), (121.41, 31.2)])


def written(tmp_path, rows, **given):
    path = tmp_path / "a.shp.zip"
    assert write_shapefile(path, outgoing(rows, **given)) == len(rows)
    assert [one.name for one in tmp_path.iterdir()] == ["a.shp.zip"]
    return path


def read(path, layer):
    meta, _fids, shapes, values = pyogrio.raw.read(path, layer=layer)
    return meta, shapely.from_wkb(shapes), dict(zip(meta["fields"], values, strict=True))


def listed(path, name="字段对照.csv"):
    return list(csv.reader(io.StringIO(zipfile.ZipFile(path).read(name).decode("utf-8-sig"), newline="")))


def test_each_kind_of_geometry_has_a_shapefile_of_its_own(tmp_path):
    path = written(tmp_path, [row(POINT), row(POINTS), row(LINE), row(AREA), row(AREAS)])
    assert sorted(map(tuple, pyogrio.list_layers(path).tolist())) == [
        ("hazards_area", "Polygon"),
        ("hazards_line", "LineString"),
        ("hazards_point", "Point"),
        ("hazards_points", "MultiPoint"),
    ]
    names = zipfile.ZipFile(path).namelist()
    for ending in ("shp", "shx", "dbf", "prj", "cpg"):
        assert f"hazards_area.{ending}" in names
    assert zipfile.ZipFile(path).read("hazards_area.cpg") == b"UTF-8"
    meta, shapes, _values = read(path, "hazards_area")
    assert (meta["encoding"], len(shapes)) == ("UTF-8", 2)


@pytest.mark.parametrize(
    ("crs", "said"), [("EPSG:4490", "GCS_China_Geodetic_Coordinate_System_2000"), ("EPSG:4528", "Zone_40")]
)
def test_the_system_is_written_as_esri_writes_it_and_the_shapes_come_back(tmp_path, crs, said):
    path = written(tmp_path, [row(AREA)], crs=crs)
    assert said in zipfile.ZipFile(path).read("hazards_area.prj").decode()
    meta, shapes, _values = read(path, "hazards_area")
    assert meta["crs"] == crs
    back = to_storage(shapes[0], parse_crs(crs)).normalize()
    pairs = zip(shapely.get_coordinates(back), shapely.get_coordinates(AREA.normalize()), strict=True)
    assert max(geodesic_distance_m(*one, *other) for one, other in pairs) < 0.001


def test_names_are_ten_bytes_and_the_map_of_fields_says_what_they_mean(tmp_path):
    path = written(tmp_path, [row(POINT)])
    _meta, _shapes, values = read(path, "hazards_point")
    assert values["assessed_o"].tolist()[0].isoformat() == "2026-05-31"
    assert values["assessed_b"].tolist() == ["王芳"]
    told = {cells[0]: cells for cells in listed(path)}
    assert told["assessed_o"][1:3] == ["assessed_on", "评估日期"]
    assert told["level_name"][3]
    assert listed(path, "说明.csv")[1] == ["来源", "'=测试"]


def test_texts_are_cut_between_characters_and_it_is_said(tmp_path):
    path = written(
        tmp_path, [row(POINT, name="积" * 84), row(POINT, name="积" * 85), row(POINT, name="a" + "积" * 200)]
    )
    _meta, _shapes, values = read(path, "hazards_point")
    assert values["name"].tolist() == ["积" * 84, "积" * 84, "a" + "积" * 84]
    assert "2" in {cells[0]: cells for cells in listed(path)}["name"][3]


def test_rows_without_a_shape_are_named(tmp_path):
    collection = shapely.GeometryCollection([POINT, LINE])
    path = written(tmp_path, [row(POINT), row(None, name="=没有图形"), row(collection, name="混合")])
    assert ["2", "'=没有图形"] in listed(path)
    assert ["3", "混合"] in listed(path)
    assert pyogrio.read_info(path, layer="hazards_point")["features"] == 1


@pytest.mark.parametrize("rows", [[], [row(None)]])
def test_without_any_shape_it_opens_all_the_same(tmp_path, rows):
    assert pyogrio.read_info(written(tmp_path, rows))["features"] == 0


def test_english_names_for_english_readers(tmp_path):
    assert {"fields.csv", "about.csv"} < set(zipfile.ZipFile(written(tmp_path, [row(POINT)], locale="en")).namelist())


def test_field_names_are_short_and_all_different():
    keys = ["description", "descriptio", "description_name", "DESCRIPTIO_2", "名称名称", "a"]
    names = field_names(keys)
    assert names[1] == "descriptio"
    assert len({name.lower() for name in names}) == len(keys)
    assert all(0 < len(name.encode()) <= 10 for name in names)
    assert names[4] == "名称名"


def test_a_cut_never_leaves_half_a_character():
    assert cut("a😀", 3) == "a"
    assert cut("积" * 3, 9) == "积" * 3
