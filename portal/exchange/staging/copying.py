"""Many rows into a table with one COPY, in the session's own transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from portal.exchange.staging.storable import all_storable, storable

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
    """JSON that jsonb takes."""
    said = _dumped(value)
    # A backslash and u0000 may also be what somebody typed: then looking twice changes nothing.
    return storable(_dumped(all_storable(value)) if "\\u0000" in said else said)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
