"""What a publication may read: open hazards of all divisions, and where they come from."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.risk.models import Hazard
from portal.risk.queries.hazards import SERIOUSNESS, standing_on

SOURCES_NAMED = 3


def open_hazards(session: Session, at: dt.date) -> Sequence[tuple[Hazard, uuid.UUID]]:
    """All hazards that are not closed on a day with the public id of their division; what a publication may read."""
    query = (
        select(Hazard, Unit.public_id)
        .join(Unit, Unit.id == Hazard.unit_id)
        .where(standing_on("open", at))
        .order_by(SERIOUSNESS, Hazard.id)
    )
    return [(hazard, unit) for hazard, unit in session.execute(query)]


def sources(session: Session, at: dt.date) -> list[str]:
    """The sources that most open hazards name."""
    query = select(Hazard.source).where(standing_on("open", at)).group_by(Hazard.source)
    return list(session.scalars(query.order_by(func.count().desc(), Hazard.source).limit(SOURCES_NAMED)))
