"""What has come to stand on units and rows since an import wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, or_, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.many import all_of, any_of

Dated = type[UnitVersion] | type[UnitCode] | type[UnitShape]
DATED: Mapping[str, Dated] = {table.__tablename__: table for table in (UnitVersion, UnitCode, UnitShape)}

NOT_SAID = frozenset({"id", "recorded_at", "superseded_at"})
"""Columns about the recording of a row, not about the world."""

OWN = frozenset({"divisions.unit_versions", "divisions.unit_codes", "divisions.unit_shapes", "divisions.ancestry"})
"""Tables of this room that say what units are; the first three are looked at row by row, the last is derived."""

REFERENCES = sql("""
SELECT constrained.conrelid::regclass::text AS "table", quote_ident(columns.attname) AS "column"
FROM pg_constraint AS constrained
JOIN pg_attribute AS columns
  ON columns.attrelid = constrained.conrelid AND constrained.conkey = ARRAY[columns.attnum]
WHERE constrained.contype = 'f' AND constrained.confrelid = 'divisions.units'::regclass
ORDER BY 1, 2
""")
"""Every column of every room that names a unit, as the database itself knows them."""


@dataclass(frozen=True)
class StandsOn:
    """Rows of a table that name some of the units, with the ids of a few of those."""

    table: str
    rows: int
    unit_ids: Sequence[int]


def references_to(session: Session, unit_ids: Sequence[int]) -> list[StandsOn]:
    """What other rooms' tables, and the home district, hold on units: asked of the database's own foreign keys."""
    return [
        found
        for table, column in session.execute(REFERENCES)
        if table not in OWN and (found := _rows_of(session, table, column, unit_ids)) is not None
    ]


def standing(session: Session, table: str, ids: Sequence[int]) -> dict[int, int]:
    """Which rows still stand, by the id under which they do: their own, or that of a copy that an undo brought back."""
    kind, now = DATED[table], aliased(DATED[table])
    said = [column.name for column in kind.__table__.columns if column.name not in NOT_SAID and not column.computed]
    same = [getattr(now, name).is_not_distinct_from(getattr(kind, name)) for name in said]
    query = (
        select(kind.id, now.id)
        .join(now, or_(now.id == kind.id, and_(now.unit_id == kind.unit_id, *same)))
        .where(kind.id == any_of(ids), now.superseded_at.is_(None))
    )
    return dict(session.execute(query).all())


def units_of(session: Session, table: str, ids: Iterable[int]) -> set[int]:
    """The units that rows speak of."""
    kind = DATED[table]
    return set(session.scalars(select(kind.unit_id).where(kind.id == any_of(ids))))


def added_since(session: Session, table: str, unit_ids: Sequence[int], known: Sequence[int]) -> list[int]:
    """Units among some that have believed rows beside the known ones, or of which others have become a part."""
    kind = DATED[table]
    of_units: ColumnElement[bool] = kind.unit_id == any_of(unit_ids)
    if kind is UnitVersion:
        of_units = or_(of_units, UnitVersion.parent_id == any_of(unit_ids))
    query = select(kind.unit_id).where(of_units, kind.superseded_at.is_(None), kind.id != all_of(known))
    return sorted(set(session.scalars(query)))


def last_names(session: Session, unit_ids: Sequence[int]) -> list[str]:
    """Names of units as they were called last, for a sentence."""
    query = select(UnitVersion.unit_id, UnitVersion.name).where(UnitVersion.unit_id.in_(unit_ids))
    return list(dict(session.execute(query.order_by(UnitVersion.id)).all()).values())


def _rows_of(session: Session, table: str, column: str, unit_ids: Sequence[int]) -> StandsOn | None:
    # Both names come from the catalogue, quoted by PostgreSQL itself.
    query = sql(
        f"SELECT count(*), (array_agg(DISTINCT {column}))[1:5] FROM {table} WHERE {column} = ANY (:ids)"
    ).bindparams(bindparam("ids", list(unit_ids), type_=ARRAY(BigInteger)))
    rows, found = session.execute(query).one()
    return StandsOn(table, rows, list(found)) if rows else None
