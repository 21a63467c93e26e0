"""What an import takes in, what it changes, and that the same file changes nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from geoalchemy2.shape import to_shape
from sqlalchemy import select

from portal.divisions import queries
from portal.divisions.imports import ImportRefused
from portal.divisions.models import UnitCode, UnitShape, UnitVersion
from portal.kernel.audit.trail import entries
from portal.kernel.geo.crs import from_storage, parse_crs
from tests.divisions.conftest import AT
from tests.factories.divisions import make_unit, square

LATER = dt.date(2022, 7, 1)
WEST, EAST = square(121.40), square(121.41)


@pytest.fixture
def towns(district, geojson):
    return geojson(
        [
            {"name": "长征镇", "code": "310107102", "postcode": "200333", "geometry": WEST},
            {"name": "桃浦镇", "code": "310107103", "geometry": EAST},
        ]
    )


def same_area(shape, expected, share=1e-6):
    """Whether a stored shape covers what is expected, but for rounding to millimetres."""
    return to_shape(shape.geom).symmetric_difference(expected).area < share * expected.area


def versions(session, name):
    query = select(UnitVersion).where(UnitVersion.name == name).order_by(UnitVersion.valid_from, UnitVersion.id)
    return session.scalars(query).all()


def believed(session, name):
    return [version for version in versions(session, name) if version.superseded_at is None]


def test_new_units_with_codes_shapes_kind_and_parent(session, district, towns, take_in):
    report = take_in(towns)
    assert report.counts == {"new": 2, "changed": 0, "unchanged": 0}
    town = queries.unit_by_code(session, "mca", "310107102", AT)
    assert (town.name, town.kind, town.level, town.parent_id) == ("长征镇", "town", 4, district.id)
    shape = session.scalars(select(UnitShape).where(UnitShape.unit_id == town.id)).one()
    assert same_area(shape, WEST)
    assert shape.area_m2 == pytest.approx(1.055e6, rel=0.01)
    assert (shape.quality, shape.original_crs) == ("digitised", "EPSG:4490")
    assert queries.ancestry_differences(session) == []
    assert [unit.id for unit in queries.ancestors(session, town.id, AT)] == [district.id]


def test_the_same_file_again_changes_nothing(session, towns, take_in, holdings):
    take_in(towns)
    before = holdings()
    for at in (AT, LATER):
        report = take_in(towns, at=at)
        assert report.changed_nothing
        assert report.counts["unchanged"] == 2
    assert holdings() == before


def test_one_audit_row_an_import_with_its_manifest(session, towns, take_in):
    take_in(towns)
    take_in(towns)
    imported = [entry for entry in entries(session) if entry.verb == "imported"]
    assert len(imported) == 1
    assert imported[0].after["counts"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert imported[0].after["files"][0]["rows"] == 2
    assert len(imported[0].after["files"][0]["sha256"]) == 64


def test_particulars_that_differ_later_close_the_old_row_and_add_two(session, district, geojson, towns, take_in):
    take_in(towns)
    report = take_in(geojson([{"name": "长征镇", "code": "310107102", "postcode": "200334"}]), at=LATER)
    assert report.counts == {"new": 0, "changed": 1, "unchanged": 0}
    assert [(v.valid_from, v.valid_to, v.postcode) for v in believed(session, "长征镇")] == [
        (AT, LATER, "200333"),
        (LATER, None, "200334"),
    ]
    assert len(versions(session, "长征镇")) == 3


def test_particulars_that_differ_on_the_same_day_are_a_correction(session, geojson, towns, take_in):
    take_in(towns)
    take_in(geojson([{"name": "长征镇", "code": "310107102", "postcode": "200334"}]))
    assert [(v.valid_from, v.valid_to, v.postcode) for v in believed(session, "长征镇")] == [(AT, None, "200334")]


def test_an_empty_cell_says_nothing(session, geojson, towns, take_in):
    take_in(towns)
    assert take_in(geojson([{"name": "长征镇", "code": "310107102", "postcode": ""}]), at=LATER).changed_nothing


def test_a_shape_that_differs_later_closes_the_old_one(session, geojson, towns, take_in):
    take_in(towns)
    smaller = square(121.40, size=0.009)
    report = take_in(geojson([{"name": "长征镇", "code": "310107102", "geometry": smaller}]), at=LATER)
    assert report.counts["changed"] == 1
    town = queries.unit_by_code(session, "mca", "310107102", AT)
    shapes = session.scalars(
        select(UnitShape)
        .where(UnitShape.unit_id == town.id, UnitShape.superseded_at.is_(None))
        .order_by(UnitShape.valid)
    ).all()
    assert [(s.valid_from, s.valid_to) for s in shapes] == [(AT, LATER), (LATER, None)]
    assert same_area(shapes[0], WEST)
    assert same_area(shapes[1], smaller)


def test_codes_of_another_list_join_by_name_parent_and_kind_never_by_the_bare_code(session, district, table, take_in):
    take_in(table([{"name": "真如镇街道", "code": "310107021"}, {"name": "万里街道", "code": "310107022"}]))
    nbs = table([{"name": "万里街道", "code": "310107021"}, {"name": "真如镇街道", "code": "310107022"}], "nbs.csv")
    report = take_in(nbs, code_system="nbs", parent_system="mca")
    assert report.counts == {"new": 0, "changed": 2, "unchanged": 0}
    assert queries.unit_by_code(session, "nbs", "310107021", AT).name == "万里街道"
    assert take_in(nbs, code_system="nbs", parent_system="mca").changed_nothing


def test_two_systems_in_one_run(session, district, table, take_in):
    take_in(table([{"name": "万里街道", "code_mca": "310107022", "code_nbs": "310107021"}]))
    mca = queries.unit_by_code(session, "mca", "310107022", AT)
    assert queries.unit_by_code(session, "nbs", "310107021", AT) == mca


def test_several_files_are_one_import_and_parents_may_come_with_it(session, district, table, take_in):
    committees = table([{"name": "海棠苑居委会", "code": "310107103009", "parent_code": "310107103"}], "committees.csv")
    towns = table([{"name": "桃浦镇", "code": "310107103"}], "towns.csv")
    report = take_in(committees, towns, code_system="nbs")
    assert report.counts["new"] == 2
    committee = queries.unit_by_code(session, "nbs", "310107103009", AT)
    assert (committee.kind, committee.level) == ("residents_committee", 5)
    assert [unit.name for unit in queries.ancestors(session, committee.id, AT)] == ["普陀区", "桃浦镇"]


def test_columns_are_mapped_rows_filtered_and_padded_codes_cut(session, district, table, take_in):
    rows = [
        {"jahr": "2023", "mingcheng": "长征镇", "daima": "310107102000", "shang": "310107000000"},
        {"jahr": "2016", "mingcheng": "真如镇", "daima": "310107101000", "shang": "310107000000"},
    ]
    columns = {"name": "mingcheng", "code": "daima", "parent_code": "shang"}
    report = take_in(table(rows), columns=columns, only={"jahr": "2023"}, code_system="nbs")
    assert report.counts["new"] == 1
    assert queries.unit_by_code(session, "nbs", "310107102", AT).name == "长征镇"


def test_gb18030_when_it_is_declared(session, district, table, take_in):
    path = table([{"name": "长征镇", "code": "310107102"}], encoding="gb18030")
    assert take_in(path, encoding="gb18030").counts["new"] == 1


def test_metres_of_a_zone_are_taken_to_degrees(session, district, geojson, take_in):
    zone = parse_crs("EPSG:4549")
    path = geojson([{"name": "长征镇", "code": "310107102", "geometry": from_storage(WEST, zone)}], crs=None)
    take_in(path, crs="EPSG:4549")
    shape = session.scalars(select(UnitShape)).one()
    assert same_area(shape, WEST)
    assert shape.original_crs == "EPSG:4549"


def test_gcj02_when_it_is_declared(session, district, geojson, take_in):
    shifted = from_storage(WEST, parse_crs("GCJ-02"))
    take_in(geojson([{"name": "长征镇", "code": "310107102", "geometry": shifted}]), crs="GCJ-02")
    shape = session.scalars(select(UnitShape)).one()
    assert same_area(shape, WEST, share=1e-3)
    assert shape.original_crs == "GCJ-02"


def test_kinds_in_chinese_and_a_note_when_the_digits_say_otherwise(session, district, table, take_in):
    town = table([{"name": "长征镇", "code": "310107102"}], "town.csv")
    take_in(town, code_system="nbs")
    rows = [
        {"name": "新杨村委会", "code": "310107102201", "kind": "村委会"},
        {"name": "真建花苑居委会", "code": "310107102401", "kind": "类似居委会"},
        {"name": "祁连居委会", "code": "310107102202", "kind": "居委会"},
    ]
    report = take_in(table(rows), code_system="nbs", parent_code="310107102")
    assert report.counts["new"] == 3
    assert [note.value for note in report.notes] == ["居委会"]
    assert queries.unit_by_code(session, "nbs", "310107102401", AT).kind == "residents_committee"


def test_heights_are_dropped_with_a_note(session, district, geojson, take_in):
    ring = [[121.40, 31.24, 4.0], [121.41, 31.24, 4.0], [121.41, 31.25, 4.0], [121.40, 31.24, 4.0]]
    solid = {"type": "Polygon", "coordinates": [ring]}
    report = take_in(geojson([{"name": "长征镇", "code": "310107102", "geometry": solid}]))
    assert [note.problem.code for note in report.notes] == ["geometry.has_height"]


def test_what_is_not_announced_yet_stays_internal(app, session, towns, take_in):
    take_in(towns, announced_on=dt.date(2999, 1, 1))
    assert [unit.name for unit in queries.public_units(session, AT)] == ["普陀区"]
    take_in(towns, announced_on=AT)
    assert queries.unit_by_code(session, "mca", "310107102", AT) is not None


def test_new_codes_end_where_the_next_ones_begin(session, district, table, take_in):
    town = make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"})
    session.add(
        UnitCode(unit_id=town.id, system="nbs", code="310107109", valid_from=LATER, source="测试", announced_on=LATER)
    )
    session.flush()
    take_in(table([{"name": "长征镇", "code_mca": "310107102", "code_nbs": "310107102"}]))
    codes = session.scalars(
        select(UnitCode).where(UnitCode.unit_id == town.id, UnitCode.system == "nbs").order_by(UnitCode.valid)
    )
    assert [(row.code, row.valid_from, row.valid_to) for row in codes] == [
        ("310107102", AT, LATER),
        ("310107109", LATER, None),
    ]


def test_a_later_list_that_was_refused_leaves_no_trace(session, towns, table, take_in, holdings):
    take_in(towns)
    before = holdings()
    good_and_bad = [{"name": "新镇", "code": "310107104"}, {"name": "坏镇", "code": "31010710X"}]
    with pytest.raises(ImportRefused):
        take_in(table(good_and_bad), at=LATER)
    assert holdings() == before
