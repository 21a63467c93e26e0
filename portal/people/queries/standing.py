"""Roles that stand on some divisions, for those who change the divisions, and roles that stand on none any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import Lineage
from portal.divisions.queries import scoped
from portal.divisions.queries.heirs import gone
from portal.divisions.queries.many import any_of
from portal.kernel.access.actor import Actor
from portal.people.models import Account, Grant
from portal.people.permissions import MANAGE_ACCOUNTS

NAMED = 5
"""People that a panel lists."""


def held_on(session: Session, unit_ids: Sequence[int], at: dt.date) -> tuple[int, int]:
    """How many roles are or will be held on some divisions from a day on, and by how many accounts in use."""
    counted = select(func.count(), func.count(Grant.account_id.distinct())).select_from(Grant).join(Account)
    row = session.execute(counted.where(Account.disabled_at.is_(None), *_held(unit_ids, at))).one()
    return row[0], row[1]


def holders_named(session: Session, actor: Actor, unit_ids: Sequence[int], at: dt.date) -> Sequence[str]:
    """A few of the people who hold them, as far as the actor manages accounts there."""
    query = select(Account.name, Account.id).join(Grant).where(Account.disabled_at.is_(None), *_held(unit_ids, at))
    mine = query.where(_may_see(actor, at)).distinct().order_by(Account.id).limit(NAMED)
    return [name for name, _ in session.execute(mine)] if actor.may(MANAGE_ACCOUNTS) else []


def grants_to_carry(session: Session, unit_ids: Sequence[int], first_day: dt.date) -> Sequence[Grant]:
    """Roles on some divisions that are held on a day or later, locked in one order."""
    query = select(Grant).where(*_held(unit_ids, first_day)).order_by(Grant.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def grants_of_accounts(session: Session, account_ids: Sequence[int], unit_ids: Sequence[int]) -> Sequence[Grant]:
    """Roles that some accounts have, had or will have on some divisions."""
    query = select(Grant).where(Grant.account_id == any_of(account_ids), Grant.unit_id == any_of(unit_ids))
    return session.scalars(query).all()


def account_ids_adrift(session: Session, today: dt.date) -> ColumnElement[bool]:
    """Placeholder."""
