"""Who may see a row: the division it belonged to at its date lies within the actor's divisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Date, exists, literal, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.divisions.models import Ancestry, UnitVersion
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission

Day = dt.date | ColumnElement[dt.date] | InstrumentedAttribute[dt.date]
UnitColumn = ColumnElement[int] | InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


def within(unit_column: UnitColumn, roots: Iterable[int], at: Day) -> ColumnElement[bool]:
    """Whether a row's unit lay within the subtree of one of the roots at the row's date; a root lies within itself."""
    return exists().where(
        Ancestry.ancestor_id.in_(sorted(roots)), Ancestry.unit_id == unit_column, on(Ancestry.valid, at)
    )


def scoped(actor: Actor, permission: Permission, unit_column: UnitColumn, at: Day) -> ColumnElement[bool]:
    """Whether the actor may see a row with this permission; the machine itself sees all."""
    return true() if actor.system else within(unit_column, actor.scope(permission), at)


def reaches(session: Session, actor: Actor, permission: Permission, unit_id: int, at: dt.date) -> bool:
    """Whether the actor holds a permission on a unit as it lies on a day."""
    return bool(session.scalar(select(scoped(actor, permission, literal(unit_id), at))))


def reached(
    session: Session, actor: Actor, permission: Permission, unit_ids: Iterable[int], at: dt.date
) -> frozenset[int]:
    """Those of some units, by internal id, on which the actor holds a permission as they lie on a day."""
    query = select(UnitVersion.unit_id).where(
        UnitVersion.unit_id.in_(sorted(set(unit_ids))), scoped(actor, permission, UnitVersion.unit_id, at)
    )
    return frozenset(session.scalars(query))


def on(valid: InstrumentedAttribute[object], at: Day) -> ColumnElement[bool]:
    """Whether a range of validity contains a day; a plain date is bound as one, not as a range."""
    day = literal(at, Date()) if isinstance(at, dt.date) else at
    return valid.op("@>", is_comparison=True)(day)
