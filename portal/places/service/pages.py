"""Pages of places into the table, one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from sqlalchemy import LargeBinary, Table, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TableValuedAlias

from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.db.unnest import table_of
from portal.places.models import Place
from portal.places.rules import WORDS
from portal.places.service.wanted import Wanted

TABLE: Table = Place.__table__  # type: ignore[assignment]

Extra = dict[str, Sequence[Any]]


def insert_rows(session: Session, rows: Sequence[Wanted], extra: Extra) -> None:
    """Adds places; `extra` gives further columns, a value a row."""
    page = _page(rows, extra)
    names, values = zip(*_values(page).items(), strict=True)
    session.execute(insert(TABLE).from_select(names, select(*values)))


def update_rows(session: Session, ids: Sequence[int], rows: Sequence[Wanted], extra: Extra) -> None:
    """Stores places anew by internal id."""
    page = _page(rows, {**extra, "id": ids})
    statement = update(TABLE).where(TABLE.c.id == page.c.id)
    session.execute(statement.values({name: value for name, value in _values(page).items() if name != "id"}))


def _page(rows: Sequence[Wanted], extra: Extra) -> TableValuedAlias:
    columns: Extra = {name: [getattr(row.said, name) for row in rows] for name in WORDS}
    columns |= {"lay_on": [row.lay_on for row in rows]}
    columns |= {"unit_id": [row.unit_id for row in rows], "original_crs": [row.crs for row in rows]}
    columns |= {"original_geometry": [row.original for row in rows], **extra}
    typed = {name: (TABLE.c[name].type, values) for name, values in columns.items()}
    shapes = [None if row.point is None else shapely.to_wkb(row.point) for row in rows]
    return table_of(typed | {"wkb": (LargeBinary(), shapes)})


def _values(page: TableValuedAlias) -> dict[str, Any]:
    plain = {name: column for name, column in page.c.items() if name != "wkb"}
    return plain | {"geom": func.ST_GeomFromWKB(page.c.wkb, STORAGE_SRID)}
