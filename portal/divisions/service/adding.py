"""Many rows into one table, a thousand a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import ColumnElement, LargeBinary, func, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import Table

from portal.kernel.db.base import Base
from portal.kernel.db.pages import in_pages
from portal.kernel.db.unnest import table_of


def add_rows(
    session: Session, table: type[Base], rows: Iterable[dict[str, object]], besides: str
) -> Iterator[tuple[int, Any]]:
    """Adds rows that all have the same columns, shapes as EWKB; gives the new ids, each with another column's value.

    Rows come back in no certain order. Nothing is added before the answer is read.
    """
    target = table.__table__
    assert isinstance(target, Table)  # noqa: S101 - every model has one
    for page in in_pages(rows):
        statement = insert(target).from_select(list(page[0]), _values(target, page))
        for row in session.execute(statement.returning(target.c.id, target.c[besides])):
            yield row[0], row[1]


def _values(target: Table, page: Sequence[dict[str, object]]):  # type: ignore[no-untyped-def]
    kinds = {name: target.c[name].type for name in page[0]}
    plain = {name: LargeBinary() if isinstance(kind, Geometry) else kind for name, kind in kinds.items()}
    given = table_of({name: (plain[name], [row[name] for row in page]) for name in kinds})
    columns: list[ColumnElement[Any]] = [
        func.ST_GeomFromEWKB(given.c[name]) if isinstance(kind, Geometry) else given.c[name]
        for name, kind in kinds.items()
    ]
    return select(*columns)
