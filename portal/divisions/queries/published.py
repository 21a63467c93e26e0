"""What the public may read of divisions: the published model and nothing else."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.rules import LAYER
from portal.kernel.geo.models import Record, Revision, RevisionState


def published_home_name(session: Session) -> str:
    """The home district's name today as published; "" before anything is."""
    query = (
        select(Record.name)
        .join(Revision, Revision.id == Record.revision_id)
        .where(
            Revision.layer == LAYER,
            Revision.state == RevisionState.LIVE,
            Record.attributes.contains({"home": True}),
            Record.valid.op("@>")(func.current_date()),
        )
        .limit(1)
    )
    return session.scalar(query) or ""
