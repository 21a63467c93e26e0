"""Tries to sign in: for the wait after failed ones, and for the auditor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.people.models import SignInTry
from portal.people.permissions import READ_AUDIT
from portal.people.rules.signing_in import LASTING_KNOWN, Failures


def one_try_at_a_time(session: Session, login: str) -> None:
    """Makes tries for one login wait for each other until the end of the transaction, so that none goes uncounted."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"people.sign_in {login}", 0))))


def last_success(session: Session, login: str, address: str, now: dt.datetime) -> dt.datetime | None:
    """When a login last signed in from an address, if that is not too long ago to count as known there."""
    return session.scalar(
        select(func.max(SignInTry.recorded_at)).where(
            SignInTry.login == login,
            SignInTry.address == address,
            SignInTry.succeeded,
            SignInTry.recorded_at > now - LASTING_KNOWN,
        )
    )


def failures(session: Session, since: dt.datetime, *, login: str | None = None, address: str | None = None) -> Failures:
    """Failed tries since a moment, for a login, from an address or both."""
    query = select(func.count(), func.max(SignInTry.recorded_at)).where(
        ~SignInTry.succeeded, SignInTry.recorded_at > since
    )
    if login is not None:
        query = query.where(SignInTry.login == login)
    if address is not None:
        query = query.where(SignInTry.address == address)
    count, last_at = session.execute(query).one()
    return Failures(count, last_at)


def sign_in_tries(session: Session, actor: Actor, *, before_id: int | None, limit: int) -> Sequence[SignInTry]:
    """All tries, the newest first, for the auditor."""
    policy.require(actor, READ_AUDIT)
    query = select(SignInTry).order_by(SignInTry.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(SignInTry.id < before_id)
    return session.scalars(query).all()
