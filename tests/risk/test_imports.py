"""Hazards that come in from files: whose each row is, what becomes of it, and back out again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import shapely
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal.errors import FormInvalid, RuleBroken
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.models import AuditEntry
from portal.kernel.contracts.importing import Action
from portal.risk import queries
from portal.risk.exchange.imports import HAZARDS
from portal.risk.models import Hazard
from portal.risk.queries import Chosen
from portal.risk.rules import Placed
from portal.risk.service import AddHazard, ChangeHazard, add_hazards, change_hazard, change_hazards
from portal.risk.signals import hazards_changed
from tests.factories.divisions import make_unit, square
from tests.factories.risk import POINT, TODAY, make_closed, make_hazard, said
from tests.factories.staging import StagedRows, codes, entered, planned, staged
from tests.risk.conftest import District, somebody

DAY = dt.date(2026, 5, 31)
ROW = {
    "name": "下立交积水点",
    "type": "waterlogging_spot",
    "level": "orange",
    "unit": "曹杨新村街道",
    "season": "6–9月，暴雨时",
    "source": "居民上报",
    "valid_from": dt.date(2025, 6, 1),
    "assessed_on": DAY,
}
AREA = square(121.401, 31.241, 0.002)
HERE = shapely.Point(121.405, 31.245)


def file(*rows: dict[str, object], shapes: object = None, **options: object) -> StagedRows:
    """A file of rows that differ from `ROW`, at `HERE` unless shapes are given."""
    given = [HERE] * len(rows) if shapes is None else shapes
    return staged(HAZARDS, [ROW | row for row in rows], shapes=given, options=options, today=TODAY)


def only(session: Session) -> Hazard:
    return session.scalars(select(Hazard)).one()


def entries(session: Session) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.subject == "risk.import").order_by(AuditEntry.id)))


def as_rows(session: Session) -> tuple[list[dict[str, object]], list[shapely.Geometry]]:
    """What an export would say of all hazards: identifiers, codes, six decimals, rings turned round."""
    rows, shapes = [], []
    for one in session.scalars(select(Hazard).order_by(Hazard.id)):
        words = {field: getattr(one, field) or None for field in ("name", "level", "season", "advice", "description")}
        dates = {"valid_from": one.valid_from, "assessed_on": one.assessed_on, "source": one.source}
        rows.append({"id": str(one.public_id), "type": one.type_key, **words, **dates})
        shapes.append(shapely.transform(one.shape.reverse(), lambda xy: xy.round(6)))
    return rows, shapes


# --- plan ------------------------------------------------------------------------------------------------------------


def test_what_is_not_on_record_is_new(session: Session, district: District, assessor: Actor) -> None:
    [row] = planned(session, assessor, HAZARDS, file({}))
    assert (row.action, row.target, row.findings) == (Action.NEW, None, [])
    assert session.scalar(select(func.count()).select_from(Hazard)) == 0


def test_the_same_again_is_unchanged_whatever_the_ring(session: Session, district: District, assessor: Actor) -> None:
    entered(session, assessor, HAZARDS, file({}, shapes=[AREA]))
    turned = shapely.MultiPolygon([shapely.Polygon([*AREA.exterior.coords[2:], *AREA.exterior.coords[1:3]][::-1])])
    [row] = planned(session, assessor, HAZARDS, file({}, shapes=[turned]))
    assert row.action == Action.UNCHANGED
    assert row.target == str(only(session).public_id)


def test_what_differs_is_shown_before_and_after(session: Session, district: District, assessor: Actor) -> None:
    make_hazard(session, district.caoyang)
    [row] = planned(session, assessor, HAZARDS, file({"level": "red", "season": None}, shapes=[AREA]))
    assert row.action == Action.CHANGED
    assert set(row.changes) == {"level", "shape"}
    assert row.changes["level"] == ("orange", "red")
    assert row.changes["shape"][0] == "Point (1) 121.40500, 31.24500"


def test_an_empty_cell_and_a_missing_shape_change_nothing(
    session: Session, district: District, assessor: Actor
) -> None:
    make_hazard(session, district.caoyang, advice="绕行")
    empty = {"season": None, "source": None, "valid_from": None, "assessed_on": None}
    [row] = planned(session, assessor, HAZARDS, file(empty, shapes=[None]))
    assert row.action == Action.UNCHANGED


def test_a_new_hazard_needs_a_shape_and_a_sound_one(session: Session, district: District, assessor: Actor) -> None:
    bow = shapely.Polygon([(121.40, 31.24), (121.41, 31.25), (121.41, 31.24), (121.40, 31.25)])
    rows = planned(session, assessor, HAZARDS, file({}, {"name": "蝴蝶"}, shapes=[None, bow]))
    assert [codes(row) for row in rows] == [["hazard.no_shape"], ["hazard.shape"]]


def test_rules_speak_at_the_columns_of_the_file(session: Session, district: District, assessor: Actor) -> None:
    rows = planned(session, assessor, HAZARDS, file({"assessed_on": dt.date(2026, 7, 9)}, {"name": "甲\x07"}))
    assert [(found.field, found.problem.code) for found in rows[0].findings] == [("assessed_on", "hazard.invalid")]
    assert rows[0].findings[0].value == "2026-07-09"
    assert rows[1].findings[0].field == "name"


def test_a_hazard_stands_in_a_file_once(session: Session, district: District, assessor: Actor) -> None:
    known = make_hazard(session, district.caoyang)
    rows = planned(session, assessor, HAZARDS, file({}, {"id": str(known.public_id)}, {"name": "乙"}, {"name": "乙"}))
    assert [codes(row) for row in rows] == [["hazard.twice"], [], [], ["hazard.twice"]]
    assert "line 4" in str(rows[3].findings[0].problem.text)


def test_two_of_one_name_are_told_apart_by_identifier_only(
    session: Session, district: District, assessor: Actor
) -> None:
    one, two = (make_hazard(session, district.caoyang, level=level) for level in ("red", "blue"))
    [row] = planned(session, assessor, HAZARDS, file({}))
    assert codes(row) == ["hazard.several"]
    rows = planned(session, assessor, HAZARDS, file({"id": str(one.public_id)}, {"id": str(two.public_id)}))
    assert [row.target for row in rows] == [str(one.public_id), str(two.public_id)]


def test_a_closed_one_comes_back_as_new_with_a_note(session: Session, district: District, assessor: Actor) -> None:
    closed = make_closed(session, district.caoyang)
    for row in planned(session, assessor, HAZARDS, file({}, {"id": str(closed.public_id), "name": "丙"})):
        assert (row.action, codes(row), row.refused) == (Action.NEW, ["hazard.closed"], False)


def test_identifiers_of_others_and_of_none_are_refused(session: Session, district: District) -> None:
    outside = make_hazard(session, district.changfeng)
    given = file({"id": str(outside.public_id)}, {"id": "007"})
    rows = planned(session, somebody(district.caoyang), HAZARDS, given)
    assert [codes(row) for row in rows] == [["hazard.unknown_id"], ["hazard.bad_id"]]


def test_the_division_is_kept_when_only_the_identifier_is_given(
    session: Session, district: District, assessor: Actor
) -> None:
    known = make_hazard(session, district.changfeng)
    entered(session, assessor, HAZARDS, file({"id": str(known.public_id), "unit": None, "level": "red"}))
    assert (known.level, known.unit_id) == ("red", district.changfeng.id)


# --- divisions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "named",
    [
        {"unit": "曹杨新村街道"},
        {"unit": None, "unit_code": "310107005"},
        {"unit": None, "unit_code": "310107005000"},
        {"unit_code": "310107005"},
        {"unit": None, "town": "曹杨新村街道"},
        {"town": "普陀区"},
    ],
)
def test_a_division_is_named_by_code_name_or_both(
    session: Session, district: District, assessor: Actor, named: dict[str, object]
) -> None:
    entered(session, assessor, HAZARDS, file(named))
    assert only(session).unit_id == district.caoyang.id


@pytest.mark.parametrize(
    ("named", "code", "said"),
    [
        ({"unit": "曹杨街道"}, "unit.unknown", "曹杨新村街道"),
        ({"unit": "火星"}, "unit.unknown", "There is no “火星” among your divisions on 2026-05-31."),
        ({"unit": None, "unit_code": "999999999"}, "unit.unknown_code", "999999999"),
        ({"unit": "长风新村街道", "unit_code": "310107005"}, "unit.code_and_name", "曹杨新村街道"),
        ({"unit": None}, "unit.missing", "name or code"),
        ({"unit": "静安区", "assessed_on": DAY}, "", ""),
    ],
)
def test_what_is_no_division_is_refused_with_what_was_meant(
    session: Session, district: District, assessor: Actor, named: dict[str, object], code: str, said: str
) -> None:
    [row] = planned(session, assessor, HAZARDS, file(named))
    assert codes(row) == [code or "unit.unknown"]
    assert said in str(row.findings[0].problem.text)


def test_committees_of_one_name_want_their_town(session: Session, district: District, assessor: Actor) -> None:
    for town in (district.caoyang, district.changfeng):
        make_unit(session, town, "海棠苑居委会", level=5)
    rows = planned(session, assessor, HAZARDS, file({"unit": "海棠苑居委会"}))
    assert codes(rows[0]) == ["unit.ambiguous"]
    assert "曹杨新村街道 海棠苑居委会、长风新村街道 海棠苑居委会" in str(rows[0].findings[0].problem.text)
    entered(session, assessor, HAZARDS, file({"unit": "海棠苑居委会", "town": "长风新村街道"}))
    assert only(session).unit_id not in (district.caoyang.id, district.changfeng.id)


def test_a_code_that_two_systems_give_to_two_towns_is_asked_back(
    session: Session, district: District, assessor: Actor
) -> None:
    real = make_unit(session, district.home, "真如镇街道", codes={"mca": "310107021", "nbs": "310107022"})
    make_unit(session, district.home, "万里街道", codes={"mca": "310107022", "nbs": "310107021"})
    bare = {"unit": None, "unit_code": "310107021"}
    [row] = planned(session, assessor, HAZARDS, file(bare))
    assert codes(row) == ["unit.ambiguous"]
    [row] = planned(session, assessor, HAZARDS, file(bare, code_system="mca"))
    assert row.action == Action.NEW
    entered(session, assessor, HAZARDS, file({"unit": "真如镇街道", "unit_code": "310107021"}))
    assert only(session).unit_id == real.id


def test_a_division_is_the_one_of_the_rows_day(session: Session, district: District, assessor: Actor) -> None:
    make_unit(session, district.home, "旧街道", at=dt.date(2000, 1, 1), until=dt.date(2020, 1, 1))
    later, then = {"unit": "旧街道"}, {"assessed_on": dt.date(2019, 5, 1), "valid_from": dt.date(2018, 1, 1)}
    rows = planned(session, assessor, HAZARDS, file(later, later | then | {"name": "旧的"}))
    assert [codes(row) for row in rows] == [["unit.unknown"], []]


def test_outside_ones_divisions_there_is_nothing(session: Session, district: District) -> None:
    make_hazard(session, district.changfeng)
    rows = planned(session, somebody(district.caoyang), HAZARDS, file({"unit": "长风新村街道"}, {"unit": "源园居委会"}))
    assert [codes(row) for row in rows] == [["unit.unknown"], []]
    assert "长风" not in str(rows[0].findings[0].problem.text).replace("“长风新村街道”", "")


# --- enter, undo -----------------------------------------------------------------------------------------------------


@pytest.fixture
def heard() -> Iterator[list[Actor]]:
    actors: list[Actor] = []

    def listen(_sender: object, *, session: Session, actor: Actor) -> None:
        actors.append(actor)

    with hazards_changed.connected_to(listen):
        yield actors


def test_rows_go_in_together_with_one_entry_and_one_signal(
    session: Session, district: District, assessor: Actor, heard: list[Actor]
) -> None:
    manifest = entered(session, assessor, HAZARDS, file({}, {"name": "乙"}, {"name": "丙"}))
    hazards = session.scalars(select(Hazard).order_by(Hazard.id)).all()
    assert [one.name for one in hazards] == ["下立交积水点", "乙", "丙"]
    assert manifest["added"] == [str(one.public_id) for one in hazards]
    assert {one.recorded_by for one in hazards} == {"测试员"}
    [entry] = entries(session)
    assert (entry.verb, entry.after) == ("imported", {"added": manifest["added"]})
    assert heard == [assessor]


def test_what_a_row_leaves_out_is_filled_in_from_the_import(
    session: Session, district: District, assessor: Actor
) -> None:
    bare = dict.fromkeys(("season", "source", "valid_from", "assessed_on"))
    entered(session, assessor, HAZARDS, file(bare, assessed_on=dt.date(2026, 1, 2)))
    hazard = only(session)
    assert (hazard.source, hazard.season, hazard.advice) == ("名单.xlsx", "", None)
    assert hazard.valid_from == hazard.assessed_on == dt.date(2026, 1, 2)


def test_the_original_is_kept_in_its_own_system(session: Session, district: District, assessor: Actor) -> None:
    given = staged(HAZARDS, [ROW], shapes=[HERE], today=TODAY, crs="EPSG:4549")
    entered(session, assessor, HAZARDS, given)
    hazard = only(session)
    assert (hazard.original_crs, hazard.shape.coords[0]) == ("EPSG:4549", (121.405, 31.245))
    east, north = shapely.from_wkt(hazard.original_geometry).coords[0]
    assert east == pytest.approx(633_850, abs=500)
    assert north == pytest.approx(3_458_000, abs=1500)


def test_an_export_goes_in_again_unchanged(session: Session, district: District, assessor: Actor) -> None:
    line = shapely.LineString([(121.4012345678, 31.24), (121.4098765432, 31.2411111111)])
    entered(session, assessor, HAZARDS, file({}, {"name": "乙"}, {"name": "丙"}, shapes=[AREA, line, HERE]))
    rows, shapes = as_rows(session)
    found = planned(session, assessor, HAZARDS, staged(HAZARDS, rows, shapes=shapes, today=TODAY))
    assert [row.action for row in found] == [Action.UNCHANGED] * 3


def test_changed_rows_are_written_with_their_differences(
    session: Session, district: District, assessor: Actor, heard: list[Actor]
) -> None:
    hazard = make_hazard(session, district.caoyang)
    manifest = entered(session, assessor, HAZARDS, file({"level": "red"}, {"name": "乙"}, shapes=[AREA, HERE]))
    assert (hazard.level, hazard.row_version, hazard.original_crs) == ("red", 2, "EPSG:4490")
    assert hazard.shape.equals_exact(AREA, tolerance=1e-8)
    [changed] = manifest["changed"]
    assert (changed["id"], changed["row_version"]) == (str(hazard.public_id), 2)
    assert changed["kept"]["original"] == POINT
    assert [list(entry.after) for entry in entries(session)] == [["added"], ["changed"]]
    [told] = entries(session)[1].after["changed"]
    assert (told["before"]["level"], told["after"]["level"]) == ("orange", "red")
    assert len(heard) == 3


def test_nobody_is_overwritten_between_check_and_entry(session: Session, district: District, assessor: Actor) -> None:
    hazard = make_hazard(session, district.caoyang)
    given = file({"level": "red"})
    planned(session, assessor, HAZARDS, given)
    meanwhile = ChangeHazard(hazard.public_id, 1, district.caoyang.public_id, said(level="blue"), Placed(HERE))
    change_hazard(session, SYSTEM, meanwhile, TODAY)
    with pytest.raises(RuleBroken, match="line 2"):
        HAZARDS.enter(session, assessor, given.for_entering())


def test_undo_takes_all_back_and_the_file_goes_in_again(session: Session, district: District, assessor: Actor) -> None:
    hazard = make_hazard(session, district.caoyang, advice="绕行")
    given = {"level": "red", "advice": "不要涉水", "assessed_on": dt.date(2026, 6, 20)}
    manifest = entered(session, assessor, HAZARDS, file(given, {"name": "乙"}, shapes=[AREA, HERE]))
    HAZARDS.undo(session, assessor, manifest)
    session.expire_all()
    assert (hazard.level, hazard.advice, hazard.assessed_on) == ("orange", "绕行", DAY)
    assert (hazard.original_geometry, hazard.original_crs) == (POINT, "EPSG:4490")
    for standing in queries.STANDINGS:
        shown = queries.hazards(session, SYSTEM, Chosen(TODAY, standing))
        assert "乙" not in [row.hazard.name for row in shown]
    assert [entry.verb for entry in entries(session)][-2:] == ["undone", "undone"]
    again = planned(session, assessor, HAZARDS, file(given, {"name": "乙"}, shapes=[AREA, HERE]))
    assert [row.action for row in again] == [Action.CHANGED, Action.NEW]
    assert again[1].findings == []


@pytest.mark.parametrize("built_on", ["added", "changed"])
def test_undo_is_refused_once_somebody_built_on_it(
    session: Session, district: District, assessor: Actor, built_on: str
) -> None:
    make_hazard(session, district.caoyang)
    manifest = entered(session, assessor, HAZARDS, file({"level": "red"}, {"name": "乙"}))
    name = "乙" if built_on == "added" else "下立交积水点"
    hazard = session.scalars(select(Hazard).where(Hazard.name == name)).one()
    words = said(name=name, level="blue")
    change = ChangeHazard(hazard.public_id, hazard.row_version, district.caoyang.public_id, words, Placed(HERE))
    change_hazard(session, SYSTEM, change, TODAY)
    with pytest.raises(RuleBroken, match=name):
        HAZARDS.undo(session, assessor, manifest)


# --- the bulk verbs --------------------------------------------------------------------------------------------------


def test_a_batch_obeys_the_same_rules(session: Session, district: District) -> None:
    def command(unit: object = None, **given: object) -> AddHazard:
        return AddHazard((unit or district.caoyang).public_id, said(**given), Placed(HERE))

    for wrong, field in (
        (command(name=""), "name"),
        (command(district.changfeng), "unit"),
        (AddHazard(district.caoyang.public_id, said(), Placed(shapely.GeometryCollection([HERE, AREA]))), "geometry"),
    ):
        with pytest.raises(FormInvalid) as caught:
            add_hazards(session, somebody(district.caoyang), [command(), wrong], TODAY)
        assert set(caught.value.messages) == {field}


def test_a_thousand_rows_cost_a_handful_of_statements(session: Session, district: District, assessor: Actor) -> None:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", count)
    try:
        entered(session, assessor, HAZARDS, file(*({"name": f"隐患{i}"} for i in range(1500))))
        added = len(statements)
        entered(session, assessor, HAZARDS, file(*({"name": f"隐患{i}", "level": "red"} for i in range(1500))))
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert added < 20
    assert len(statements) - added < 40
    assert session.scalar(select(func.count()).where(Hazard.level == "red", Hazard.row_version == 2)) == 1500


def test_a_batch_that_changes_nothing_leaves_no_trace(session: Session, district: District) -> None:
    hazard = make_hazard(session, district.caoyang)
    same = ChangeHazard(hazard.public_id, 1, district.caoyang.public_id, said(), Placed(HERE))
    assert change_hazards(session, SYSTEM, [same], TODAY) == []
    assert add_hazards(session, SYSTEM, [], TODAY) == []
    assert entries(session) == []
