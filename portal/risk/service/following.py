"""What becomes of hazards when a change of divisions is written."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.divisions.rules.changes.heirs import Heirs
from portal.divisions.service.following import carry_to_heirs
from portal.kernel.access.actor import Actor
from portal.risk import queries
from portal.risk.models import Hazard
from portal.risk.service.trail import announce, record_one


def follow_change(session: Session, actor: Actor, heirs: Heirs, first_day: dt.date) -> int:
    """Carries the open hazards of givers to their heirs, and says how many; no right of the actor's is asked."""
    there = queries.hazards_of_units(session, heirs.givers, first_day)
    carried = carry_to_heirs(session, Hazard, there, heirs, first_day)
    for one, heir in carried:
        record_one(
            session, actor, "carried", one.public_id, {"unit_id": one.unit_id}, {"unit_id": heir, "since": first_day}
        )
    session.flush()
    session.expire_all()
    if carried:
        announce(session, actor)
    return len(carried)
