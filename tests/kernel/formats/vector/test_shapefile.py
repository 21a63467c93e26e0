import pytest
import shapely

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.opening import open_file
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.vector.shapefile import read_shapefile_rows
from portal.kernel.geo.geometry import check_degrees
from tests.factories.vector_files import with_deleted, write_shapefile, zipped

NO_WISH = Wish()
BOXES = [shapely.box(121.4 + at / 10, 31.2, 121.45 + at / 10, 31.25) for at in range(3)]
COLUMNS = {"名称": ["真如镇街道", "万里街道", None], "编码": [310107000000, 310107000001, 3], "面积": [1.5, 2.0, 0.25]}


@pytest.fixture
def files(tmp_path):
    def make(shapes=BOXES, columns=COLUMNS, **options):
        return write_shapefile(tmp_path / "made", shapes, columns, **options)

    return make


@pytest.fixture
def read(tmp_path):
    def run(members, wish=NO_WISH, names="utf-8"):
        path = zipped(tmp_path / "given.zip", members, names=names)
        reading = read_shapefile_rows(path, wish, Limits(), "given.zip")
        return reading.head, list(reading.rows)

    return run


def _named(files, stem="街道", *, capitals=False, without=()):
    return {
        f"{stem}{suffix.upper() if capitals else suffix}": data
        for suffix, data in files.items()
        if suffix not in without
    }


def test_rows_with_values_as_texts_and_shapes_in_their_own_numbers(files, read):
    head, rows = read(_named(files()))
    assert (head.kind, head.columns, head.part, head.parts) == (
        "shapefile_zip",
        ("名称", "编码", "面积"),
        "街道",
        ("街道",),
    )
    assert (head.encoding, head.encoding_basis) == ("utf-8", "declared")
    assert [tuple(row.values.values()) for row in rows] == [
        ("真如镇街道", "310107000000", "1.5"),
        ("万里街道", "310107000001", "2"),
        (None, "3", "0.25"),
    ]
    assert [shapely.from_wkb(row.shape).equals(box) for row, box in zip(rows, BOXES, strict=True)] == [True] * 3
    assert [(row.number, row.line) for row in rows] == [(1, 1), (2, 2), (3, 3)]


def test_gbk_without_cpg_and_prj_with_chinese_capital_names(files, read):
    made = _named(files(encoding="GBK"), stem="普陀区/街道", capitals=True, without=(".cpg", ".prj"))
    head, rows = read(made, names="gbk")
    assert (head.encoding, head.encoding_basis, head.declared_crs) == ("gb18030", "fallback", None)
    assert head.sample[:3] == ("名称", "编码", "面积")
    assert head.part == "普陀区/街道"
    assert rows[0].values["名称"] == "真如镇街道"


def test_the_prj_is_handed_on_as_it_stands(files, read):
    made = files(crs="EPSG:4549")
    head, _ = read(_named(made))
    assert head.declared_crs == made[".prj"].decode()


def test_names_cut_in_the_middle_of_a_character_stay_apart(files, read):
    columns = {"街道办事处名称": ["甲", "乙", "丙"], "街道办事处编码": ["1", "2", "3"]}
    head, rows = read(_named(files(columns=columns, encoding="UTF-8"), without=(".cpg",)))
    # Ten bytes are three characters and a third of one.
    assert head.columns == ("街道办", "街道办 (2)") or len(set(head.columns)) == 2
    assert [tuple(row.values.values()) for row in rows] == [("甲", "1"), ("乙", "2"), ("丙", "3")]


def test_a_value_cut_at_254_bytes_loses_its_last_character_with_a_note(files, read):
    made = files(columns={"n": ["x" * 253 + "街", "b", "c"]}, encoding="GBK")
    dbf = made[".dbf"]
    assert b"x" * 253 in dbf
    at = dbf.index(b"x" * 253)
    made[".dbf"] = dbf[: at + 253] + "街".encode("gbk")[:1] + dbf[at + 254 :]
    _, rows = read(_named(made))
    assert rows[0].values["n"] == "x" * 253
    assert [(found.problem.code, found.problem.level, found.column) for found in rows[0].problems] == [
        ("cell.cut", "note", "n")
    ]


def test_dates_yes_and_no_and_long_numbers_with_gaps(files, read):
    columns = {"d": ["2020-01-31", None, "1999-12-31"], "证号": [110105194912310020, 9007199254740993, 1]}
    made = files(columns=columns)
    _, rows = read(_named(made))
    assert [row.values["d"] for row in rows] == ["2020-01-31", None, "1999-12-31"]
    assert [row.values["证号"] for row in rows] == ["110105194912310020", "9007199254740993", "1"]
    at = made[".dbf"].index(b"9007199254740993")
    made[".dbf"] = made[".dbf"][:at] + b"                " + made[".dbf"][at + 16 :]
    _, rows = read(_named(made))
    assert [row.values["证号"] for row in rows] == ["110105194912310020", None, "1"]


def test_deleted_rows_are_passed_over_and_the_lines_stay(files, read):
    made = files()
    made[".dbf"] = with_deleted(made[".dbf"], 1)
    head, rows = read(_named(made))
    assert [(row.number, row.line, row.values["编码"]) for row in rows] == [(1, 1, "310107000000"), (2, 3, "3")]
    assert "1 rows that are marked as deleted" in str(head.notes[0])


def test_null_shapes_heights_and_measures(files, read):
    shapes = [None, shapely.from_wkt("POINT Z (1 2 3)"), shapely.from_wkt("POINT Z (4 5 6)")]
    _, rows = read(_named(files(shapes=shapes, kind="Point Z")))
    assert rows[0].shape is None
    assert shapely.from_wkb(rows[1].shape).wkt == "POINT Z (1 2 3)"


def test_a_damaged_shape_is_a_problem_of_its_row(files, read):
    made = files()
    start = 2 * int.from_bytes(made[".shx"][108:112], "big")
    # So many points as nobody has: GDAL then gives no shape, as if there had been none.
    made[".shp"] = made[".shp"][: start + 48] + b"\xff\xff\xff\x7f" + made[".shp"][start + 52 :]
    _, rows = read(_named(made))
    assert [row.shape is None for row in rows] == [False, True, False]
    assert [found.problem.code for found in rows[1].problems] == ["geometry.unreadable"]


def test_one_of_several_is_chosen(files, read):
    made = files()
    both = {**_named(made, "甲"), **_named(made, "乙")}
    head, _ = read(both)
    assert (head.parts, head.part) == (("甲", "乙"), "甲")
    assert "2 layers" in str(head.notes[0])
    head, _ = read(both, Wish(layer="乙"))
    assert (head.part, head.notes) == ("乙", ())
    with pytest.raises(FileRefused, match="has no layer “丙”") as caught:
        read(both, Wish(layer="丙"))
    assert caught.value.code == "file.no_layer"


def test_the_table_must_be_there(files, read):
    with pytest.raises(FileRefused, match="lacks the table") as caught:
        read(_named(files(), without=(".dbf",)))
    assert caught.value.code == "file.no_dbf"


@pytest.mark.parametrize("suffix", [".shp", ".dbf"])
@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
def test_what_is_cut_off_is_refused(files, read, suffix, keep):
    made = files()
    made[suffix] = made[suffix][: int(len(made[suffix]) * keep)]
    with pytest.raises(FileRefused, match="cut off|damaged"):
        read(_named(made))


def test_parts_of_two_shapefiles_do_not_go_together(tmp_path, read):
    three = write_shapefile(tmp_path / "a", BOXES, COLUMNS)
    two = write_shapefile(tmp_path / "b", BOXES[:2], {"n": ["a", "b"]})
    with pytest.raises(FileRefused, match="do not belong together: 3 shapes, but 2 rows"):
        read(_named({**three, ".dbf": two[".dbf"]}))


@pytest.mark.parametrize("spoil", ["missing", "pointing outside", "short"])
def test_an_index_that_is_missing_or_wrong_is_made_anew(files, tmp_path, spoil):
    made = files()
    index = made.pop(".shx")
    if spoil == "pointing outside":
        made[".shx"] = index[:100] + b"\x7f\xff\xff\xff" + index[104:]
    elif spoil == "short":
        made[".shx"] = index[:-5]
    path = zipped(tmp_path / "given.zip", _named(made))
    with open_file(path, name="given.zip") as reading:
        assert "made anew" in str(reading.head.notes[0])
        rows = list(reading.rows)
    assert [row.values["名称"] for row in rows] == COLUMNS["名称"]
    assert shapely.from_wkb(rows[2].shape).equals(BOXES[2])


def test_pictures_in_the_zip_and_folders_are_no_matter(files, read):
    made = {**_named(files(), "数据/街道"), "数据/照片.jpg": b"x", "__MACOSX/数据/._街道.shp": b"x"}
    assert read(made)[0].part == "数据/街道"


@pytest.mark.real_data
def test_real_streets_as_a_gbk_shapefile_keep_names_and_shapes(real_data, tmp_path):
    import json

    collection = json.loads((real_data / "putuo_310107_streets_osm_wgs84.geojson").read_text("utf-8"))
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in collection["features"]]
    names = [str(feature["properties"].get("name")) for feature in collection["features"]]
    files = write_shapefile(tmp_path / "made", shapes, {"街道名称": names}, encoding="GBK")
    members = {f"普陀区街道{suffix.upper()}": files[suffix] for suffix in (".shp", ".shx", ".dbf")}
    path = zipped(tmp_path / "given.zip", members, names="gbk")
    with open_file(path, name="普陀.zip") as reading:
        rows = list(reading.rows)
    assert (reading.head.encoding, reading.head.encoding_basis) == ("gb18030", "fallback")
    assert [row.values["街道名称"] for row in rows] == names
    for row, shape in zip(rows, shapes, strict=True):
        read_back = shapely.from_wkb(row.shape)
        assert check_degrees(read_back) is None
        assert read_back.symmetric_difference(shape).area < 1e-12
