"""People for tests, straight in the tables; what the services make of them has tests of its own."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.kernel.access.actor import Actor
from portal.people import service
from portal.people.models import Account, AccountSession, Grant, SignInTry
from portal.people.permissions import PERMISSIONS
from portal.people.rules.passwords import hash_password
from portal.people.rules.signing_in import new_token, token_hash
from tests.factories.divisions import make_district, make_unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 7, 15, 9, 30, tzinfo=SHANGHAI)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
LASTING = dt.timedelta(hours=12)
PASSWORD = "seven wet umbrellas"
DESK = "10.1.2.3"


@dataclass(frozen=True)
class Land:
    """A home district with two towns."""

    district: Unit
    north: Unit
    south: Unit


def make_land(session: Session) -> Land:
    """A district with a north and a south town."""
    district = make_district(session)
    return Land(district, make_unit(session, district, "北镇"), make_unit(session, district, "南镇"))


@cache
def hashed() -> str:
    """The hash of `PASSWORD`; made once, because it is made to be slow."""
    return hash_password(PASSWORD)


def make_person(
    session: Session, unit: Unit, role: str = "officer", login: str = "", since: dt.date = TODAY
) -> Account:
    """An account with a role on a unit and `PASSWORD`, which need not be replaced."""
    account = Account(
        login=login or f"p-{secrets.token_hex(4)}", name="李娜", password_hash=hashed(), must_change_password=False
    )
    session.add(account)
    session.flush()
    session.add(Grant(account_id=account.id, role=role, unit_id=unit.id, granted_by="test", valid_from=TODAY))
    session.flush()
    return account


def fail_often(session: Session, times: int, login: str, address: str = DESK, at: dt.datetime = NOW) -> None:
    """Failed tries to sign in."""
    row = {"login": login, "address": address, "succeeded": False, "recorded_at": at}
    session.add_all(SignInTry(**row) for _ in range(times))
    session.flush()


def make_session(session: Session, account: Account, now: dt.datetime = NOW, lasting: dt.timedelta = LASTING) -> str:
    """A session that begins now; returns its token."""
    token = new_token()
    row = AccountSession(
        account_id=account.id,
        token_hash=token_hash(token),
        recorded_at=now,
        last_seen_at=now,
        expires_at=now + lasting,
        browser="Firefox",
        address=DESK,
    )
    session.add(row)
    session.flush()
    return token


def somebody(session: Session, token: str, now: dt.datetime = NOW) -> Actor | None:
    """Who the token belongs to, with the permissions of the people room."""
    return service.actor_of_token(session, token, now, permissions=PERMISSIONS, lasting=LASTING)


def as_actor(session: Session, account: Account, now: dt.datetime = NOW) -> Actor:
    """An account as it acts when it is signed in."""
    found = somebody(session, make_session(session, account, now), now)
    assert found is not None
    return found
