"""The tree over time, computed from the versions; what `divisions.ancestry` must hold."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

LINES = """
WITH RECURSIVE believed AS (
    SELECT unit_id, parent_id, valid FROM divisions.unit_versions WHERE superseded_at IS NULL
), line (ancestor_id, unit_id, depth, valid) AS (
    SELECT unit_id, unit_id, 0, valid FROM believed
    UNION ALL
    SELECT believed.parent_id, line.unit_id, line.depth + 1, line.valid * believed.valid
    FROM line
    JOIN believed ON believed.unit_id = line.ancestor_id AND believed.valid && line.valid
    WHERE believed.parent_id IS NOT NULL AND line.depth < 8
)
SELECT ancestor_id, unit_id, depth, unnest(range_agg(valid)) AS valid
FROM line
GROUP BY ancestor_id, unit_id, depth
"""
"""Each step up holds for the days on which every step below it held; there are five levels, so eight steps end it."""

DIFFERENCES = sql(f"""
WITH computed AS ({LINES}), stored AS (SELECT ancestor_id, unit_id, depth, valid FROM divisions.ancestry)
(SELECT 'missing' AS fault, ancestor_id, unit_id, valid::text FROM (TABLE computed EXCEPT TABLE stored) AS lost)
UNION ALL
(SELECT 'left over', ancestor_id, unit_id, valid::text FROM (TABLE stored EXCEPT TABLE computed) AS surplus)
ORDER BY 2, 3
""")


def ancestry_differences(session: Session) -> Sequence[str]:
    """Where the stored tree is not what the versions say; empty when all is well."""
    return [
        f"{fault}: unit {unit_id} within {ancestor_id} during {valid}"
        for fault, ancestor_id, unit_id, valid in session.execute(DIFFERENCES)
    ]
