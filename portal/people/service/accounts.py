"""Accounts: made with a first role, disabled, enabled. Nobody does this to the account they are signed in with."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.errors import Difference, FormInvalid, RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.i18n.text import text
from portal.people import queries
from portal.people.models import Account
from portal.people.permissions import MANAGE_ACCOUNTS
from portal.people.rules import passwords
from portal.people.rules.signing_in import NO_LOGIN, tidy_login
from portal.people.service.grants import GrantRole, give
from portal.people.service.sessions import end_sessions

SUBJECT = "people.account"
LONGEST_NAME = 60


@dataclass(frozen=True)
class AddAccount:
    """A new account with its first role; its password is to be replaced at the first sign-in unless said otherwise."""

    login: str
    name: str
    role: str
    unit_id: int
    password: str = field(repr=False)
    must_change_password: bool = True
    until: dt.date | None = None


@dataclass(frozen=True)
class SwitchAccount:
    """An account to disable or enable, as it was when the page was opened."""

    account: uuid.UUID
    row_version: int


def add_account(session: Session, actor: Actor, command: AddAccount, now: dt.datetime) -> Account:
    """Adds an account; raises `FormInvalid` for a login that is taken or cannot be one."""
    policy.require(actor, MANAGE_ACCOUNTS)
    account = Account(
        login=_free_login(session, command.login),
        name=_proper_name(command.name),
        password_hash=passwords.hash_password(command.password),
        must_change_password=command.must_change_password,
    )
    session.add(account)
    session.flush()
    record(session, actor, "added", SUBJECT, account.public_id, after={"login": account.login, "name": account.name})
    give(session, actor, account, GrantRole(account.public_id, command.role, command.unit_id, until=command.until), now)
    return account


def disable_account(session: Session, actor: Actor, command: SwitchAccount, now: dt.datetime) -> Account:
    """Signs an account out everywhere and lets it in no more; its name stays on what it did."""
    account = account_of_another(session, actor, command.account, command.row_version)
    if account.disabled_at is None:
        account.disabled_at = now
        end_sessions(session, account, now)
        record(session, actor, "disabled", SUBJECT, account.public_id, after={"login": account.login})
        session.flush()
    return account


def enable_account(session: Session, actor: Actor, command: SwitchAccount) -> Account:
    """Lets a disabled account in again, with the password and roles it has."""
    account = account_of_another(session, actor, command.account, command.row_version)
    if account.disabled_at is not None:
        account.disabled_at = None
        record(session, actor, "enabled", SUBJECT, account.public_id, after={"login": account.login})
        session.flush()
    return account


def account_of_another(session: Session, actor: Actor, public_id: uuid.UUID, row_version: int | None) -> Account:
    """An account that the actor manages and is not their own, locked; raises `Stale` when the page is outdated.

    That nobody can shut themselves out also means that an administrator always remains.
    """
    policy.require(actor, MANAGE_ACCOUNTS)
    account = queries.account_to_manage(session, actor, public_id, lock=True)
    if account.id == actor.account_id:
        raise RuleBroken(text("This is your own account; another administrator has to do this."))
    if row_version is not None and account.row_version != row_version:
        outdated = [Difference("row_version", account.row_version, row_version)]
        raise Stale(text("This account was changed meanwhile; please look at it again."), outdated)
    return account


def _free_login(session: Session, typed: str) -> str:
    login = tidy_login(typed)
    if login == NO_LOGIN:
        message = text("Use 2 to 40 small letters, digits, dots, hyphens or underscores; begin with a letter or digit.")
        raise FormInvalid({"login": [message]})
    if queries.account_by_login(session, login) is not None:
        raise FormInvalid({"login": [text("There is already an account with this sign-in name.")]})
    return login


def _proper_name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise FormInvalid({"name": [text("Enter a name of at most %(count)s characters.", count=LONGEST_NAME)]})
    return name
