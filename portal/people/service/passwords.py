"""Passwords that are replaced: by their owner, or by an administrator after one was forgotten."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.errors import FormInvalid
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.i18n.text import text
from portal.people import queries
from portal.people.models import Account
from portal.people.rules import passwords
from portal.people.rules.signing_in import tidy_address
from portal.people.service.accounts import SUBJECT, account_of_another
from portal.people.service.sessions import end_sessions
from portal.people.service.signing_in import Try, try_password


@dataclass(frozen=True)
class ChangePassword:
    """The password somebody has and the one they want, and from where they ask."""

    current: str = field(repr=False)
    new: str = field(repr=False)
    address: str | None = None


@dataclass(frozen=True)
class ResetPassword:
    """A new password for somebody else, as the account was when the page was opened (None: whatever it is)."""

    account: uuid.UUID
    password: str = field(repr=False)
    row_version: int | None = None


def change_password(session: Session, actor: Actor, command: ChangePassword, now: dt.datetime) -> Account:
    """Replaces one's own password and ends one's other sessions.

    Raises `FormInvalid` at the field, `TooManyTries` after wrong guesses of the current one; like a failed sign-in
    such a try is committed by the caller although it refuses.
    """
    where = Try(queries.own_account(session, actor).login, tidy_address(command.address))
    account = try_password(session, where, command.current, now)
    if account is None:
        raise FormInvalid({"current": [text("This is not your current password.")]})
    found = passwords.weaknesses(command.new, account.login)
    if command.new == command.current:
        found = [text("Choose a password that differs from the current one.")]
    if found:
        raise FormInvalid({"new": found})
    end_sessions(session, account, now, but=actor.session_id)
    return _replace(session, actor, account, command.new, "password_changed", must_change=False)


def reset_password(session: Session, actor: Actor, command: ResetPassword, now: dt.datetime) -> Account:
    """Gives an account a password that its owner has to replace, and signs it out everywhere."""
    account = account_of_another(session, actor, command.account, command.row_version)
    end_sessions(session, account, now)
    return _replace(session, actor, account, command.password, "password_reset", must_change=True)


def _replace(
    session: Session, actor: Actor, account: Account, password: str, verb: str, *, must_change: bool
) -> Account:
    account.password_hash = passwords.hash_password(password)
    account.must_change_password = must_change
    after = {"login": account.login, "password_hash": "", "must_change_password": must_change}
    record(session, actor, verb, SUBJECT, account.public_id, after=after, private=("password_hash",))
    session.flush()
    return account
