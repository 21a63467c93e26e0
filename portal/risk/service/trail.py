"""What the room tells the audit trail and the rooms above."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import new_public_id
from portal.risk.service.pages import WORDS
from portal.risk.service.wanted import Wanted
from portal.risk.signals import hazards_changed

SUBJECT = "risk.hazard"
BATCH = "risk.import"

Facts = dict[str, object]


def facts(wanted: Wanted) -> Facts:
    """A hazard as the trail keeps it."""
    said: Facts = {field: getattr(wanted.said, field) for field in WORDS}
    return said | {
        "unit_id": wanted.unit_id,
        "lay_on": wanted.lay_on,
        "geometry": wanted.shape.wkt,
        "original_crs": wanted.crs,
    }


def record_one(
    session: Session, actor: Actor, verb: str, public_id: uuid.UUID, before: Facts | None, after: Facts
) -> None:
    """A row for what became of one hazard."""
    trail.record(session, actor, verb, SUBJECT, public_id, before=before, after=after)


def record_batch(session: Session, actor: Actor, verb: str, manifest: Mapping[str, Sequence[object]]) -> None:
    """One row for many hazards, with the manifest of them."""
    trail.record(session, actor, verb, BATCH, new_public_id(), after=manifest)


def announce(session: Session, actor: Actor) -> None:
    """Tells the rooms above, once for whatever was written."""
    session.flush()
    hazards_changed.send("risk", session=session, actor=actor)
