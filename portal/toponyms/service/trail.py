"""What the room tells the audit trail and the rooms above."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import new_public_id
from portal.toponyms.signals import names_changed

NAME = "toponyms.name"
BATCH = "toponyms.import"
APPLICATION = "toponyms.application"

Facts = Mapping[str, object]


def record_name(
    session: Session, actor: Actor, verb: str, public_id: uuid.UUID, before: Facts | None, after: Facts
) -> None:
    """A row for what became of one name: what differs, or all of a new one."""
    trail.record(session, actor, verb, NAME, public_id, before=before, after=after)


def record_batch(session: Session, actor: Actor, verb: str, manifest: Facts) -> None:
    """One row for many names, with the manifest of them."""
    trail.record(session, actor, verb, BATCH, new_public_id(), after=manifest)


def record_application(session: Session, actor: Actor, verb: str, public_id: uuid.UUID, after: Facts) -> None:
    """A row for a step of an application."""
    trail.record(session, actor, verb, APPLICATION, public_id, after=after)


def announce(session: Session, actor: Actor) -> None:
    """Tells the rooms above, once for whatever was written."""
    session.flush()
    names_changed.send("toponyms", session=session, actor=actor)
