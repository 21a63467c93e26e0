"""Events that somebody may see: those within their divisions, and those that reach over them from above."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, or_, select, true
from sqlalchemy.orm import Session

from portal.disasters.models import Event
from portal.divisions.models import Ancestry
from portal.divisions.queries import scoped
from portal.divisions.queries.scope import on
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text

MOST = 200


def open_events(session: Session, actor: Actor, permission: Permission) -> Sequence[Event]:
    """Events that a report may still be filed on, the newest first."""
    query = _seen(actor, permission).where(Event.state == "open")
    return session.scalars(query.limit(MOST)).all()


def events(session: Session, actor: Actor, permission: Permission) -> Sequence[Event]:
    """All events, open and closed, the newest first."""
    return session.scalars(_seen(actor, permission).limit(MOST)).all()


def event(session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID) -> Event:
    """One event. Raises `NotFound` beyond the actor's divisions."""
    return _one(session, _seen(actor, permission), public_id)


def event_to_change(session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID) -> Event:
    """An event locked until the transaction ends, with its newest state. Only one that lies within the divisions."""
    query = select(Event).where(scoped(actor, permission, Event.unit_id, Event.occurred_on))
    return _one(session, query.with_for_update().execution_options(populate_existing=True), public_id)


def may_close(session: Session, actor: Actor, permission: Permission, found: Event) -> bool:
    """Whether it is open and lies within the divisions of the permission."""
    mine = select(Event.id).where(Event.id == found.id, scoped(actor, permission, Event.unit_id, Event.occurred_on))
    return found.state == "open" and session.scalar(mine) is not None


def event_to_file_on(session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID) -> Event:
    """An event that reaches the actor, locked, so that one first report is filed after the other."""
    query = _seen(actor, permission).with_for_update().execution_options(populate_existing=True)
    return _one(session, query, public_id)


def reaches(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Whether an event lies within the actor's divisions, or one of these lies within the event's."""
    if actor.system:
        return true()
    above = exists().where(
        Ancestry.ancestor_id == Event.unit_id,
        Ancestry.unit_id.in_(sorted(actor.scope(permission))),
        on(Ancestry.valid, Event.occurred_on),
    )
    return or_(scoped(actor, permission, Event.unit_id, Event.occurred_on), above)


def _seen(actor: Actor, permission: Permission) -> Select[Event]:
    return select(Event).where(reaches(actor, permission)).order_by(Event.occurred_at.desc(), Event.id.desc())


def _one(session: Session, query: Select[Event], public_id: uuid.UUID) -> Event:
    found = session.scalars(query.where(Event.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound(text("There is no such event."))
    return found
