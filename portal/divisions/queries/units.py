"""Units as they were on a day: by public id, by code, by place, up and down the tree."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.divisions.models import Ancestry, Home, Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.scope import on
from portal.errors import NotFound
from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.i18n.text import text


@dataclass(frozen=True)
class UnitAt:
    """A unit as it was on a day; `level` is 1 (province) to 5 (committee)."""

    id: int
    public_id: uuid.UUID
    name: str
    name_en: str | None
    kind: str
    level: int
    parent_id: int | None


UnitSelect: TypeAlias = Select[int, uuid.UUID, str, str | None, str, int, int | None]


def home_unit_id(session: Session) -> int | None:
    """The home district of this installation; None before it was set up."""
    return session.scalar(select(Home.unit_id))


def home(session: Session, at: dt.date) -> UnitAt | None:
    """The home district as it was on a day; None before it was set up, or before it began."""
    return _one(session, units_at(at).where(Unit.id == select(Home.unit_id).scalar_subquery()))


def unit(session: Session, unit_id: int, at: dt.date) -> UnitAt | None:
    """A unit by its internal id; None on a day it did not exist."""
    return _one(session, units_at(at).where(Unit.id == unit_id))


def unit_by_public_id(session: Session, public_id: uuid.UUID, at: dt.date) -> UnitAt:
    """A unit by its public id; raises `NotFound` on a day it did not exist."""
    found = _one(session, units_at(at).where(Unit.public_id == public_id))
    if found is None:
        raise NotFound(text("There is no such division on this date."))
    return found


def unit_by_code(session: Session, system: str, code: str, at: dt.date) -> UnitAt | None:
    """The unit that bore a code of a system on a day."""
    bearer = select(UnitCode.unit_id).where(
        UnitCode.system == system,
        UnitCode.code == code,
        UnitCode.superseded_at.is_(None),
        on(UnitCode.valid, at),
    )
    return _one(session, units_at(at).where(Unit.id == bearer.scalar_subquery()))


def children(session: Session, unit_id: int, at: dt.date) -> list[UnitAt]:
    """The units directly below, in the order of their first recording."""
    return _all(session, units_at(at).where(UnitVersion.parent_id == unit_id).order_by(Unit.id))


def ancestors(session: Session, unit_id: int, at: dt.date) -> list[UnitAt]:
    """The units above, the highest first; the unit itself is not among them."""
    above = select(Ancestry.ancestor_id).where(Ancestry.unit_id == unit_id, Ancestry.depth > 0, on(Ancestry.valid, at))
    return _all(session, units_at(at).where(Unit.id.in_(above)).order_by(UnitVersion.level))


def unit_at_point(session: Session, lon: float, lat: float, at: dt.date, level: int = 4) -> UnitAt | None:
    """The unit of a level whose territory holds a place in CGCS2000 degrees; on a shared line the elder record."""
    place = func.ST_SetSRID(func.ST_MakePoint(lon, lat), STORAGE_SRID)
    holders = select(UnitShape.unit_id).where(
        UnitShape.superseded_at.is_(None), on(UnitShape.valid, at), func.ST_Intersects(UnitShape.geom, place)
    )
    query = units_at(at).where(Unit.id.in_(holders), UnitVersion.level == level).order_by(Unit.id)
    return _one(session, query.limit(1))


def unit_names(session: Session, ids: Iterable[int], at: dt.date) -> dict[int, str]:
    """Names on a day by internal id; a unit that did not exist then is left out."""
    query = select(UnitVersion.unit_id, UnitVersion.name).where(
        UnitVersion.unit_id.in_(sorted(set(ids))), UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at)
    )
    return dict(session.execute(query).all())


def units_at(at: dt.date) -> UnitSelect:
    """The columns of `UnitAt` for every unit that existed on a day."""
    return (
        select(
            Unit.id,
            Unit.public_id,
            UnitVersion.name,
            UnitVersion.name_en,
            UnitVersion.kind,
            UnitVersion.level,
            UnitVersion.parent_id,
        )
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at))
    )


def _one(session: Session, query: UnitSelect) -> UnitAt | None:
    row = session.execute(query).one_or_none()
    return None if row is None else UnitAt(*row)


def _all(session: Session, query: UnitSelect) -> list[UnitAt]:
    return [UnitAt(*row) for row in session.execute(query)]
