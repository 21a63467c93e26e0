"""The hazards of a list, all of them, read as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.risk.models import Hazard
from portal.risk.queries.hazards import SERIOUSNESS, Chosen, wanted

BATCH = 1000


def all_hazards(session: Session, actor: Actor, chosen: Chosen) -> Iterator[Sequence[Hazard]]:
    """The hazards within the actor's divisions, the most serious first, some at a time."""
    query = select(Hazard).where(*wanted(session, actor, chosen)).order_by(SERIOUSNESS, Hazard.name, Hazard.id)
    yield from session.scalars(query.execution_options(yield_per=BATCH)).partitions()
