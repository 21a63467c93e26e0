"""Adding, changing and closing places."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from decimal import Decimal

import pytest
import shapely
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from portal.errors import Forbidden, FormInvalid, NotFound, RuleBroken, Stale
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.models import AuditEntry
from portal.places.models import Place
from portal.places.rules import Entered, Particulars, Placed
from portal.places.service import (
    AddPlace,
    ChangePlace,
    ClosePlace,
    add_place,
    add_places,
    change_place,
    change_places,
    close_place,
)
from portal.places.signals import places_changed
from tests.factories.divisions import make_unit
from tests.factories.places import HERE, TODAY, make_closed, make_place, said
from tests.places.conftest import District, somebody


@pytest.fixture
def heard() -> Iterator[list[Actor]]:
    actors: list[Actor] = []

    def listen(_sender: object, *, session: Session, actor: Actor) -> None:
        actors.append(actor)

    with places_changed.connected_to(listen):
        yield actors


def change(
    place: Place,
    unit: uuid.UUID,
    words: Particulars,
    position: Entered | Placed | None = Entered(HERE),  # noqa: B008 - it never changes
    version: int | None = None,
) -> ChangePlace:
    return ChangePlace(place.public_id, place.row_version if version is None else version, unit, words, position)


def trail(session: Session) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.subject.startswith("places.")).order_by(AuditEntry.id)
    return list(session.scalars(query))


def test_a_place_is_added_on_the_record(
    session: Session, district: District, manager: Actor, heard: list[Actor]
) -> None:
    place = make_place(session, district.caoyang, actor=manager, area_m2=Decimal("1200.5"))
    session.expire_all()
    assert (place.name, place.unit_id, place.recorded_by) == ("曹杨公园避难场所", district.caoyang.id, "测试员")
    assert (place.original_geometry, place.original_crs) == (HERE, "EPSG:4490")
    assert place.point is not None
    assert place.point.coords[0] == (121.405, 31.245)
    assert place.area_m2 == Decimal("1200.50")
    [entry] = trail(session)
    assert (entry.verb, entry.subject, entry.subject_id) == ("added", "places.place", str(place.public_id))
    assert entry.after["position"] == "POINT (121.405 31.245)"
    assert heard == [manager]


def test_the_trail_names_what_is_of_persons_and_keeps_none_of_it(
    session: Session, district: District, manager: Actor
) -> None:
    place = make_place(session, district.caoyang, actor=manager)
    words = said(keeper="李接任", duty_phone="13800138000")
    change_places(session, manager, [change(place, district.caoyang.public_id, words)], TODAY)
    assert {"keeper", "phone", "duty_phone"} <= set(trail(session)[0].after)
    assert {"keeper", "duty_phone"} == set(trail(session)[1].after["changed"][0]["after"])
    written = session.scalars(select(func.concat(AuditEntry.before, AuditEntry.after))).all()
    assert not [one for one in written if "李接任" in one or "13800138000" in one or "王管理" in one or "4599" in one]


def test_a_place_without_a_position_is_a_place(session: Session, district: District) -> None:
    place = make_place(session, district.caoyang, position=None)
    assert (place.point, place.original_geometry, place.original_crs) == (None, None, None)
    changed = change_place(session, SYSTEM, change(place, district.caoyang.public_id, said()), TODAY)
    assert changed.point is not None
    gone = change_place(session, SYSTEM, change(place, district.caoyang.public_id, said(), None), TODAY)
    assert (gone.point, gone.row_version) == (None, 3)


@pytest.mark.parametrize("role", ["publisher", "auditor", "officer", "storekeeper", "duty_manager"])
def test_readers_do_not_write(session: Session, district: District, role: str) -> None:
    with pytest.raises(Forbidden):
        make_place(session, district.caoyang, actor=somebody(district.home, role))


def test_a_division_outside_ones_own_or_not_yet_there_is_refused(session: Session, district: District) -> None:
    young = make_unit(session, district.home, "新街道", at=dt.date(2026, 6, 1))
    for unit in (district.changfeng.public_id, district.neighbour.public_id, uuid.uuid4()):
        with pytest.raises(FormInvalid) as caught:
            add_place(session, somebody(district.caoyang), AddPlace(unit, said()), TODAY)
        assert set(caught.value.messages) == {"unit"}
    with pytest.raises(FormInvalid):
        make_place(session, young, checked_on=dt.date(2026, 5, 31))


def test_a_change_is_recorded_as_what_differs(
    session: Session, district: District, manager: Actor, heard: list[Actor]
) -> None:
    place = make_place(session, district.caoyang)
    wanted = change(place, district.changfeng.public_id, said(capacity_people=900), Entered("121.406, 31.246"))
    changed = change_place(session, manager, wanted, TODAY)
    assert (changed.capacity_people, changed.unit_id, changed.row_version) == (900, district.changfeng.id, 2)
    entry = trail(session)[-1]
    assert set(entry.before) == set(entry.after) == {"capacity_people", "unit_id", "lay_on", "position"}
    assert len(heard) == 2


def test_a_position_left_alone_keeps_how_it_was_given(session: Session, district: District) -> None:
    place = make_place(session, district.caoyang, position=Entered("633840.123, 3458571.456", "EPSG:4549"))
    point = place.point
    assert point is not None
    picked = Entered(f"{point.x:.6f}, {point.y:.6f}")
    change_place(session, SYSTEM, change(place, district.caoyang.public_id, said(note="x"), picked), TODAY)
    assert (place.original_crs, place.original_geometry) == ("EPSG:4549", "633840.123, 3458571.456")


def test_saving_without_a_change_leaves_no_trace(session: Session, district: District, heard: list[Actor]) -> None:
    place = make_place(session, district.caoyang)
    change_place(session, SYSTEM, change(place, district.caoyang.public_id, said()), TODAY)
    assert place.row_version == len(trail(session)) == len(heard) == 1


def test_a_stale_change_is_refused_with_the_difference(session: Session, district: District) -> None:
    place = make_place(session, district.caoyang)
    change_place(session, SYSTEM, change(place, district.caoyang.public_id, said(keeper="李")), TODAY)
    late = change(place, district.caoyang.public_id, said(name="另一个名字"), None, version=1)
    with pytest.raises(Stale) as caught:
        change_place(session, SYSTEM, late, TODAY)
    found = {each.field: (each.theirs, each.yours) for each in caught.value.differences}
    assert set(found) == {"keeper", "name", "position"}
    assert found["keeper"] == ("李", "王管理")


def test_a_place_is_closed_with_a_reason_and_changes_no_more(session: Session, district: District) -> None:
    place = make_closed(session, district.caoyang)
    assert (place.closed_on, place.closed_reason) == (dt.date(2026, 6, 15), "已搬迁")
    assert trail(session)[-1].verb == "closed"
    with pytest.raises(RuleBroken):
        change_place(session, SYSTEM, change(place, district.caoyang.public_id, said()), TODAY)
    with pytest.raises(RuleBroken):
        close_place(session, SYSTEM, ClosePlace(place.public_id, place.row_version, TODAY, "再次"), TODAY)


def test_a_place_outside_ones_divisions_is_not_there(session: Session, district: District) -> None:
    place, outsider = make_place(session, district.changfeng), somebody(district.caoyang)
    with pytest.raises(NotFound):
        change_place(session, outsider, change(place, district.caoyang.public_id, said()), TODAY)
    with pytest.raises(NotFound):
        close_place(session, outsider, ClosePlace(place.public_id, 1, TODAY, "x"), TODAY)


def test_a_batch_is_one_entry_and_one_signal(
    session: Session, district: District, manager: Actor, heard: list[Actor]
) -> None:
    unit, here = district.caoyang.public_id, Placed(shapely.Point(121.405, 31.245))
    commands = [AddPlace(unit, said(name=f"捐助点{i}", kind="donation_point"), here) for i in range(3)]
    ids = add_places(session, manager, commands, TODAY)
    assert session.scalars(select(Place.public_id).order_by(Place.id)).all() == ids
    [entry] = trail(session)
    assert (entry.verb, entry.subject) == ("imported", "places.import")
    assert entry.after == {"added": [str(public_id) for public_id in ids]}
    assert heard == [manager]


def test_a_batch_obeys_the_same_rules(session: Session, district: District) -> None:
    unit = district.caoyang.public_id
    for wrong, field in ((AddPlace(unit, said(kind="castle")), "kind"), (AddPlace(uuid.uuid4(), said()), "unit")):
        with pytest.raises(FormInvalid) as caught:
            add_places(session, SYSTEM, [AddPlace(unit, said()), wrong], TODAY)
        assert set(caught.value.messages) == {field}


@pytest.mark.parametrize(
    "clause",
    [
        "name = repeat('x', 101)",
        "kind = 'Big Shelter'",
        "note = repeat('x', 2001)",
        "capacity_people = -1",
        "setting = 'roof'",
        "accessible = 'maybe'",
        "geom = NULL",
        "geom = ST_GeomFromText('POINT EMPTY', 4490)",
        "closed_on = valid_from + 1",
        "closed_on = valid_from - 1, closed_reason = 'x'",
        "checked_on = valid_from - 1",
    ],
)
def test_the_table_refuses_what_the_rules_would(session: Session, district: District, clause: str) -> None:
    make_place(session, district.caoyang)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE places.places SET {clause}"))


def test_the_app_cannot_delete_a_place(session: Session, district: District) -> None:
    make_place(session, district.caoyang)
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("DELETE FROM places.places"))
