"""Who is signed in, and where else."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Date, literal, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.people.models import Account, AccountSession, Grant


def open_session(session: Session, token_hash: bytes, now: dt.datetime) -> tuple[AccountSession, Account] | None:
    """The session of a token with its account, if neither was ended: not revoked, not expired, not disabled."""
    query = (
        select(AccountSession, Account)
        .join(Account, Account.id == AccountSession.account_id)
        .where(AccountSession.token_hash == token_hash, *_open(now), Account.disabled_at.is_(None))
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def enabled_account(session: Session, account_id: int) -> Account | None:
    """An account that has not been disabled."""
    return session.scalar(select(Account).where(Account.id == account_id, Account.disabled_at.is_(None)))


def roles_held(session: Session, account_id: int, today: dt.date) -> list[tuple[str, int]]:
    """The roles an account holds on a day, each with the unit on whose subtree it holds it."""
    query = select(Grant.role, Grant.unit_id).where(
        Grant.account_id == account_id, Grant.valid.op("@>", is_comparison=True)(literal(today, Date()))
    )
    return [(role, unit_id) for role, unit_id in session.execute(query)]


def own_account(session: Session, actor: Actor) -> Account:
    """The actor's account; raises `NotFound` for the machine itself, which has none."""
    found = session.scalar(select(Account).where(Account.id == actor.account_id))
    if found is None:
        raise NotFound(text("There is no such account."))
    return found


def own_sessions(session: Session, actor: Actor, now: dt.datetime) -> Sequence[AccountSession]:
    """Where the actor is signed in now, the latest first."""
    query = select(AccountSession).where(AccountSession.account_id == actor.account_id, *_open(now))
    return session.scalars(query.order_by(AccountSession.last_seen_at.desc())).all()


def own_session(session: Session, actor: Actor, public_id: uuid.UUID) -> AccountSession:
    """One of the actor's sessions; raises `NotFound` for anybody else's."""
    query = select(AccountSession).where(
        AccountSession.public_id == public_id, AccountSession.account_id == actor.account_id
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(text("There is no such sign-in."))
    return found


def _open(now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (AccountSession.revoked_at.is_(None), AccountSession.expires_at > now)
