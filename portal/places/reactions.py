"""What the room does when divisions change."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.divisions.queries.heirs import heirs_of
from portal.divisions.rules.changes.moves import Move
from portal.divisions.signals import units_changed
from portal.kernel.access.actor import Actor
from portal.places.service.following import follow_change


def connect() -> None:
    """Subscribes once; connecting the same function again changes nothing."""
    units_changed.connect(on_units_changed)


def on_units_changed(_sender: object, *, session: Session, actor: Actor, moves: tuple[Move, ...], on: dt.date) -> None:
    """Places go where their ground goes, in the transaction of the change."""
    follow_change(session, actor, heirs_of(session, moves, on), on)
