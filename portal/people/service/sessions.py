"""Sessions: who a token belongs to, and how sessions end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.audit.trail import record
from portal.kernel.i18n.clock import SHANGHAI
from portal.people import queries
from portal.people.models import Account, AccountSession
from portal.people.rules.signing_in import LONGEST_SESSION, token_hash

SLIDE_EVERY = dt.timedelta(minutes=5)
"""A busy page sends many requests; only one in this time writes the session's row."""


def actor_of_token(
    session: Session, token: str, now: dt.datetime, *, permissions: Iterable[Permission], lasting: dt.timedelta
) -> Actor | None:
    """Who a cookie's token belongs to, with what today's roles allow; None once it is revoked, expired or disabled.

    `permissions` are those of all rooms; somebody whose password is due has none of them. Use prolongs the session by
    `lasting`.
    """
    found = queries.open_session(session, token_hash(token), now)
    if found is None:
        return None
    opened, account = found
    if now - opened.last_seen_at >= min(SLIDE_EVERY, lasting / 2):
        _prolong(session, opened, now, lasting)
    return replace(_actor(session, account, now, permissions), session_id=opened.id)


def actor_of_account(
    session: Session, account_id: int, now: dt.datetime, *, permissions: Iterable[Permission]
) -> Actor | None:
    """Somebody who is not here, such as who asked for a job, with what today's roles allow; None once disabled."""
    account = queries.enabled_account(session, account_id)
    return None if account is None else _actor(session, account, now, permissions)


def sign_out(session: Session, actor: Actor, now: dt.datetime) -> None:
    """Ends the session of this request; the token is worth nothing from now on."""
    if actor.session_id is not None:
        _revoke(session, [actor.session_id], now)
        record(session, actor, "signed_out", "people.session", actor.session_id)
        session.flush()


def revoke_session(session: Session, actor: Actor, public_id: uuid.UUID, now: dt.datetime) -> AccountSession:
    """Ends one of the actor's own sessions, such as that of a lost phone."""
    found = queries.own_session(session, actor, public_id)
    _revoke(session, [found.id], now)
    record(session, actor, "revoked", "people.session", found.public_id)
    session.flush()
    return found


def end_sessions(session: Session, account: Account, now: dt.datetime, *, but: int | None = None) -> None:
    """Ends all sessions of an account at once, `but` one."""
    query = select(AccountSession.id).where(AccountSession.account_id == account.id, AccountSession.id != (but or 0))
    _revoke(session, session.scalars(query).all(), now)


def _actor(session: Session, account: Account, now: dt.datetime, permissions: Iterable[Permission]) -> Actor:
    held = queries.roles_held(session, account.id, now.astimezone(SHANGHAI).date())
    return Actor(
        account_id=account.id,
        name=account.name,
        scopes={} if account.must_change_password else _scopes(held, permissions),
        roles=frozenset(role for role, _ in held),
        must_change_password=account.must_change_password,
    )


def _revoke(session: Session, ids: Iterable[int], now: dt.datetime) -> None:
    open_ones = (AccountSession.id.in_(list(ids)), AccountSession.revoked_at.is_(None))
    session.execute(update(AccountSession).where(*open_ones).values(revoked_at=now))


def _prolong(session: Session, opened: AccountSession, now: dt.datetime, lasting: dt.timedelta) -> None:
    """Skips a row that another request of the same browser is just prolonging, instead of waiting for its page."""
    free = select(AccountSession.id).where(AccountSession.id == opened.id).with_for_update(skip_locked=True)
    until = min(now + lasting, opened.recorded_at + LONGEST_SESSION)
    values = {"last_seen_at": now, "expires_at": until}
    session.execute(update(AccountSession).where(AccountSession.id.in_(free)).values(values))


def _scopes(held: Iterable[tuple[str, int]], permissions: Iterable[Permission]) -> dict[str, frozenset[int]]:
    units: dict[str, set[int]] = {}
    for role, unit_id in held:
        units.setdefault(role, set()).add(unit_id)
    scopes = {
        permission.key: frozenset(unit for role in permission.roles for unit in units.get(role, ()))
        for permission in permissions
    }
    return {key: scope for key, scope in scopes.items() if scope}
