"""Signing in: the password is checked, the try is kept, a new session begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.errors import FormInvalid, TooManyTries
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.i18n.text import text
from portal.people import queries
from portal.people.models import Account, AccountSession, SignInTry
from portal.people.rules import passwords
from portal.people.rules.signing_in import (
    FOR_ADDRESS,
    FOR_LOGIN,
    LONGEST_SESSION,
    WINDOW,
    how_long,
    new_token,
    tidy_address,
    tidy_login,
    token_hash,
    wait_s,
)


@dataclass(frozen=True)
class SignIn:
    """What somebody typed, and from where."""

    login: str
    password: str = field(repr=False)
    address: str | None = None
    browser: str = ""


@dataclass(frozen=True)
class Try:
    """Which login is tried from which address, both tidied."""

    login: str
    address: str


@dataclass(frozen=True)
class SignedIn:
    """A session that began; the token goes into the cookie and is kept nowhere."""

    account: Account
    opened: AccountSession
    token: str = field(repr=False)


def sign_in(session: Session, command: SignIn, now: dt.datetime, lasting: dt.timedelta) -> SignedIn:
    """Begins a session with a token of its own.

    Raises `TooManyTries` with the wait, or `FormInvalid` with a sentence that does not say whether the login exists. A
    failed try is a row that counts: the caller commits it although it refuses.
    """
    where = Try(tidy_login(command.login), tidy_address(command.address))
    account = try_password(session, where, command.password, now)
    if account is None:
        raise FormInvalid({"": [text("The sign-in name or the password is wrong.")]})
    if passwords.outdated(account.password_hash):
        account.password_hash = passwords.hash_password(command.password)
    return _begin(session, account, command, (now, now + min(lasting, LONGEST_SESSION)))


def try_password(session: Session, where: Try, password: str, now: dt.datetime) -> Account | None:
    """The account whose password this is, locked, or None; the try is kept either way.

    Raises `TooManyTries` while it is too early for another. A login that does not exist takes as long as any.
    """
    queries.one_try_at_a_time(session, where.login)
    seconds = _seconds_to_wait(session, where, now)
    if seconds:
        message = text("Too many failed tries. Please wait %(time)s and try again.", time=how_long(seconds))
        raise TooManyTries(message, seconds)
    account = queries.account_to_sign_in(session, where.login)
    fitting = passwords.fits(account.password_hash if account else None, password)
    session.add(SignInTry(recorded_at=now, login=where.login, address=where.address, succeeded=fitting))
    session.flush()
    return account if fitting else None


def _seconds_to_wait(session: Session, where: Try, now: dt.datetime) -> int:
    since = now - WINDOW
    known_at = queries.last_success(session, where.login, where.address, now)
    if known_at is not None:
        own = queries.failures(session, max(known_at, since), login=where.login, address=where.address)
        return wait_s(own, FOR_LOGIN, now)
    return max(
        wait_s(queries.failures(session, since, login=where.login), FOR_LOGIN, now),
        wait_s(queries.failures(session, since, address=where.address), FOR_ADDRESS, now),
    )


def _begin(session: Session, account: Account, command: SignIn, times: tuple[dt.datetime, dt.datetime]) -> SignedIn:
    token = new_token()
    opened = AccountSession(
        account_id=account.id,
        token_hash=token_hash(token),
        recorded_at=times[0],
        last_seen_at=times[0],
        expires_at=times[1],
        browser=command.browser[:200],
        address=tidy_address(command.address),
    )
    session.add(opened)
    session.flush()
    oneself = Actor(account_id=account.id, name=account.name)
    record(session, oneself, "signed_in", "people.session", opened.public_id)
    session.flush()
    return SignedIn(account, opened, token)
