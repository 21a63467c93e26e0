"""Questions about units and places that reports ask."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, func, literal, select
from sqlalchemy.orm import Session

from portal.divisions.models import UnitShape
from portal.divisions.queries import scoped, within
from portal.divisions.queries.scope import on
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission


def unit_within(session: Session, unit_id: int, root_id: int, at: dt.date) -> bool:
    """Whether a unit lay within another on a day, or is the other."""
    return bool(session.scalar(select(within(literal(unit_id, BigInteger()), [root_id], at))))


def unit_in_scope(session: Session, actor: Actor, permission: Permission, unit_id: int, at: dt.date) -> bool:
    """Whether the actor holds the permission on a unit as it lay on a day."""
    return bool(session.scalar(select(scoped(actor, permission, literal(unit_id, BigInteger()), at))))


def unit_middle(session: Session, unit_id: int, at: dt.date) -> tuple[float, float] | None:
    """A point on the unit's territory, (longitude, latitude) in CGCS2000 degrees; None where it has no shape."""
    point = func.ST_PointOnSurface(UnitShape.geom)
    query = select(func.ST_X(point), func.ST_Y(point)).where(
        UnitShape.unit_id == unit_id, UnitShape.superseded_at.is_(None), on(UnitShape.valid, at)
    )
    row = session.execute(query).one_or_none()
    return (float(row[0]), float(row[1])) if row else None
