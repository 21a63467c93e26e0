"""What happens at the same moment, on connections of their own."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.errors import AnjieError
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import Databases, connect
from portal.people import service
from portal.people.models import AccountSession, Grant, SignInTry
from tests.factories.people import DESK, LASTING, NOW, PASSWORD, make_land, make_person

DISTURBANCES = 4


@dataclass(frozen=True)
class Office:
    """A database with a district and one account `li.na` that holds no role yet."""

    databases: Databases
    account: uuid.UUID
    unit_id: int


@pytest.fixture
def office(own_database) -> Iterator[Office]:
    databases = connect(own_database)
    with databases.app.begin() as session:
        land = make_land(session)
        account = make_person(session, land.north, login="li.na")
        grant = session.scalars(select(Grant)).one()
        service.end_grant(session, SYSTEM, grant.public_id, NOW.date())
        made = Office(databases, account.public_id, land.south.id)
    yield made
    databases.dispose()


def at_once(office: Office, *works: Callable[[Session], object]) -> Counter[str]:
    """Does each work in a transaction of its own, all at the same time, and commits it whether it refused or not."""
    ends: list[str] = []
    start = threading.Barrier(len(works))

    def do(work: Callable[[Session], object]) -> None:
        start.wait()
        with office.databases.app() as session:
            try:
                work(session)
                ends.append("done")
            except AnjieError as refusal:
                ends.append(type(refusal).__name__)
            session.commit()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ends)


def guess(session: Session) -> object:
    return service.sign_in(session, service.SignIn("li.na", "wrong", DESK), NOW, LASTING)


def test_many_guesses_at_once_are_counted_one_by_one(office):
    assert at_once(office, *[guess] * 12) == {"FormInvalid": 5, "TooManyTries": 7}
    with office.databases.app() as session:
        assert session.scalar(select(func.count()).select_from(SignInTry)) == 5


def test_rights_stay_apart_when_two_give_roles_at_once(office):
    def give(role: str) -> Callable[[Session], object]:
        command = service.GrantRole(office.account, role, office.unit_id)
        return lambda session: service.grant_role(session, SYSTEM, command, NOW)

    assert at_once(office, give("auditor"), give("officer"), give("administrator")) == {"done": 1, "RuleBroken": 2}


def test_no_session_of_the_old_password_survives_a_reset(office):
    def reset(session: Session) -> object:
        return service.reset_password(
            session, SYSTEM, service.ResetPassword(office.account, "k7mh-2xqd-tr9e-w4pa"), NOW
        )

    def sign_in(session: Session) -> object:
        return service.sign_in(session, service.SignIn("li.na", PASSWORD, DESK), NOW, LASTING)

    at_once(office, reset, *[sign_in] * DISTURBANCES)
    with office.databases.app() as session:
        alive = select(func.count()).select_from(AccountSession).where(AccountSession.revoked_at.is_(None))
        assert session.scalar(alive) == 0
