"""Adding, changing and closing hazards."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from portal.errors import Forbidden, FormInvalid, NotFound, RuleBroken, Stale
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.models import AuditEntry
from portal.risk.models import Hazard
from portal.risk.rules import Entered, Particulars
from portal.risk.service import AddHazard, ChangeHazard, CloseHazard, add_hazard, change_hazard, close_hazard
from portal.risk.signals import hazards_changed
from tests.factories.divisions import make_unit
from tests.factories.risk import POINT, TODAY, make_closed, make_hazard, said
from tests.risk.conftest import District, somebody

ELSEWHERE = '{"type":"Point","coordinates":[121.406,31.246]}'


@pytest.fixture
def heard() -> Iterator[list[Actor]]:
    actors: list[Actor] = []

    def listen(_sender: object, *, session: Session, actor: Actor) -> None:
        actors.append(actor)

    with hazards_changed.connected_to(listen):
        yield actors


def change(
    hazard: Hazard, unit: uuid.UUID, words: Particulars, shape: str = POINT, version: int | None = None
) -> ChangeHazard:
    opened_at = hazard.row_version if version is None else version
    return ChangeHazard(hazard.public_id, opened_at, unit, words, Entered(shape))


def trail(session: Session, hazard: Hazard) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.subject_id == str(hazard.public_id)).order_by(AuditEntry.id)
    return list(session.scalars(query))


def test_a_hazard_is_added_on_the_record(
    session: Session, district: District, assessor: Actor, heard: list[Actor]
) -> None:
    hazard = make_hazard(session, district.caoyang, actor=assessor)
    session.expire_all()
    assert (hazard.name, hazard.unit_id, hazard.recorded_by) == ("下立交积水点", district.caoyang.id, "测试员")
    assert (hazard.original_geometry, hazard.original_crs) == (POINT, "EPSG:4490")
    assert hazard.shape.coords[0] == (121.405, 31.245)
    entry = trail(session, hazard)[0]
    assert (entry.verb, entry.subject, entry.before) == ("added", "risk.hazard", None)
    assert entry.after is not None
    assert entry.after["geometry"] == "POINT (121.405 31.245)"
    assert heard == [assessor]


def test_original_coordinates_are_kept_as_typed(session: Session, district: District, assessor: Actor) -> None:
    typed = Entered("121.4095, 31.2430", crs="GCJ-02", kind="point")
    hazard = make_hazard(session, district.caoyang, actor=assessor, shape=typed)
    assert (hazard.original_geometry, hazard.original_crs) == ("121.4095, 31.2430", "GCJ-02")
    assert hazard.shape.x == pytest.approx(121.4050, abs=0.0005)


@pytest.mark.parametrize("role", ["publisher", "auditor", "officer", "administrator"])
def test_only_the_assessor_writes(session: Session, district: District, role: str) -> None:
    with pytest.raises(Forbidden):
        make_hazard(session, district.caoyang, actor=somebody(district.home, role))


def test_a_division_outside_ones_own_is_refused_at_its_field(session: Session, district: District) -> None:
    for unit in (district.changfeng.public_id, district.neighbour.public_id, uuid.uuid4()):
        with pytest.raises(FormInvalid) as caught:
            add_hazard(session, somebody(district.caoyang), AddHazard(unit, said(), Entered(POINT)), TODAY)
        assert set(caught.value.messages) == {"unit"}


def test_a_division_must_be_there_on_the_day_of_the_assessment(session: Session, district: District) -> None:
    young = make_unit(session, district.home, "新街道", at=dt.date(2026, 6, 1))
    with pytest.raises(FormInvalid):
        make_hazard(session, young, assessed_on=dt.date(2026, 5, 31))
    assert make_hazard(session, young, assessed_on=dt.date(2026, 6, 1)).id


def test_a_bad_shape_is_said_at_the_field_it_came_in(session: Session, district: District) -> None:
    for shape, field in ((Entered("{}"), "geometry"), (Entered("31.2, 121.4", kind="point"), "coordinates")):
        with pytest.raises(FormInvalid) as caught:
            make_hazard(session, district.caoyang, shape=shape)
        assert set(caught.value.messages) == {field}


def test_a_change_is_recorded_as_what_differs(
    session: Session, district: District, assessor: Actor, heard: list[Actor]
) -> None:
    hazard = make_hazard(session, district.caoyang)
    wanted = change(hazard, district.changfeng.public_id, said(level="red"), ELSEWHERE)
    changed = change_hazard(session, assessor, wanted, TODAY)
    assert (changed.level, changed.unit_id, changed.row_version) == ("red", district.changfeng.id, 2)
    entry = trail(session, hazard)[-1]
    assert entry.verb == "changed"
    assert entry.before is not None
    assert entry.after is not None
    assert set(entry.before) == set(entry.after) == {"level", "unit_id", "lay_on", "geometry"}
    assert len(heard) == 2


def test_a_shape_left_alone_keeps_its_original(session: Session, district: District) -> None:
    typed = Entered("121.4050000, 31.2450000", kind="point")
    hazard = make_hazard(session, district.caoyang, shape=typed)
    change_hazard(session, SYSTEM, change(hazard, district.caoyang.public_id, said(level="red")), TODAY)
    assert hazard.original_geometry == typed.text
    change_hazard(session, SYSTEM, change(hazard, district.caoyang.public_id, said(), ELSEWHERE), TODAY)
    assert hazard.original_geometry == ELSEWHERE


def test_saving_without_a_change_leaves_no_trace(session: Session, district: District, heard: list[Actor]) -> None:
    hazard = make_hazard(session, district.caoyang)
    change_hazard(session, SYSTEM, change(hazard, district.caoyang.public_id, said()), TODAY)
    assert hazard.row_version == 1
    assert len(trail(session, hazard)) == len(heard) == 1


def test_a_stale_change_is_refused_with_the_difference(session: Session, district: District) -> None:
    hazard = make_hazard(session, district.caoyang)
    change_hazard(session, SYSTEM, change(hazard, district.caoyang.public_id, said(level="red")), TODAY)
    late = change(hazard, district.caoyang.public_id, said(name="另一个名字"), ELSEWHERE, version=1)
    with pytest.raises(Stale) as caught:
        change_hazard(session, SYSTEM, late, TODAY)
    found = {each.field: (each.theirs, each.yours) for each in caught.value.differences}
    assert found["level"] == ("red", "orange")
    assert found["name"] == ("下立交积水点", "另一个名字")
    assert set(found) == {"level", "name", "geometry"}
    assert (hazard.level, hazard.name) == ("red", "下立交积水点")


def test_a_hazard_is_closed_with_a_reason_and_stays(session: Session, district: District, heard: list[Actor]) -> None:
    hazard = make_closed(session, district.caoyang, dt.date(2026, 6, 15))
    assert (hazard.closed_on, hazard.closed_reason) == (dt.date(2026, 6, 15), "已整治")
    assert trail(session, hazard)[-1].verb == "closed"
    assert len(heard) == 2


def test_a_closed_hazard_changes_no_more(session: Session, district: District) -> None:
    hazard = make_closed(session, district.caoyang)
    with pytest.raises(RuleBroken):
        change_hazard(session, SYSTEM, change(hazard, district.caoyang.public_id, said()), TODAY)
    with pytest.raises(RuleBroken):
        close_hazard(session, SYSTEM, CloseHazard(hazard.public_id, hazard.row_version, TODAY, "再次"), TODAY)


def test_closing_a_row_that_was_saved_meanwhile_is_stale(session: Session, district: District) -> None:
    hazard = make_hazard(session, district.caoyang)
    with pytest.raises(Stale):
        close_hazard(session, SYSTEM, CloseHazard(hazard.public_id, 0, TODAY, "已整治"), TODAY)


def test_a_hazard_outside_ones_divisions_is_not_there(session: Session, district: District) -> None:
    hazard = make_hazard(session, district.changfeng)
    outsider = somebody(district.caoyang)
    with pytest.raises(NotFound):
        change_hazard(session, outsider, change(hazard, district.caoyang.public_id, said()), TODAY)
    with pytest.raises(NotFound):
        close_hazard(session, outsider, CloseHazard(hazard.public_id, 1, TODAY, "已整治"), TODAY)


@pytest.mark.parametrize(
    "clause",
    [
        "name = repeat('x', 101)",
        "level = 'green'",
        "type_key = 'Gas Line'",
        "description = repeat('x', 4001)",
        "original_geometry = repeat('x', 200001)",
        "geom = ST_GeomFromText('GEOMETRYCOLLECTION(POINT(121 31))', 4490)",
        "geom = ST_GeomFromText('POINT EMPTY', 4490)",
        "closed_on = valid_from - 1, closed_reason = 'x'",
        "closed_on = valid_from + 1",
        "assessed_on = valid_from - 1",
    ],
)
def test_the_table_refuses_what_the_rules_would(session: Session, district: District, clause: str) -> None:
    make_hazard(session, district.caoyang)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE risk.hazards SET {clause}"))


def test_the_app_cannot_delete_a_hazard(session: Session, district: District) -> None:
    make_hazard(session, district.caoyang)
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("DELETE FROM risk.hazards"))
