"""Hazards that stand on some divisions, for those who change the divisions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, LargeBinary, func, select
from sqlalchemy.orm import Session

from portal.divisions.queries.many import any_of
from portal.kernel.access.actor import Actor
from portal.risk.models import Hazard
from portal.risk.permissions import READ
from portal.risk.queries.hazards import in_scope, standing_on

NAMED = 5
"""Hazard names that a panel lists."""


@dataclass(frozen=True)
class Standing:
    """An open hazard on a division; the shape in CGCS2000."""

    id: int
    public_id: uuid.UUID
    unit_id: int
    shape: BaseGeometry | None


def hazards_of_units(session: Session, unit_ids: Sequence[int], first_day: dt.date) -> list[Standing]:
    """The hazards of some divisions that are in use on a day or come into use after it, locked in one order."""
    shape = func.ST_AsBinary(Hazard.geom, type_=LargeBinary)
    query = select(Hazard.id, Hazard.public_id, Hazard.unit_id, shape).where(
        Hazard.unit_id == any_of(unit_ids), Hazard.closed_on.is_(None) | (Hazard.closed_on > first_day)
    )
    rows = session.execute(query.order_by(Hazard.id).with_for_update()).all()
    shapes = shapely.from_wkb([None if row[3] is None else bytes(row[3]) for row in rows])
    return [Standing(*row[:3], shape) for row, shape in zip(rows, shapes, strict=True)]


def counts_on(session: Session, unit_ids: Sequence[int], at: dt.date) -> dict[str, int]:
    """How many open hazards stand on some divisions by level, whoever asks."""
    query = select(Hazard.level, func.count()).where(*_on(unit_ids, at)).group_by(Hazard.level)
    return dict(session.execute(query).all())


def names_on(session: Session, actor: Actor, unit_ids: Sequence[int], at: dt.date) -> dict[str, list[str]]:
    """The first names by level of those that the actor may see."""
    rank = func.row_number().over(partition_by=Hazard.level, order_by=(Hazard.name, Hazard.id))
    ranked = (
        select(Hazard.level, Hazard.name, rank.label("rank"))
        .where(in_scope(actor, READ), *_on(unit_ids, at))
        .subquery()
    )
    found: dict[str, list[str]] = {}
    for kind, name in session.execute(
        select(ranked.c.level, ranked.c.name).where(ranked.c.rank <= NAMED).order_by(ranked.c.rank)
    ):
        found.setdefault(kind, []).append(name)
    return found


def _on(unit_ids: Sequence[int], at: dt.date) -> list[ColumnElement[bool]]:
    return [Hazard.unit_id == any_of(unit_ids), standing_on("open", at)]
