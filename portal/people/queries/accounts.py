"""Accounts and what they hold.

An administrator manages an account when every role it ever held lies within the administrator's divisions: else the one
of a town could take over the account of somebody who works for the whole district. What is outside is not there. A role
on a division that turned out to have ended before counts on the last day of that division.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, select
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import Unit, UnitVersion
from portal.divisions.queries import scoped
from portal.divisions.queries.heirs import last_day
from portal.divisions.queries.scope import on
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.people.models import Account, Grant
from portal.people.permissions import MANAGE_ACCOUNTS
from portal.people.rules import Held, Role, role_named

PAGE = 50

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class GrantRow:
    """A grant as a reader sees it: the role, the division's name on the day it began, and how it stands today."""

    grant: Grant
    role: Role
    unit_name: str
    standing: str  # "coming", "held" or "ended"

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which it is held; the day before it began for one that was held for no day."""
        until = self.grant.valid_to
        return None if until is None else until - dt.timedelta(days=1)


@dataclass(frozen=True)
class AccountRow:
    """An account with the roles it holds or will hold."""

    account: Account
    grants: Sequence[GrantRow]


def account_by_login(session: Session, login: str) -> Account | None:
    """The account of a login, disabled or not; for the command line, and to see that a new login is free."""
    return session.scalar(select(Account).where(Account.login == login))


def account_to_sign_in(session: Session, login: str) -> Account | None:
    """The account of a login, unless it is disabled, locked so that a reset of its password comes before or after."""
    return session.scalar(_locked(select(Account).where(Account.login == login, Account.disabled_at.is_(None))))


def accounts(
    session: Session, actor: Actor, today: dt.date, *, wanted: str = "", page: int = 1
) -> tuple[list[AccountRow], int]:
    """A page of the accounts the actor manages whose name or login holds `wanted`, by login; and how many there are."""
    fits = Account.login.contains(wanted.lower(), autoescape=True) | Account.name.contains(wanted, autoescape=True)
    query = select(Account).where(_managed(actor), fits)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session.scalars(query.order_by(Account.login).limit(PAGE).offset((page - 1) * PAGE)).all()
    by_account: dict[int, list[GrantRow]] = {}
    for row in grants_of(session, [account.id for account in found], today):
        if row.standing != "ended":
            by_account.setdefault(row.grant.account_id, []).append(row)
    return [AccountRow(account, by_account.get(account.id, [])) for account in found], total


def account_to_manage(session: Session, actor: Actor, public_id: uuid.UUID, *, lock: bool = False) -> Account:
    """An account within the actor's divisions; raises `NotFound` for any other."""
    query = select(Account).where(Account.public_id == public_id, _managed(actor))
    found = session.scalar(_locked(query) if lock else query)
    if found is None:
        raise NotFound(text("There is no such account."))
    return found


def grants_of(session: Session, account_ids: Sequence[int], today: dt.date) -> list[GrantRow]:
    """All roles these accounts hold, held or will hold, the newest first."""
    bears = (UnitVersion.unit_id == Grant.unit_id, UnitVersion.superseded_at.is_(None))
    query = (
        select(Grant, UnitVersion.name)
        .outerjoin(
            UnitVersion, and_(*bears, on(UnitVersion.valid, func.least(Grant.valid_from, last_day(Grant.unit_id))))
        )
        .where(Grant.account_id.in_(account_ids))
        .order_by(Grant.valid_from.desc(), Grant.id.desc())
    )
    return [
        GrantRow(grant, role_named(grant.role), name or "", _standing(grant, today))
        for grant, name in session.execute(query)
    ]


def grant_to_manage(session: Session, actor: Actor, public_id: uuid.UUID) -> tuple[Grant, Account]:
    """A grant with its account, locked, within the actor's divisions; raises `NotFound` for any other."""
    query = select(Grant, Account).join(Account, Account.id == Grant.account_id)
    row = session.execute(_locked(query.where(Grant.public_id == public_id, _managed(actor)))).one_or_none()
    if row is None:
        raise NotFound(text("There is no such role."))
    return row[0], row[1]


def periods_held(session: Session, account_id: int, unit_id: int | None = None) -> list[Held]:
    """When an account holds which role, anywhere or on one unit."""
    query = select(Grant).where(Grant.account_id == account_id)
    grants = session.scalars(query if unit_id is None else query.where(Grant.unit_id == unit_id))
    return [Held(grant.role, grant.valid_from, grant.valid_to) for grant in grants]


def may_grant_on(session: Session, actor: Actor, unit_id: int, at: dt.date) -> bool:
    """Whether a division lies within those on which the actor manages accounts."""
    query = select(Unit.id).where(Unit.id == unit_id, scoped(actor, MANAGE_ACCOUNTS, Unit.id, at))
    return session.scalar(query) is not None


def _managed(actor: Actor) -> ColumnElement[bool]:
    held = aliased(Grant)
    within = scoped(actor, MANAGE_ACCOUNTS, held.unit_id, func.least(held.valid_from, last_day(held.unit_id)))
    outside = exists().where(held.account_id == Account.id, not_(within))
    return not_(outside) if actor.may(MANAGE_ACCOUNTS) else false()


def _standing(grant: Grant, today: dt.date) -> str:
    if grant.valid_to is not None and grant.valid_to <= max(today, grant.valid_from):
        return "ended"
    return "held" if grant.valid_from <= today else "coming"


def _locked(query: Query) -> Query:
    """Waits for others who change these rows and reads what they left; new rows may still refer to them."""
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)
