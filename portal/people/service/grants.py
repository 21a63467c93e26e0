"""Roles given on a division and taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.errors import FormInvalid, NotFound, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.text import text
from portal.people import queries
from portal.people.models import Account, Grant
from portal.people.permissions import MANAGE_ACCOUNTS
from portal.people.rules import Held, check_rights_apart, role_named
from portal.people.rules.roles import check_not_held

SUBJECT = "people.grant"


@dataclass(frozen=True)
class GrantRole:
    """A role for an account on a unit's subtree during `[since, until)`; from today when nothing is said."""

    account: uuid.UUID
    role: str
    unit_id: int
    since: dt.date | None = None
    until: dt.date | None = None


def grant_role(session: Session, actor: Actor, command: GrantRole, now: dt.datetime) -> Grant:
    """Gives a role; raises `NotFound` outside the actor's divisions, `RuleBroken` where rights would not stay apart."""
    policy.require(actor, MANAGE_ACCOUNTS)
    account = queries.account_to_manage(session, actor, command.account, lock=True)
    return give(session, actor, account, command, now)


def end_grant(session: Session, actor: Actor, public_id: uuid.UUID, today: dt.date) -> Grant:
    """Takes a role back at once: it is not held today any more. One that was only to come is held for no day."""
    policy.require(actor, MANAGE_ACCOUNTS)
    grant, account = queries.grant_to_manage(session, actor, public_id)
    if account.id == actor.account_id:
        raise RuleBroken(text("This is your own account; another administrator has to do this."))
    end = max(today, grant.valid_from)
    if grant.valid_to is not None and grant.valid_to <= end:
        return grant
    before = {"valid_to": grant.valid_to}
    grant.valid_to = end
    record(
        session, actor, "ended", SUBJECT, grant.public_id, before=before, after={"valid_to": end, "role": grant.role}
    )
    session.flush()
    return grant


def give(session: Session, actor: Actor, account: Account, command: GrantRole, now: dt.datetime) -> Grant:
    """Adds a grant to an account that the actor is known to manage."""
    held = _checked(session, account, command, now.astimezone(SHANGHAI).date())
    if not queries.may_grant_on(session, actor, command.unit_id, held.since):
        raise NotFound(text("There is no such division on this date."))
    grant = Grant(
        account_id=account.id,
        role=held.role,
        unit_id=command.unit_id,
        granted_by=actor.name,
        valid_from=held.since,
        valid_to=held.until,
    )
    session.add(grant)
    session.flush()
    _enter(session, actor, account, grant)
    return grant


def _checked(session: Session, account: Account, command: GrantRole, today: dt.date) -> Held:
    """The role and its time; rights are never given backwards."""
    new = Held(role_named(command.role).key, command.since or today, command.until)
    if new.since < today:
        raise FormInvalid({"since": [text("A role cannot begin in the past.")]})
    if new.until is not None and new.until <= new.since:
        raise FormInvalid({"until": [text("The last day must not lie before the first.")]})
    check_rights_apart(queries.periods_held(session, account.id), new)
    check_not_held(queries.periods_held(session, account.id, command.unit_id), new)
    return new


def _enter(session: Session, actor: Actor, account: Account, grant: Grant) -> None:
    after = {
        "account": account.public_id,
        "login": account.login,
        "role": grant.role,
        "unit_id": grant.unit_id,
        "valid_from": grant.valid_from,
        "valid_to": grant.valid_to,
    }
    record(session, actor, "granted", SUBJECT, grant.public_id, after=after)
    session.flush()
