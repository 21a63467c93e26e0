"""Many rows into a table with one COPY, in the session's own transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

SCHEMA = "exchange"

FINDINGS = ("import_id", "number", "line", "stage", "level", "code", "column", "value", "sentence")
LONGEST_VALUE = 200
"""Of a raw value that is kept beside a finding; the whole one stands in the staged row."""


def copy_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Adds rows to a table of the room; values are what PostgreSQL reads as text, None or bytes."""
    statement = sql.SQL("COPY {}.{} ({}) FROM STDIN").format(
        sql.Identifier(SCHEMA), sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with driver(session).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def driver(session: Session) -> psycopg.Connection:
    """The connection under a session, for what SQLAlchemy has no word for."""
    return cast(psycopg.Connection, session.connection().connection.driver_connection)


def as_json(value: object) -> str:
    """JSON that jsonb takes: it cannot hold NUL, which readers have reported by then."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("\\u0000", "�")
