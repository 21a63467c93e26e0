"""Who lay within whom and when, derived from the versions in one statement."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from portal.divisions.queries.lineage import LINES

REBUILD = sql(f"""
WITH computed AS ({LINES}), gone AS (
    DELETE FROM divisions.ancestry AS stored
    WHERE NOT EXISTS (
        SELECT FROM computed
        WHERE computed.ancestor_id = stored.ancestor_id AND computed.unit_id = stored.unit_id
          AND computed.depth = stored.depth AND computed.valid = stored.valid
    )
)
INSERT INTO divisions.ancestry (ancestor_id, unit_id, depth, valid)
SELECT ancestor_id, unit_id, depth, valid FROM computed
EXCEPT
SELECT ancestor_id, unit_id, depth, valid FROM divisions.ancestry
""")
"""Writes only what differs: an import of a few hundred units leaves the rest of the tree alone."""


def rebuild_ancestry(session: Session) -> None:
    """Derives the whole tree anew; two at once wait for each other."""
    session.flush()
    one_at_a_time(session)
    session.execute(REBUILD)
    # Without statistics of a tree that has just grown, the next subtree query compares every unit with every other.
    session.execute(select(func.divisions.refresh_statistics()))


def one_at_a_time(session: Session) -> None:
    """Holds off every other writer of divisions until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("divisions"))))
