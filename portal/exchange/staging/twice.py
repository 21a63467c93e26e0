"""Rows of one file that say the same thing, found by the database over all rows at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from portal.exchange.staging.copying import FINDINGS, as_json, copy_rows
from portal.kernel.contracts.importing import Importer
from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.text import text

TWICE = sql("""
WITH keyed AS (
    SELECT number, line, ARRAY(SELECT fields ->> key FROM unnest(CAST(:keys AS text[])) AS key) AS said
    FROM exchange.parsed_rows AS parsed
    WHERE import_id = :import_id
      AND NOT EXISTS (
          SELECT FROM exchange.row_outcomes AS outcome
          WHERE outcome.import_id = parsed.import_id AND outcome.number = parsed.number
      )
), ranked AS (
    SELECT number, line, first_value(line) OVER same AS first, row_number() OVER same AS nth
    FROM keyed
    WHERE array_remove(said, NULL) <> '{}'
    WINDOW same AS (PARTITION BY said ORDER BY number)
)
SELECT number, line, first FROM ranked WHERE nth > 1 ORDER BY number
""")


def refuse_twice(session: Session, import_id: int, importer: Importer) -> None:
    """Refuses each later row that has the same values in one of the importer's unique sets of fields."""
    titles = {one.key: one.title for one in importer.fields}
    refused: dict[int, int] = {}
    for keys in importer.unique:
        found = session.execute(TWICE, {"import_id": import_id, "keys": list(keys)}).all()
        findings = [_finding(import_id, row, [titles[key] for key in keys if key in titles]) for row in found]
        copy_rows(session, "row_findings", FINDINGS, findings)
        refused |= {row.number: row.line for row in found}
    outcomes = [(import_id, number, "refused", None, None) for number in sorted(refused)]
    copy_rows(session, "row_outcomes", ("import_id", "number", "action", "target", "changes"), outcomes)


def _finding(import_id: int, row: Row[int, int, int], titles: Sequence[object]) -> tuple[object, ...]:
    number, line, first = row
    said = text(
        "Line %(first)s of this file says the same in %(fields)s already; keep one of the two.",
        first=first,
        fields=titles[0] if len(titles) == 1 else text("several fields"),
    )
    return (import_id, number, line, "checking", "error", "row.twice", None, None, as_json(to_plain(said)))
