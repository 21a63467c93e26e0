"""What became of units, written straight into the table."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.divisions.models import Lineage, Unit


def make_line(
    session: Session,
    edge: str,
    before: Unit | None,
    after: Unit,
    on: dt.date,
    *,
    document: str = "",
    precision: str = "day",
    announced: bool = True,
    superseded: bool = False,
) -> Lineage:
    """A line from a unit to a unit (or from nothing), announced on its day unless said otherwise."""
    line = Lineage(
        edge=edge,
        from_unit_id=before.id if before else None,
        to_unit_id=after.id,
        happened_on=on,
        precision=precision,
        document=document,
        announced_on=on if announced else None,
        superseded_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC) if superseded else None,
    )
    session.add(line)
    session.flush()
    return line
