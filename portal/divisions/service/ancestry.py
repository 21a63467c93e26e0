"""Who lay within whom and when, derived from the versions in one statement."""

from __future__ import annotations

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from portal.divisions.models import Ancestry
from portal.divisions.queries.lineage import LINES

REBUILD = text(f"INSERT INTO divisions.ancestry (ancestor_id, unit_id, depth, valid) {LINES}")


def rebuild_ancestry(session: Session) -> None:
    """Derives the whole tree anew; two at once wait for each other."""
    session.flush()
    one_at_a_time(session)
    session.execute(delete(Ancestry))
    session.execute(REBUILD)


def one_at_a_time(session: Session) -> None:
    """Holds off every other writer of divisions until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("divisions"))))
