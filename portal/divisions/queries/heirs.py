"""What a change that was written means for things that stand on the units concerned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Date, cast, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import Ancestry, Lineage, UnitVersion
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import Day, UnitColumn, on
from portal.divisions.queries.snapshot import shapes_of
from portal.divisions.rules.changes.heirs import Heirs, targets_of
from portal.divisions.rules.changes.moves import Move

DAY = dt.timedelta(days=1)


def heirs_of(session: Session, moves: Sequence[Move], first_day: dt.date) -> Heirs:
    """The heirs of a change that came into force on a day and is written by now.

    Where a move does not say which ground went, it is what the heir holds now and did not hold the day before.
    """
    targets = targets_of(moves)
    involved = set(targets) | {heir for heirs in targets.values() for heir in heirs}
    there, before = (_existing(session, involved, day) for day in (first_day, first_day - DAY))
    grounds = _grounds(session, [move for move in moves if move.from_unit != move.to_unit], first_day)
    return Heirs(targets, grounds, frozenset(set(targets) - there), frozenset(involved - before))


def gone(unit_column: UnitColumn, at: Day) -> ColumnElement[bool]:
    """Whether a row's unit is not there on a day."""
    version = aliased(UnitVersion)
    return ~exists().where(version.unit_id == unit_column, version.superseded_at.is_(None), on(version.valid, at))


def gave_ground(unit_column: UnitColumn, since: Day, until: dt.date) -> ColumnElement[bool]:
    """Whether a row's unit gave ground to another from a day on, until today."""
    line = aliased(Lineage)
    return exists().where(
        line.from_unit_id == unit_column,
        line.to_unit_id != unit_column,
        line.superseded_at.is_(None),
        line.happened_on >= since,
        line.happened_on <= until,
    )


def lies_anew(unit_column: UnitColumn, first_day: dt.date) -> ColumnElement[bool]:
    """Whether a row's unit lies within other divisions from a day on."""
    return exists().where(
        Ancestry.unit_id == unit_column, Ancestry.depth > 0, func.lower(Ancestry.valid) == literal(first_day, Date())
    )


def last_day(unit_column: UnitColumn) -> ColumnElement[dt.date]:
    """The last day on which a row's unit is there; infinity for one that goes on."""
    until = func.max(func.coalesce(func.upper(Ancestry.valid), cast(literal("infinity"), Date)))
    query = select(until - 1).where(Ancestry.unit_id == unit_column, Ancestry.depth == 0)
    return query.correlate_except(Ancestry).scalar_subquery()


def _existing(session: Session, unit_ids: Iterable[int], at: dt.date) -> set[int]:
    query = select(UnitVersion.unit_id).where(
        UnitVersion.unit_id == any_of(unit_ids), UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at)
    )
    return set(session.scalars(query))


def _grounds(session: Session, moves: Sequence[Move], first_day: dt.date) -> dict[int, list[tuple[int, BaseGeometry]]]:
    unknown = {move.to_unit for move in moves if move.geometry is None}
    now, before = (shapes_of(session, unknown, day) if unknown else {} for day in (first_day, first_day - DAY))
    found: dict[int, list[tuple[int, BaseGeometry]]] = {}
    for move in moves:
        ground = move.geometry
        if ground is None and move.to_unit in now:
            ground = now[move.to_unit].geometry
            ground = shapely.difference(ground, before[move.to_unit].geometry) if move.to_unit in before else ground
        if ground is not None and not ground.is_empty:
            found.setdefault(move.from_unit, []).append((move.to_unit, ground))
    return found
