"""Places that come in from files: whose each row is, what becomes of it, and back out again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import shapely
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.models import AuditEntry
from portal.kernel.contracts.importing import Action
from portal.kernel.formats.values import parse_cell
from portal.places import queries
from portal.places.exchange.imports import PLACES
from portal.places.models import Place
from portal.places.queries import Chosen
from portal.places.rules import WORDS, Entered
from portal.places.service import ChangePlace, change_place
from tests.factories.places import HERE, TODAY, make_closed, make_place, said
from tests.factories.staging import StagedRows, codes, entered, planned, staged
from tests.places.conftest import District, somebody

ROW = {
    "name": "曹杨公园避难场所",
    "kind": "shelter",
    "unit": "曹杨新村街道",
    "address": "枫桥路1号",
    "capacity_people": 800,
    "keeper": "王管理",
    "phone": "021-5256 4588",
    "checked_on": dt.date(2026, 5, 31),
}
POINT = shapely.Point(121.405, 31.245)


def file(*rows: dict[str, object], shapes: object = (), **options: object) -> StagedRows:
    """A file of rows that differ from `ROW`."""
    return staged(PLACES, [ROW | row for row in rows], shapes=shapes, options=options, today=TODAY)


def only(session: Session) -> Place:
    return session.scalars(select(Place)).one()


@pytest.mark.parametrize(
    ("field", "written", "value"),
    [
        ("capacity_people", "800人", 800),
        ("capacity_people", "１２０床", 120),
        ("area_m2", "1,200.5㎡", Decimal("1200.5")),
        ("area_m2", "800平方米", Decimal("800")),
        ("kind", "避难场所", "shelter"),
        ("kind", "经常性捐助接收点", "donation_point"),
        ("kind", "Charity shop", "charity_shop"),
        ("setting", "露天", "outdoor"),
        ("accessible", "有", "yes"),
        ("internal", "是", True),
        ("phone", "021-52564588", "021-52564588"),
    ],
)
def test_cells_as_offices_write_them(field: str, written: str, value: object) -> None:
    [known] = [one for one in PLACES.fields if one.key == field]
    assert parse_cell(known, written, TODAY) == (value, None)


def test_new_rows_go_in_with_and_without_a_position(session: Session, district: District, manager: Actor) -> None:
    manifest = entered(session, manager, PLACES, file({}, {"name": "乙", "kind": "depot"}, shapes=[POINT]))
    places = session.scalars(select(Place).order_by(Place.id)).all()
    assert manifest["added"] == [str(one.public_id) for one in places]
    assert [one.original_geometry for one in places] == ["121.405, 31.245", None]
    assert places[0].source == "名单.xlsx"
    assert places[0].valid_from == places[0].checked_on == dt.date(2026, 5, 31)
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.subject == "places.import"))
    assert entry.after == {"added": manifest["added"]}


def test_an_export_goes_in_again_unchanged(session: Session, district: District, manager: Actor) -> None:
    more = {"area_m2": Decimal("1200.505"), "setting": "both", "accessible": "yes", "note": "第一行\r\n第二行"}
    entered(session, manager, PLACES, file(more, {"name": "乙"}, shapes=[shapely.Point(121.4050001234, 31.245)]))
    rows, shapes = [], []
    for one in session.scalars(select(Place).order_by(Place.id)):
        rows.append({"id": str(one.public_id), **{word: getattr(one, word) for word in WORDS}, "unit": None})
        shapes.append(one.point and shapely.Point(round(one.point.x, 6), round(one.point.y, 6)))
    found = planned(session, manager, PLACES, staged(PLACES, rows, shapes=shapes, today=TODAY))
    assert [(row.action, row.changes) for row in found] == [(Action.UNCHANGED, {})] * 2
    same = planned(session, manager, PLACES, file(more, {"name": "乙"}, shapes=[POINT]))
    assert [row.action for row in same] == [Action.UNCHANGED] * 2


def test_an_empty_cell_and_a_missing_position_change_nothing(
    session: Session, district: District, manager: Actor
) -> None:
    make_place(session, district.caoyang)
    [row] = planned(session, manager, PLACES, file({"keeper": None, "phone": None, "capacity_people": None}))
    assert row.action == Action.UNCHANGED


def test_what_differs_is_shown_and_written(session: Session, district: District, manager: Actor) -> None:
    place = make_place(session, district.caoyang)
    moved = shapely.Point(121.406, 31.246)
    given = file({"capacity_people": 900, "internal": True}, shapes=[moved])
    [row] = planned(session, manager, PLACES, given)
    assert row.action == Action.CHANGED
    assert row.changes["capacity_people"] == (800, 900)
    assert row.changes["internal"] == (False, True)
    assert row.changes["shape"] == ("121.405000, 31.245000", "121.406000, 31.246000")
    manifest = PLACES.enter(session, manager, given.for_entering())
    assert (place.capacity_people, place.internal, place.row_version) == (900, True, 2)
    assert place.point == moved
    assert [one["id"] for one in manifest["changed"]] == [str(place.public_id)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"unit": "火星"}, "unit.unknown"),
        ({"unit": None}, "unit.missing"),
        ({"id": "7"}, "place.bad_id"),
        ({"id": "019a0000-0000-7000-8000-000000000000"}, "place.unknown_id"),
        ({"phone": "打给我"}, "place.invalid"),
        ({"checked_on": dt.date(2026, 7, 2)}, "place.invalid"),
    ],
)
def test_what_keeps_a_row_out(
    session: Session, district: District, manager: Actor, given: dict[str, object], code: str
) -> None:
    [row] = planned(session, manager, PLACES, file(given))
    assert codes(row) == [code]
    assert row.refused


def test_a_place_is_a_point(session: Session, district: District, manager: Actor) -> None:
    [row] = planned(session, manager, PLACES, file({}, shapes=[shapely.box(121.4, 31.2, 121.5, 31.3)]))
    assert codes(row) == ["place.no_point"]


def test_rows_that_mean_one_place(session: Session, district: District, manager: Actor) -> None:
    place = make_place(session, district.caoyang)
    rows = planned(session, manager, PLACES, file({}, {"id": str(place.public_id), "name": "改名"}, {"name": "甲"}))
    assert [codes(row) for row in rows] == [["place.twice"], [], []]
    make_place(session, district.caoyang)
    [row] = planned(session, manager, PLACES, file({}))
    assert codes(row) == ["place.several"]


def test_a_closed_one_comes_back_as_new(session: Session, district: District, manager: Actor) -> None:
    make_closed(session, district.caoyang)
    [row] = planned(session, manager, PLACES, file({}))
    assert (row.action, codes(row)) == (Action.NEW, ["place.closed"])


def test_outside_ones_divisions_there_is_nothing(session: Session, district: District) -> None:
    outside = make_place(session, district.changfeng)
    given = file({"unit": "长风新村街道"}, {"id": str(outside.public_id)}, {"unit": "源园居委会", "name": "丙"})
    rows = planned(session, somebody(district.caoyang), PLACES, given)
    assert [codes(row) for row in rows] == [["unit.unknown"], ["place.unknown_id"], []]


def test_nobody_is_overwritten_between_check_and_entry(session: Session, district: District, manager: Actor) -> None:
    place = make_place(session, district.caoyang)
    given = file({"keeper": "李接任"})
    planned(session, manager, PLACES, given)
    meanwhile = ChangePlace(place.public_id, 1, district.caoyang.public_id, said(keeper="赵先到"), Entered(HERE))
    change_place(session, SYSTEM, meanwhile, TODAY)
    with pytest.raises(RuleBroken, match="line 2"):
        PLACES.enter(session, manager, given.for_entering())


def test_undo_takes_all_back_and_the_file_goes_in_again(session: Session, district: District, manager: Actor) -> None:
    place = make_place(session, district.caoyang, position=None, area_m2=Decimal("12.5"))
    change = {"keeper": "李接任", "area_m2": Decimal("99"), "valid_from": dt.date(2025, 1, 1)}
    rows = ({**change}, {"name": "乙"})
    manifest = entered(session, manager, PLACES, file(*rows, shapes=[POINT, POINT]))
    assert place.point == POINT
    PLACES.undo(session, manager, manifest)
    session.expire_all()
    assert (place.keeper, place.area_m2, place.valid_from) == ("王管理", Decimal("12.50"), dt.date(2025, 6, 1))
    assert (place.point, place.original_crs) == (None, None)
    for standing in queries.STANDINGS:
        assert len(queries.places(session, SYSTEM, Chosen(TODAY, standing))) == (standing in ("open", "all"))
    again = planned(session, manager, PLACES, file(*rows, shapes=[POINT, POINT]))
    assert [(row.action, row.findings) for row in again] == [(Action.CHANGED, []), (Action.NEW, [])]


def test_undo_is_refused_once_somebody_built_on_it(session: Session, district: District, manager: Actor) -> None:
    manifest = entered(session, manager, PLACES, file({}))
    place = only(session)
    change_place(session, SYSTEM, ChangePlace(place.public_id, 1, district.caoyang.public_id, said()), TODAY)
    with pytest.raises(RuleBroken, match="曹杨公园避难场所"):
        PLACES.undo(session, manager, manifest)


def test_a_thousand_rows_cost_a_handful_of_statements(session: Session, district: District, manager: Actor) -> None:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", count)
    try:
        entered(session, manager, PLACES, file(*({"name": f"点{i}"} for i in range(1500))))
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(statements) < 20
    assert session.scalar(select(func.count()).select_from(Place)) == 1500
