"""What the lineage says against what the versions say."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

FAULTS = sql("""
WITH edges AS (SELECT * FROM divisions.lineage WHERE superseded_at IS NULL),
     believed AS (SELECT unit_id, valid FROM divisions.unit_versions WHERE superseded_at IS NULL)
SELECT 'leads to a unit that is not there' AS fault, id, to_unit_id AS unit_id, happened_on FROM edges
WHERE NOT EXISTS (SELECT FROM believed WHERE unit_id = edges.to_unit_id AND valid @> edges.happened_on)
UNION ALL
SELECT 'comes from a unit that was not there', id, from_unit_id, happened_on FROM edges
WHERE from_unit_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM believed WHERE unit_id = edges.from_unit_id AND valid @> edges.happened_on - 1)
UNION ALL
SELECT 'gives more than the whole', min(id), from_unit_id, happened_on FROM edges
WHERE from_unit_id <> to_unit_id
GROUP BY from_unit_id, happened_on, change_id
HAVING sum(area_share) > 1.000001 OR sum(people_share) > 1.000001
ORDER BY 2
""")
"""Shares are of what a unit had before each change: two changes of one day are summed apart."""


def lineage_differences(session: Session) -> Sequence[str]:
    """Edges that contradict the versions of their units; empty when all is well."""
    return [
        f"{fault}: edge {edge_id}, unit {unit_id} on {day}" for fault, edge_id, unit_id, day in session.execute(FAULTS)
    ]
