"""What an import refuses, with file, line, column, value and reason, and that it then changes nothing."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import shapely

from portal.divisions.imports import ImportRefused
from portal.errors import BadInput, Forbidden
from portal.kernel.access.actor import Actor
from portal.kernel.geo.crs import from_storage, parse_crs
from tests.divisions.conftest import AT, DECLARED, TODAY
from tests.factories.divisions import make_unit, square

WEST, EAST = square(121.40), square(121.41)
TOWN = {"name": "长征镇", "code": "310107102"}


@pytest.fixture
def refused(district, take_in, holdings):
    """Imports, expects a refusal that leaves every table as it was, and gives what was refused."""

    def run(*paths, **given):
        before = holdings()
        with pytest.raises(BadInput) as caught:
            take_in(*paths, **given)
        assert holdings() == before
        return caught.value

    return run


def only(refusal):
    assert isinstance(refusal, ImportRefused), refusal
    assert len(refusal.findings) == 1, refusal.findings
    return refusal.findings[0]


# --- the file as a whole ------------------------------------------------------------------------------------------


def test_a_folder_an_empty_file_and_one_that_is_not_there(refused, tmp_path):
    empty = tmp_path / "empty.geojson"
    empty.touch()
    assert "folder" in str(refused(tmp_path))
    assert "empty" in str(refused(empty))
    assert "does not exist" in str(refused(tmp_path / "none.csv"))


def test_a_file_of_500_megabytes_is_not_even_opened(refused, tmp_path):
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(500 * 1024 * 1024)
    assert "too large: 500.0 MB" in str(refused(huge))


def test_another_kind_of_file(refused, tmp_path):
    sheet = tmp_path / "units.xlsx"
    sheet.write_bytes(b"PK\x03\x04")
    assert "neither GeoJSON" in str(refused(sheet))


def test_a_wrong_encoding_names_byte_and_line(refused, table):
    refusal = refused(table([TOWN], encoding="gb18030"))
    assert "not UTF-8" in str(refusal)
    assert "line 2" in str(refusal)


def test_a_header_without_rows_and_a_filter_that_keeps_none(refused, table, tmp_path):
    bare = tmp_path / "bare.csv"
    bare.write_text("name,code\n", encoding="utf-8")
    assert "no row" in str(refused(bare))
    assert "no row" in str(refused(table([TOWN]), only={"name": "桃浦镇"}))


def test_columns_that_are_missing_are_named_with_those_there(refused, table):
    assert "“code:mca”" in str(refused(table([{"name": "长征镇", "daima": "310107102"}])))
    refusal = refused(table([TOWN]), columns={"seat": "zhudi"})
    assert "no column “zhudi”" in str(refusal)
    assert "name, code" in str(refusal)
    assert "is not a field" in str(refused(table([TOWN]), columns={"colour": "name"}))


def test_an_unknown_code_system(refused, table):
    assert "mca, nbs" in str(refused(table([TOWN]), code_system="gb2260"))


# --- coordinates --------------------------------------------------------------------------------------------------


def test_geometry_without_a_coordinate_system_declared_or_given(refused, geojson):
    refusal = refused(geojson([TOWN | {"geometry": WEST}], crs=None))
    assert "no declared coordinate system" in str(refusal)


@pytest.mark.parametrize("crs", ["EPSG:4214", "EPSG:2365", "西安80", "上海2000坐标系", "EPSG:99999"])
def test_a_system_that_nobody_can_convert(refused, geojson, crs):
    refused(geojson([TOWN | {"geometry": WEST}], crs=None), crs=crs)


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (square(2.35, 48.85), "geometry.outside_china"),
        (shapely.box(31.24, 121.40, 31.25, 121.41), "geometry.swapped_axes"),
        (from_storage(WEST, parse_crs("EPSG:4528")), "geometry.looks_plane"),
        (
            shapely.Polygon([(121.40, 31.24), (121.41, 31.25), (121.41, 31.24), (121.40, 31.25)]),
            "geometry.invalid_ring",
        ),
        (shapely.Point(121.40, 31.24), "geometry.not_an_area"),
        (
            {"type": "Polygon", "coordinates": [[[121.4, 31.24], [121.41, 31.24], [121.41, 31.25]]]},
            "geometry.short_ring",
        ),
        (
            {"type": "Polygon", "coordinates": [[[121.4, 31.2], [121.5, 31.2], [121.5, 31.3], [121.4, 31.3]]]},
            "geometry.open_ring",
        ),
        ({"type": "Polygon", "coordinates": []}, "geometry.empty"),
    ],
)
def test_a_geometry_that_is_wrong_is_named_with_its_row(refused, geojson, shape, code):
    finding = only(
        refused(geojson([TOWN | {"geometry": WEST}, {"name": "桃浦镇", "code": "310107103", "geometry": shape}]))
    )
    assert (finding.file, finding.number, finding.column) == ("units.geojson", 2, "geometry")
    assert finding.problem.code == code
    assert finding.line > 1


def test_gcj02_is_recognised_by_the_outline_of_the_parent(refused, session, district, geojson):
    town = make_unit(session, district, "长征镇", kind="town", codes={"nbs": "310107102"}, shape=WEST.union(EAST))
    halves = [
        {"name": name, "code": code, "geometry": from_storage(half, parse_crs("GCJ-02"))}
        for name, code, half in (("甲居委会", "310107102001", WEST), ("乙居委会", "310107102002", EAST))
    ]
    finding = only(refused(geojson(halves), code_system="nbs", parent_code="310107102"))
    assert finding.problem.code == "geometry.suspected_shift"
    assert "GCJ-02" in str(finding.problem.text)
    metres = finding.problem.text.params
    assert (metres["east_m"] ** 2 + metres["north_m"] ** 2) ** 0.5 == pytest.approx(487, abs=25)
    assert town.id


def test_bd09_is_recognised_by_the_shapes_it_would_replace(refused, geojson, take_in):
    both = [TOWN | {"geometry": WEST}, {"name": "桃浦镇", "code": "310107103", "geometry": EAST}]
    take_in(geojson(both))
    shifted = [unit | {"geometry": from_storage(unit["geometry"], parse_crs("BD-09"))} for unit in both]
    finding = only(refused(geojson(shifted), at=TODAY))
    assert finding.problem.code == "geometry.suspected_shift"
    assert "BD-09" in str(finding.problem.text)


# --- territories against each other ---------------------------------------------------------------------------------


def test_overlaps_in_the_file_are_named_with_both_names_area_and_width(refused, geojson):
    wide = square(121.408, size=0.012)
    finding = only(
        refused(geojson([TOWN | {"geometry": WEST}, {"name": "桃浦镇", "code": "310107103", "geometry": wide}]))
    )
    assert finding.problem.code == "geometry.overlap"
    assert "桃浦镇" in str(finding.problem.text)
    assert finding.problem.text.params["width"] == pytest.approx(190, abs=5)


def test_overlaps_with_a_sibling_on_record(refused, geojson, take_in):
    take_in(geojson([TOWN | {"geometry": WEST}]))
    finding = only(refused(geojson([{"name": "桃浦镇", "code": "310107103", "geometry": square(121.405)}])))
    assert finding.value == "桃浦镇"
    assert "长征镇" in str(finding.problem.text)


def test_an_overlap_within_the_tolerance_goes_in(district, geojson, take_in):
    close = square(121.409995)
    units = geojson([TOWN | {"geometry": WEST}, {"name": "桃浦镇", "code": "310107103", "geometry": close}])
    assert take_in(units).counts["new"] == 2


def test_a_tighter_tolerance_refuses_it(refused, geojson):
    close = square(121.409995)
    units = geojson([TOWN | {"geometry": WEST}, {"name": "桃浦镇", "code": "310107103", "geometry": close}])
    assert only(refused(units, tolerance_m=0.1)).problem.code == "geometry.overlap"


def ring_of_eight():
    cells = [square(121.40 + i * 0.01, 31.24 + j * 0.01) for i in range(3) for j in range(3) if (i, j) != (1, 1)]
    return [{"name": f"{i}镇", "code": f"3101071{i:02}", "geometry": cell} for i, cell in enumerate(cells, start=1)]


def test_a_hole_inside_the_union(refused, geojson):
    finding = only(refused(geojson(ring_of_eight())))
    assert finding.problem.code == "geometry.hole"
    assert finding.problem.text.params["area"] == pytest.approx(1.055e6, rel=0.02)


def test_a_hole_that_another_district_holds_is_an_enclave(session, district, geojson, take_in):
    other = make_unit(session, None, "嘉定区", level=3)
    make_unit(session, other, "江桥镇", kind="town", shape=square(121.41, 31.25))
    assert take_in(geojson(ring_of_eight())).counts["new"] == 8


# --- who is who -----------------------------------------------------------------------------------------------------


def test_an_unknown_parent_and_none_at_all(refused, table):
    row = {"name": "海棠苑居委会", "code": "310107103009", "parent_code": "310107103"}
    finding = only(refused(table([row]), code_system="nbs"))
    assert (finding.column, finding.value, finding.line) == ("parent_code", "310107103", 2)
    assert finding.problem.code == "unit.unknown_parent"
    finding = only(refused(table([row | {"parent_code": ""}]), code_system="nbs", parent_code=None))
    assert finding.problem.code == "unit.no_parent"


def test_a_parent_that_is_not_valid_on_the_day(refused, session, district, table):
    make_unit(session, district, "桃浦镇", kind="town", codes={"nbs": "310107103"}, at=dt.date(2021, 1, 1))
    row = {"name": "海棠苑居委会", "code": "310107103009", "parent_code": "310107103"}
    assert only(refused(table([row]), code_system="nbs")).problem.code == "unit.unknown_parent"


def test_a_parent_of_the_same_level(refused, session, district, table):
    make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103"})
    assert only(refused(table([TOWN]), parent_code="310107103")).problem.code == "unit.parent_level"


def test_a_code_twice_in_the_file_names_the_first_line(refused, table):
    finding = only(refused(table([TOWN, {"name": "桃浦镇", "code": "310107102"}])))
    assert (finding.line, finding.value) == (3, "310107102")
    assert finding.problem.text.params["line"] == 2


def test_a_code_of_another_list_that_somebody_else_bears(refused, session, district, table):
    make_unit(session, district, "万里街道", codes={"nbs": "310107021"})
    row = {"name": "真如镇街道", "code_mca": "310107021", "code_nbs": "310107021"}
    finding = only(refused(table([row])))
    assert (finding.column, finding.problem.code) == ("code_nbs", "unit.code_borne")
    assert "万里街道" in str(finding.problem.text)


def test_a_code_that_somebody_bears_later(refused, table, take_in):
    take_in(table([TOWN]), at=TODAY)
    finding = only(refused(table([TOWN]), at=AT))
    assert finding.problem.code == "unit.code_borne_later"


def test_another_name_is_a_change_with_a_document(refused, table, take_in):
    take_in(table([TOWN]))
    finding = only(refused(table([TOWN | {"name": "真如镇"}])))
    assert (finding.column, finding.value) == ("name", "真如镇")
    assert "change with a document" in str(finding.problem.text)
    assert "长征镇" in str(finding.problem.text)


def test_another_kind_parent_or_code_are_changes_too(refused, session, district, table, take_in):
    take_in(table([TOWN]))
    other = make_unit(session, None, "嘉定区", level=3, codes={"mca": "310114"})
    assert only(refused(table([TOWN | {"kind": "street"}]))).problem.code == "unit.other_kind"
    assert only(refused(table([TOWN]), parent_code="310114")).problem.code == "unit.other_parent"
    assert only(refused(table([TOWN | {"code": "310107109"}]))).problem.code == "unit.other_code"
    assert other.id


# --- cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"name": ""}, "name", "unit.no_name"),
        ({"name": "长" * 101}, "name", "unit.too_long"),
        ({"code": ""}, "code", "unit.no_code"),
        ({"code": "3.10107E+08"}, "code", "cell.excel_number"),
        ({"code": "31010710X"}, "code", "unit.code"),
        ({"code": "3101071020"}, "code", "unit.kind"),
        ({"code": "310107", "kind": "town"}, "code", "unit.code_length"),
        ({"kind": "大镇"}, "kind", "unit.kind"),
        ({"population": "-5"}, "population", "unit.population"),
        ({"population": "12.5"}, "population", "unit.population"),
        ({"population": "１２"}, "population", "unit.population"),
        ({"quality": "perfect"}, "quality", "unit.quality"),
    ],
)
def test_a_cell_that_is_wrong_is_named_with_its_value(refused, table, change, column, code):
    row = {"kind": "", "population": "", "quality": ""} | TOWN | change
    finding = only(refused(table([row])))
    assert (finding.line, finding.column, finding.problem.code) == (2, column, code)
    assert (finding.value or "") == change[column]


def test_all_that_is_wrong_is_said_at_once(refused, table):
    rows = [TOWN | {"name": ""}, TOWN | {"code": "x"}, {"name": "桃浦镇", "code": "310107103"}]
    refusal = refused(table(rows))
    assert [finding.line for finding in refusal.findings] == [2, 3]


def test_broken_rows_that_the_filter_leaves_out_do_not_matter(district, table, take_in):
    rows = [TOWN | {"jahr": "2023"}, {"name": "", "code": "x", "jahr": "2016"}]
    assert take_in(table(rows), only={"jahr": "2023"}).counts["new"] == 1


def test_a_feature_that_is_none(refused, tmp_path):
    path = tmp_path / "odd.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": DECLARED, "features": [7]}), encoding="utf-8")
    assert only(refused(path)).problem.code == "row.not_a_feature"


def test_only_who_may_import_may(session, district, table):
    from portal.divisions.imports import ImportUnits, import_units

    command = ImportUnits(files=(table([TOWN]),), code_system="mca", at=AT, announced_on=AT, parent_code="310107")
    with pytest.raises(Forbidden):
        import_units(session, Actor(1, "张三"), command, TODAY)
