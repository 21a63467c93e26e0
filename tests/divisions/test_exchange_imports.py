"""Divisions that come in through the pipeline: every row settled with its target and changes, entered, taken back."""

from __future__ import annotations

import datetime as dt

import pytest
import shapely
from sqlalchemy import select

from portal.divisions import queries
from portal.divisions.exchange.imports import UNITS
from portal.divisions.models import UnitCode, UnitShape, UnitVersion
from portal.divisions.permissions import IMPORT_UNITS
from portal.errors import Forbidden, RuleBroken
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.trail import entries
from portal.kernel.contracts.importing import Action
from portal.kernel.formats.values import parse_cell
from portal.kernel.geo.crs import from_storage, parse_crs
from tests.divisions.conftest import AT
from tests.factories.divisions import make_unit, square
from tests.factories.staging import codes, planned

LATER = dt.date(2022, 7, 1)
WEST, EAST = square(121.40), square(121.41)
CHANGZHENG = {"name": "长征镇", "code": "310107102"}
TAOPU = {"name": "桃浦镇", "code": "310107103"}


@pytest.fixture
def look(session, rows):
    """Plans rows and gives them."""
    return lambda *given, actor=SYSTEM, **options: planned(session, actor, UNITS, rows(*given, **options))


def errors(row):
    return [found for found in row.findings if found.problem.level == "error"]


def refused_codes(rows):
    return [codes(row) for row in rows if row.refused]


# --- what becomes of a row -----------------------------------------------------------------------------------------


def test_unknown_units_are_new_and_nothing_is_written_by_a_plan(session, look, holdings):
    before = holdings()
    found = look(CHANGZHENG, TAOPU, shapes=[WEST, EAST])
    assert [(row.action, row.target, dict(row.changes)) for row in found] == [(Action.NEW, None, {})] * 2
    assert holdings() == before


def test_entered_units_have_name_kind_code_shape_and_parent(session, district, take):
    take(CHANGZHENG | {"population": 200000, "postcode": "200333"}, shapes=[WEST])
    town = queries.unit_by_code(session, "mca", "310107102", AT)
    assert (town.name, town.kind, town.level, town.parent_id) == ("长征镇", "town", 4, district.id)
    version = session.scalars(select(UnitVersion).where(UnitVersion.unit_id == town.id)).one()
    assert (version.population, version.postcode, version.source) == (200000, "200333", "名单.xlsx")
    assert (version.valid_from, version.announced_on) == (AT, AT)
    shape = session.scalars(select(UnitShape)).one()
    assert (shape.quality, shape.original_crs) == ("digitised", "EPSG:4490")
    assert queries.ancestry_differences(session) == []


def test_the_second_time_everything_is_unchanged(session, look, take):
    given = (CHANGZHENG | {"postcode": "200333"}, TAOPU)
    take(*given, shapes=[WEST, EAST])
    towns = [queries.unit_by_code(session, "mca", row["code"], AT) for row in given]
    for at in (AT, LATER):
        found = look(*given, shapes=[WEST, EAST], at=at)
        assert [(row.action, row.target) for row in found] == [
            (Action.UNCHANGED, str(town.public_id)) for town in towns
        ]


def test_changes_are_told_before_and_after_by_field(session, look, take):
    take(CHANGZHENG | {"postcode": "200333"}, shapes=[WEST])
    town = queries.unit_by_code(session, "mca", "310107102", AT)
    said = CHANGZHENG | {"postcode": "200334", "code_nbs": "310107102", "population": 1000}
    (row,) = look(said, shapes=[square(121.40, size=0.009)], at=LATER)
    assert (row.action, row.target) == (Action.CHANGED, str(town.public_id))
    assert {key: pair for key, pair in row.changes.items() if key != "shape"} == {
        "postcode": ("200333", "200334"),
        "code_nbs": (None, "310107102"),
        "population": (None, 1000),
    }
    before, after = row.changes["shape"]
    assert before.startswith("1.0")
    assert after.startswith("0.8")


def test_a_line_that_nobody_moved_is_the_same_after_a_way_through_a_projection(session, look, take):
    """A zone's metres with three decimals and back differ in the last digit that is kept."""
    take(CHANGZHENG, shapes=[WEST])
    nudged = shapely.transform(WEST, lambda xy: xy + 1e-8)
    (row,) = look(CHANGZHENG, shapes=[nudged])
    assert row.action is Action.UNCHANGED
    (row,) = look(CHANGZHENG, shapes=[shapely.transform(WEST, lambda xy: xy + 1e-6)])
    assert row.action is Action.CHANGED


def test_a_better_quality_of_the_same_line_is_a_change(look, take):
    take(CHANGZHENG, shapes=[WEST])
    (row,) = look(CHANGZHENG | {"quality": "surveyed"}, shapes=[WEST], at=LATER)
    assert row.changes["shape"][1].endswith("(surveyed)")


def test_parents_of_the_same_file_come_before_their_children(session, district, take):
    committee = {"name": "海棠苑居委会", "code": "310107103009", "parent_code": "310107103"}
    take(committee, TAOPU, code_system="nbs")
    found = queries.unit_by_code(session, "nbs", "310107103009", AT)
    assert [unit.name for unit in queries.ancestors(session, found.id, AT)] == ["普陀区", "桃浦镇"]


def test_codes_may_stand_in_columns_of_their_system_and_parents_too(session, look, take):
    """As an export of this portal writes them."""
    take(TAOPU | {"code_nbs": "310107103"})
    said = {"name": "海棠苑居委会", "code_nbs": "310107103009", "parent_code_nbs": "310107103"}
    (row,) = look(said | {"parent_code_mca": "999999"}, code_system="nbs")
    assert row.action is Action.NEW
    (row,) = look({"name": "桃浦镇", "code_mca": "310107103"})
    assert row.action is Action.UNCHANGED


def test_a_list_of_known_units_needs_no_column_of_parents(look, take):
    """Such as one of new telephone numbers; whoever is unknown still has to say where it lies."""
    take(TAOPU)
    known, unknown = look(TAOPU | {"phone": "021-66600000"}, CHANGZHENG, parent_code=None)
    assert known.changes == {"phone": (None, "021-66600000")}
    assert codes(unknown) == ["unit.no_parent"]


def test_the_outline_of_what_lies_below_says_nothing_new_of_the_district(look, take):
    take(CHANGZHENG, TAOPU, shapes=[WEST, EAST])
    district = {"name": "普陀区", "code": "310107", "kind": "district"}
    both = shapely.box(121.40, 31.24, 121.42, 31.25)
    (row,) = look(district, shapes=[both], parent_code=None)
    assert row.action is Action.UNCHANGED
    for given in ({"shapes": [square(121.40, size=0.02)]}, {"shapes": [both], "quality": "legal"}):
        (row,) = look(district, parent_code=None, **given)
        assert list(row.changes) == ["shape"]


def test_padded_codes_are_cut(look, take):
    take(TAOPU, code_system="nbs")
    (row,) = look(TAOPU | {"code": "310107103000", "parent_code": "310107000000"}, code_system="nbs")
    assert row.action is Action.UNCHANGED


def test_without_a_day_of_notice_all_stays_internal(session, take):
    take(TAOPU, announced_on=None)
    town = queries.unit_by_code(session, "mca", "310107103", AT)
    version = session.scalars(select(UnitVersion).where(UnitVersion.unit_id == town.id)).one()
    assert version.announced_on is None


# --- what is refused ------------------------------------------------------------------------------------------------


def test_a_new_name_kind_parent_or_code_is_a_change_with_a_document(session, look, take):
    take(TAOPU)
    make_unit(session, None, "嘉定区", level=3, codes={"mca": "310114"})
    for said, code, field in (
        (TAOPU | {"name": "桃浦街道"}, "unit.renamed", "name"),
        (TAOPU | {"kind": "street"}, "unit.other_kind", "kind"),
        (TAOPU | {"parent_code": "310114"}, "unit.other_parent", "parent_code"),
        (TAOPU | {"code": "310107109"}, "unit.other_code", "code"),
    ):
        (row,) = look(said)
        (found,) = errors(row)
        assert (found.problem.code, found.field, row.action) == (code, field, None)
        assert "change with a document" in str(found.problem.text)


def test_a_field_is_named_as_the_file_has_it(session, district, look):
    make_unit(session, district, "万里街道", codes={"nbs": "310107021"})
    (row,) = look({"name": "真如镇街道", "code_mca": "310107021", "code_nbs": "310107021"})
    assert [(one.problem.code, one.field, one.value) for one in row.findings] == [
        ("unit.code_borne", "code_nbs", "310107021")
    ]


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"code": None}, "unit.no_code", "code"),
        ({"code": "31010710X"}, "unit.code", "code"),
        ({"code": "310107", "kind": "town"}, "unit.code_length", "code"),
        ({"code": "3101071020"}, "unit.kind", "code"),
        ({"code_mca": "310107104"}, "unit.two_codes", "code"),
        ({"parent_code": "310199"}, "unit.unknown_parent", "parent_code"),
    ],
)
def test_a_row_that_is_wrong_in_itself_is_refused_at_its_field(look, said, code, field):
    wrong, sound = look(CHANGZHENG | said, TAOPU)
    assert [(one.problem.code, one.field) for one in errors(wrong)] == [(code, field)]
    assert (wrong.action, sound.action) == (None, Action.NEW)


def test_kind_digits_that_say_otherwise_are_a_note(look):
    (row,) = look(CHANGZHENG | {"kind": "street"})
    assert (codes(row), row.refused, row.action) == (["unit.kind_digits"], False, Action.NEW)


def test_a_code_twice_refuses_the_second_row(look):
    first, second = look(CHANGZHENG, TAOPU | {"code": "310107102"})
    assert (first.action, codes(second)) == (Action.NEW, ["unit.code_twice"])


def test_an_overlap_names_both_and_refuses_one(look):
    first, second = look(CHANGZHENG, TAOPU, shapes=[WEST, square(121.408, size=0.012)])
    assert codes(first) == ["geometry.overlap"]
    assert first.findings[0].field is None
    assert "桃浦镇" in str(first.findings[0].problem.text)
    assert second.action is Action.NEW


def test_a_hole_keeps_all_rows_around_it_out(look):
    cells = [square(121.40 + i * 0.01, 31.24 + j * 0.01) for i in range(3) for j in range(3) if (i, j) != (1, 1)]
    found = look(*({"name": f"{i}镇", "code": f"3101071{i:02}"} for i in range(1, 9)), shapes=cells)
    assert refused_codes(found) == [["geometry.hole"], *[["unit.shapes_together"]] * 7]
    assert "line 2" in str(found[1].findings[0].problem.text)


def test_a_suspected_shift_keeps_all_rows_out(look, take):
    take(CHANGZHENG, TAOPU, shapes=[WEST, EAST])
    shifted = [from_storage(shape, parse_crs("GCJ-02")) for shape in (WEST, EAST)]
    found = look(CHANGZHENG, TAOPU, shapes=shifted)
    assert refused_codes(found) == [["geometry.suspected_shift"], ["unit.shapes_together"]]


def test_children_of_a_refused_new_parent_are_refused_too(look):
    """The parent's shape overlaps that of another town; nothing can be below it."""
    committee = {"name": "海棠苑居委会", "code": "310107102009", "parent_code": "310107102"}
    wide = square(121.408, size=0.012)
    found = look(CHANGZHENG, TAOPU, committee, shapes=[WEST, wide, None], code_system="nbs")
    assert [codes(row) for row in found] == [["geometry.overlap"], [], ["unit.parent_refused"]]


# --- who may --------------------------------------------------------------------------------------------------------


def clerk(*units):
    return Actor(7, "何雨欣", scopes={IMPORT_UNITS.key: frozenset(unit.id for unit in units)})


def test_a_clerk_of_the_district_imports_below_it(district, look):
    (row,) = look(CHANGZHENG, actor=clerk(district))
    assert row.action is Action.NEW


def test_outside_ones_divisions_nothing_is_added_or_changed(session, district, look, take):
    take(CHANGZHENG, TAOPU)
    town = queries.unit_by_code(session, "mca", "310107102", AT)
    new, own, other = look(
        {"name": "真如镇", "code": "310107101"},
        CHANGZHENG | {"postcode": "200333"},
        TAOPU | {"postcode": "200331"},
        actor=clerk(town),
    )
    assert (codes(new), new.findings[0].field) == (["unit.not_yours"], "parent_code")
    assert own.action is Action.CHANGED
    assert (codes(other), other.findings[0].field) == (["unit.not_yours"], "code")


def test_a_clerk_adds_nothing_at_the_top_of_the_country(district, look):
    (row,) = look({"name": "嘉定区", "code": "310114", "kind": "district"}, actor=clerk(district), parent_code=None)
    assert codes(row) == ["unit.no_parent"]


def test_who_may_not_import_enters_and_undoes_nothing(session, rows, take):
    manifest = take(CHANGZHENG)
    with pytest.raises(Forbidden):
        UNITS.enter(session, Actor(1, "张三"), rows(TAOPU))
    with pytest.raises(Forbidden):
        UNITS.undo(session, Actor(1, "张三"), manifest)


# --- entering -------------------------------------------------------------------------------------------------------


def test_one_audit_row_says_what_was_written(session, take):
    manifest = take(CHANGZHENG, TAOPU, shapes=[WEST, EAST])
    (entry,) = [entry for entry in entries(session) if entry.verb == "imported"]
    assert entry.after == manifest
    assert manifest["counts"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert [last - first + 1 for first, last in manifest["wrote"]["added"]["unit_versions"]] == [2]


def test_only_changed_rows_are_read_again_and_shapes_of_the_others_still_count(session, rows, take):
    take(CHANGZHENG, TAOPU, shapes=[WEST, EAST])
    staging = rows(CHANGZHENG, TAOPU | {"postcode": "200331"}, shapes=[WEST, EAST], at=LATER)
    planned(session, SYSTEM, UNITS, staging)
    again = staging.for_entering()
    assert UNITS.enter(session, SYSTEM, again)["counts"] == {"new": 0, "changed": 1, "unchanged": 0}


def test_a_row_that_would_come_out_otherwise_now_stops_everything(session, rows, take, holdings):
    staging = rows(CHANGZHENG, TAOPU)
    planned(session, SYSTEM, UNITS, staging)
    take(TAOPU)
    before = holdings()
    with pytest.raises(RuleBroken, match="line 3 was changed since"):
        UNITS.enter(session, SYSTEM, staging.for_entering())
    assert holdings() == before


# --- declaration ----------------------------------------------------------------------------------------------------


def option(key):
    return next(one for one in UNITS.options if one.key == key)


@pytest.mark.parametrize(
    ("key", "written", "meant"),
    [
        ("kind", "村委会", "villagers_committee"),
        ("kind", "镇", "town"),
        ("kind", "Street", "street"),
        ("code_system", "民政代码", "mca"),
        ("code_system", "NBS", "nbs"),
        ("precision", "year", "year"),
        ("quality", "实测", "surveyed"),
        ("quality", "Legal boundary line", "legal"),
        ("tolerance_m", "0.5米", 0.5),
    ],
)
def test_options_are_read_in_the_words_of_offices(key, written, meant):
    value, problem = parse_cell(option(key), written, AT)
    assert (value if isinstance(value, str) else float(value), problem) == (meant, None)


def test_every_column_of_an_export_that_an_import_knows_has_the_same_key():
    from portal.divisions.exchange.exports import COLUMNS

    exported = {column.key for column in COLUMNS}
    assert {one.key for one in UNITS.fields} - exported == {"code", "parent_code"}


def test_codes_of_units_that_nobody_named_stay_out_of_the_way(session, take):
    take(CHANGZHENG)
    assert session.scalars(select(UnitCode.system).where(UnitCode.code == "310107102")).all() == ["mca"]
