"""Keeping published lists whole, with one COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.models import DivisionList
from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.rules.series import Gap, PublishedList
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor

ROW_COLUMNS = ("list_id", "position", "code", "name", "kind", "parent_code", "parent_name")
GAP_COLUMNS = ("list_id", "code", "wanted", "used", "direct")


def keep_lists(session: Session, actor: Actor, lists: Sequence[PublishedList]) -> dict[str, int]:
    """Adds lists with all their rows and gives their ids by key."""
    policy.require(actor, IMPORT_UNITS)
    kept = [_list(actor, one) for one in lists]
    session.add_all(kept)
    session.flush()
    rows = (
        (found.id, position, row.code, row.name, row.kind, row.parent_code, row.parent_name)
        for found, published in zip(kept, lists, strict=True)
        for position, row in enumerate(published.rows, start=1)
    )
    _copy(session, "list_rows", ROW_COLUMNS, rows)
    return {found.key: found.id for found in kept}


def record_gaps(session: Session, gaps: Iterable[tuple[int, Gap]]) -> None:
    """Adds gaps of lists, each with the id of its list."""
    rows = ((list_id, gap.code, gap.wanted, gap.used, gap.direct) for list_id, gap in gaps)
    _copy(session, "list_gaps", GAP_COLUMNS, rows)
    session.execute(select(func.divisions.refresh_list_statistics()))


def _list(actor: Actor, published: PublishedList) -> DivisionList:
    return DivisionList(
        key=published.key,
        title=published.title,
        system=published.system,
        as_of=published.as_of,
        precision=published.precision,
        scope=published.scope,
        source=published.source,
        sha256=published.sha256,
        rows=len(published.rows),
        recorded_by=actor.name,
    )


def _copy(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    statement = sql.SQL("COPY divisions.{} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    driver = cast(psycopg.Connection, session.connection().connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
