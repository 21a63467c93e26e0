"""The rows in which units stand on a day, with their ids: what a change closes and goes on from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.divisions.models import ChangeStep, Lineage, UnitCode, UnitVersion
from portal.divisions.queries.built_on import DATED
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import on as holds
from portal.divisions.queries.snapshot import KnownShape, KnownVersion, next_shapes, shapes_of
from portal.divisions.rules.id_ranges import from_ranges


@dataclass(frozen=True, slots=True)
class StandingCode:
    """A code that is believed, as `models.UnitCode`."""

    id: int
    unit_id: int
    system: str
    code: str
    valid_from: dt.date
    valid_to: dt.date | None
    valid_from_precision: str
    announced_on: dt.date | None
    source: str


@dataclass(frozen=True)
class Standing:
    """Believed rows of units on a day; codes by unit and system."""

    versions: Mapping[int, KnownVersion]
    codes: Mapping[tuple[int, str], StandingCode]
    shapes: Mapping[int, KnownShape]
    next_shapes: Mapping[int, dt.date]

    def codes_of(self, unit_id: int) -> list[StandingCode]:
        """All codes of one unit."""
        return [row for (unit, _), row in self.codes.items() if unit == unit_id]


def standing_on(session: Session, unit_ids: Iterable[int], day: dt.date) -> Standing:
    """The rows of units on a day."""
    ids = sorted(set(unit_ids))
    versions = select(*(getattr(UnitVersion, field.name) for field in fields(KnownVersion))).where(
        UnitVersion.unit_id == any_of(ids), UnitVersion.superseded_at.is_(None), holds(UnitVersion.valid, day)
    )
    codes = select(*(getattr(UnitCode, field.name) for field in fields(StandingCode))).where(
        UnitCode.unit_id == any_of(ids), UnitCode.superseded_at.is_(None), holds(UnitCode.valid, day)
    )
    return Standing(
        {row.unit_id: KnownVersion(*row) for row in session.execute(versions)},
        {(row.unit_id, row.system): StandingCode(*row) for row in session.execute(codes)},
        shapes_of(session, ids, day),
        next_shapes(session, ids, day),
    )


def unannounced(session: Session, unit_ids: Iterable[int], since: dt.date) -> Standing:
    """Rows of units that begin on a day and that the public may not know of yet."""
    found = standing_on(session, unit_ids, since)

    def internal(row: KnownVersion | StandingCode | KnownShape) -> bool:
        return row.announced_on is None and row.valid_from == since

    return Standing(
        {key: row for key, row in found.versions.items() if internal(row)},
        {key: row for key, row in found.codes.items() if internal(row)},
        {key: row for key, row in found.shapes.items() if internal(row)},
        {},
    )


def lineage_of_change(session: Session, change_id: int) -> list[Lineage]:
    """The believed edges that a change wrote."""
    query = select(Lineage).where(Lineage.change_id == change_id, Lineage.superseded_at.is_(None))
    return list(session.scalars(query.order_by(Lineage.id)))


def edges_on(session: Session, unit_id: int, day: dt.date) -> list[Lineage]:
    """The believed edges of a unit on a day, from or to it."""
    query = select(Lineage).where(
        or_(Lineage.from_unit_id == unit_id, Lineage.to_unit_id == unit_id),
        Lineage.happened_on == day,
        Lineage.superseded_at.is_(None),
    )
    return list(session.scalars(query.order_by(Lineage.id)))


def units_of_step(session: Session, step: ChangeStep) -> list[int]:
    """The units of which a step wrote rows."""
    added = (step.wrote or {}).get("added")
    tables = added if isinstance(added, dict) else {}
    found: set[int] = set()
    for name, table in DATED.items():
        ids = from_ranges(tables.get(name, []))
        found |= set(session.scalars(select(table.unit_id).where(table.id == any_of(ids)))) if ids else set()
    return sorted(found)


def codes_borne(
    session: Session, system: str, code: str, since: dt.date, until: dt.date | None = None
) -> list[tuple[int, str]]:
    """Who bears a code on a day or later, before `until` where that is given: internal ids and last names."""
    name = (
        select(UnitVersion.name)
        .where(UnitVersion.unit_id == UnitCode.unit_id, UnitVersion.superseded_at.is_(None))
        .order_by(UnitVersion.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(UnitCode.unit_id, name).where(
        UnitCode.system == system,
        UnitCode.code == code,
        UnitCode.superseded_at.is_(None),
        or_(UnitCode.valid_to.is_(None), UnitCode.valid_to > since),
        *([UnitCode.valid_from < until] if until else []),
    )
    return [(unit_id, found or "") for unit_id, found in session.execute(query)]


def without_code(session: Session, unit_id: int, system: str, at: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The days around one on which a unit bears no code of a system: the first and the end, None where open."""
    query = select(
        func.max(UnitCode.valid_to).filter(UnitCode.valid_to <= at),
        func.min(UnitCode.valid_from).filter(UnitCode.valid_from > at),
    ).where(UnitCode.unit_id == unit_id, UnitCode.system == system, UnitCode.superseded_at.is_(None))
    start, end = session.execute(query).one()
    return start, end


def end_of_unit(session: Session, unit_id: int) -> dt.date | None:
    """The day on which a unit ceases to be; None where none is on record."""
    query = select(func.max(UnitVersion.valid_to), func.bool_or(UnitVersion.valid_to.is_(None))).where(
        UnitVersion.unit_id == unit_id, UnitVersion.superseded_at.is_(None)
    )
    end, open_ended = session.execute(query).one()
    return None if open_ended else end


def lives_between(session: Session, unit_id: int, since: dt.date, until: dt.date) -> bool:
    """Whether a unit is on record for one of the days from one on up to but without another."""
    query = select(UnitVersion.id).where(UnitVersion.unit_id == unit_id, *_between(since, until))
    return session.scalar(query.limit(1)) is not None


def children_between(session: Session, unit_id: int, since: dt.date, until: dt.date) -> list[str]:
    """Names of those that lie directly in a unit on one of the days from one on up to but without another."""
    query = select(UnitVersion.name).where(UnitVersion.parent_id == unit_id, *_between(since, until))
    return list(session.scalars(query.distinct().order_by(UnitVersion.name)))


def _between(since: dt.date, until: dt.date) -> list[ColumnElement[bool]]:
    begun = UnitVersion.valid_from < until
    return [
        UnitVersion.superseded_at.is_(None),
        begun,
        or_(UnitVersion.valid_to.is_(None), UnitVersion.valid_to > since),
    ]
