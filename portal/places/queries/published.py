"""What a publication may read: open places of public kinds with a position, and where they come from."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.places.catalogue import kinds_on, public_kinds
from portal.places.models import Place
from portal.places.queries.places import standing_on

SOURCES_NAMED = 3


def public_places(session: Session, at: dt.date) -> Sequence[tuple[Place, uuid.UUID]]:
    """All places that everyone may see on a day, with the public id of their division."""
    query = select(Place, Unit.public_id).join(Unit, Unit.id == Place.unit_id).where(*_for_everyone(at))
    return [(one, unit) for one, unit in session.execute(query.order_by(Place.kind, Place.id))]


def sources(session: Session, at: dt.date) -> list[str]:
    """The sources that most of them name."""
    query = select(Place.source).where(*_for_everyone(at)).group_by(Place.source)
    return list(session.scalars(query.order_by(func.count().desc(), Place.source).limit(SOURCES_NAMED)))


def _for_everyone(at: dt.date) -> list[ColumnElement[bool]]:
    public = Place.kind.in_(public_kinds(kinds_on(at)))
    return [public, Place.internal.is_(False), Place.geom.is_not(None), standing_on("open", at)]
