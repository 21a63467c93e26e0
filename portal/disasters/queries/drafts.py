"""Drafts: everybody who may file for the unit may go on with one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.disasters.models import Draft
from portal.divisions.queries import scoped
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission

MOST = 50


def draft(session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID) -> Draft | None:
    """The draft of a report, in whatever state; None where there is none within the actor's divisions."""
    return session.scalars(_mine(actor, permission).where(Draft.public_id == public_id)).one_or_none()


def draft_to_change(session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID) -> Draft | None:
    """The same, locked until the transaction ends, with its newest content."""
    query = _mine(actor, permission).where(Draft.public_id == public_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def open_drafts(session: Session, actor: Actor, permission: Permission) -> Sequence[Draft]:
    """Unfinished drafts, the latest first."""
    query = _mine(actor, permission).where(Draft.state == "open").order_by(Draft.saved_at.desc())
    return session.scalars(query.limit(MOST)).all()


def _mine(actor: Actor, permission: Permission) -> Select[Draft]:
    return select(Draft).where(scoped(actor, permission, Draft.unit_id, Draft.saved_on))
