"""What the maps room does when a lower room announces something."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.divisions.layers import UNITS
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import Actor
from portal.maps.service import publish_announced


def connect() -> None:
    """Subscribes once; connecting the same function again changes nothing."""
    units_announced.connect(on_units_announced)


def on_units_announced(_sender: object, *, session: Session, actor: Actor) -> None:
    """Announced divisions are public by themselves: the layer is published in the same transaction."""
    publish_announced(session, actor, UNITS, dt.datetime.now(dt.UTC))
