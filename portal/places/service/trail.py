"""What the room tells the audit trail and the rooms above. Of persons the trail names the columns, not the values."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import new_public_id
from portal.places.rules import PRIVATE, WORDS
from portal.places.service.wanted import Wanted
from portal.places.signals import places_changed

SUBJECT = "places.place"
BATCH = "places.import"

Facts = dict[str, object]


def facts(wanted: Wanted) -> Facts:
    """A place as it is compared and told."""
    said: Facts = {field: getattr(wanted.said, field) for field in WORDS}
    position = wanted.point.wkt if wanted.point is not None else None
    return said | {"unit_id": wanted.unit_id, "lay_on": wanted.lay_on, "position": position, "original_crs": wanted.crs}


def without_persons(told: Facts) -> Facts:
    """The facts with private columns named only."""
    return {field: trail.PRIVATE if field in PRIVATE else value for field, value in told.items()}


def record_one(
    session: Session, actor: Actor, verb: str, public_id: uuid.UUID, before: Facts | None, after: Facts
) -> None:
    """A row for what became of one place."""
    trail.record(session, actor, verb, SUBJECT, public_id, before=before, after=after, private=PRIVATE)


def record_batch(session: Session, actor: Actor, verb: str, manifest: Mapping[str, Sequence[object]]) -> None:
    """One row for many places, with the manifest of them."""
    trail.record(session, actor, verb, BATCH, new_public_id(), after=manifest)


def announce(session: Session, actor: Actor) -> None:
    """Tells the rooms above, once for whatever was written."""
    session.flush()
    places_changed.send("places", session=session, actor=actor)
