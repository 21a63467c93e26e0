"""Roles that stand on some divisions, for those who change the divisions, and roles that stand on none any more."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import Lineage, UnitVersion
from portal.divisions.queries import scoped
from portal.divisions.queries.heirs import gone, last_day
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import on
from portal.kernel.access.actor import Actor
from portal.people.models import Account, Grant
from portal.people.permissions import MANAGE_ACCOUNTS
from portal.people.rules import Role, role_named

NAMED = 5
"""People that a panel lists."""


@dataclass(frozen=True)
class Adrift:
    """A role whose division is no longer there, with the name that had last."""

    account: uuid.UUID
    account_name: str
    role: Role
    unit_name: str


def held_on(session: Session, unit_ids: Sequence[int], at: dt.date) -> tuple[int, int]:
    """How many roles are or will be held on some divisions from a day on, and by how many accounts in use."""
    counted = select(func.count(), func.count(Grant.account_id.distinct())).select_from(Grant).join(Account)
    row = session.execute(counted.where(Account.disabled_at.is_(None), *_held(unit_ids, at))).one()
    return row[0], row[1]


def holders_named(session: Session, actor: Actor, unit_ids: Sequence[int], at: dt.date) -> Sequence[str]:
    """A few of the people who hold them, as far as the actor manages accounts there."""
    query = select(Account.name, Account.id).join(Grant).where(Account.disabled_at.is_(None), *_held(unit_ids, at))
    mine = query.where(scoped(actor, MANAGE_ACCOUNTS, Grant.unit_id, at)).distinct().order_by(Account.id).limit(NAMED)
    return [name for name, _ in session.execute(mine)] if actor.may(MANAGE_ACCOUNTS) else []


def grants_to_carry(session: Session, unit_ids: Sequence[int], first_day: dt.date) -> Sequence[Grant]:
    """Roles on some divisions that are held on a day or later, locked in one order."""
    query = select(Grant).where(*_held(unit_ids, first_day)).order_by(Grant.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def grants_of_accounts(session: Session, account_ids: Sequence[int], unit_ids: Sequence[int]) -> Sequence[Grant]:
    """Roles that some accounts have, had or will have on some divisions."""
    query = select(Grant).where(Grant.account_id == any_of(account_ids), Grant.unit_id == any_of(unit_ids))
    return session.scalars(query).all()


def grants_adrift(session: Session, actor: Actor, today: dt.date) -> list[Adrift]:
    """Roles held today on divisions that are no longer there, while no heir of these gives the same role: to be given
    anew or taken back. They open the records of the past and nothing else."""
    day = func.least(today, last_day(Grant.unit_id))
    query = (
        select(Account.public_id, Account.name, Grant.role, UnitVersion.name)
        .join(Account, Account.id == Grant.account_id)
        .join(UnitVersion, (UnitVersion.unit_id == Grant.unit_id) & UnitVersion.superseded_at.is_(None))
        .where(on(UnitVersion.valid, day), on(Grant.valid, today), gone(Grant.unit_id, today), ~_held_by_heir(today))
        .where(Account.disabled_at.is_(None), scoped(actor, MANAGE_ACCOUNTS, Grant.unit_id, day))
        .order_by(UnitVersion.name, Account.name, Grant.id)
    )
    return [Adrift(account, name, role_named(role), unit) for account, name, role, unit in session.execute(query)]


def _held_by_heir(today: dt.date) -> ColumnElement[bool]:
    other = aliased(Grant)
    went = (Lineage.from_unit_id == Grant.unit_id) & (Lineage.to_unit_id == other.unit_id)
    return exists().where(
        other.account_id == Grant.account_id,
        other.role == Grant.role,
        on(other.valid, today),
        exists().where(went, Lineage.superseded_at.is_(None)).correlate(Grant, other),
    )


def _held(unit_ids: Sequence[int], since: dt.date) -> list[ColumnElement[bool]]:
    goes_on = or_(Grant.valid_to.is_(None), Grant.valid_to > func.greatest(Grant.valid_from, since))
    return [Grant.unit_id == any_of(unit_ids), goes_on]
