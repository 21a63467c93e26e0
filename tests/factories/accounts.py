"""Somebody signed in, made straight in the tables: the sign-in page has tests of its own."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.divisions.models import Home
from portal.kernel.web.guard import COOKIE
from portal.people.models import Account, AccountSession, Grant


def account(session: Session, role: str, unit_id: int | None = None, name: str = "测试员") -> Account:
    """An account with one role, on the home district unless another unit is given."""
    made = Account(login=f"{role}-{secrets.token_hex(4)}", name=name, password_hash="-", must_change_password=False)
    session.add(made)
    session.flush()
    where = unit_id if unit_id is not None else session.get_one(Home, 1).unit_id
    session.add(Grant(account_id=made.id, role=role, unit_id=where, granted_by="test", valid_from=dt.date(2000, 1, 1)))
    session.flush()
    return made


def sign_in(session: Session, client: FlaskClient, somebody: Account) -> FlaskClient:
    """Gives a client the session cookie of an account."""
    token, now = secrets.token_urlsafe(32), dt.datetime.now(dt.UTC)
    session.add(
        AccountSession(
            account_id=somebody.id,
            token_hash=hashlib.sha256(token.encode()).digest(),
            last_seen_at=now,
            expires_at=now + dt.timedelta(hours=1),
            browser="test",
            address="127.0.0.1",
        )
    )
    session.flush()
    client.set_cookie(COOKIE, token)
    return client


def signed_in_client(app: Flask, session: Session, role: str, unit_id: int | None = None) -> FlaskClient:
    """A client signed in with one role."""
    return sign_in(session, app.test_client(), account(session, role, unit_id))
