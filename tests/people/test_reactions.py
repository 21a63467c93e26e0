"""Rights neither vanish in a storm nor widen by themselves when divisions change."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.kernel.access.actor import SYSTEM
from portal.kernel.audit.models import AuditEntry
from portal.kernel.i18n.clock import today
from portal.people import queries
from portal.people.models import Grant
from portal.people.panels import references
from portal.people.reactions import connect
from tests.factories.changes import announce, end, move
from tests.factories.divisions import make_unit
from tests.factories.lineage import make_line
from tests.factories.people import as_actor, make_land, make_person


@pytest.fixture(autouse=True)
def listening() -> None:
    connect()


def held(session: Session, account) -> list[tuple[int, str]]:
    grants = session.scalars(select(Grant).where(Grant.account_id == account.id).order_by(Grant.id))
    return [(one.unit_id, one.role) for one in grants]


def test_a_role_goes_on_with_the_division_that_takes_the_whole_place(session: Session) -> None:
    land, on = make_land(session), today()
    officer = make_person(session, land.north)
    street = make_unit(session, land.district, "北街道", at=on)
    end(session, land.north, on)
    announce(session, move(land.north, street, whole=True), on=on)
    assert held(session, officer) == [(land.north.id, "officer"), (street.id, "officer")]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "carried")).one()
    assert (entry.subject, entry.before["unit_id"], entry.after["unit_id"]) == (
        "people.grant",
        land.north.id,
        street.id,
    )
    make_line(session, "type_changed", land.north, street, on)
    assert queries.grants_adrift(session, SYSTEM, on) == []


@pytest.mark.parametrize("case", ["merged into one that is there", "split", "two into one"])
def test_a_role_is_not_widened_and_the_administrator_sees_it(session: Session, case: str) -> None:
    land, on = make_land(session), today()
    officer = make_person(session, land.north)
    born = make_unit(session, land.district, "新街道", at=on)
    end(session, land.north, on)
    moves = {
        "merged into one that is there": [move(land.north, land.south, whole=True)],
        "split": [move(land.north, born), move(land.north, land.south, whole=True)],
        "two into one": [move(land.north, born, whole=True), move(land.south, born, whole=True)],
    }
    announce(session, *moves[case], on=on)
    assert held(session, officer) == [(land.north.id, "officer")]
    adrift = queries.grants_adrift(session, SYSTEM, on)
    assert [(one.account, one.unit_name) for one in adrift] == [(officer.public_id, "北镇")]


def test_an_administrator_still_manages_who_had_a_role_on_it(session: Session, as_role) -> None:
    land, on = make_land(session), today()
    officer = make_person(session, land.north)
    end(session, land.north, on.replace(year=on.year - 1))
    administrator = as_actor(session, make_person(session, land.district, "administrator"))
    assert queries.account_to_manage(session, administrator, officer.public_id) is officer
    page = as_role("administrator").get("/people")
    assert page.status_code == 200
    assert "北镇" in page.text


def test_counts_roles_and_names_people_only_to_whom_they_concern(session: Session) -> None:
    land, on = make_land(session), today()
    officer = make_person(session, land.north)
    told = references(session, as_actor(session, officer), [land.north.id], on)
    assert [(one.count, tuple(one.names)) for one in told] == [(1, ()), (1, ())]
    assert [tuple(one.names) for one in references(session, SYSTEM, [land.north.id], on)] == [(), ("李娜",)]
