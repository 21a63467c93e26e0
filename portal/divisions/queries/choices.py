"""The units somebody may choose from, for pickers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, ScalarSelect, case, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.divisions.models import Unit, UnitCode, UnitVersion
from portal.divisions.queries.scope import on, scoped
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission

TOWN = 4


@dataclass(frozen=True)
class UnitChoice:
    """A unit to choose. `label` tells apart committees of one name; `group` is the town it is or lies in, "" above."""

    id: int
    public_id: uuid.UUID
    name: str
    label: str
    level: int
    group: str


def unit_choices(
    session: Session, actor: Actor, permission: Permission, at: dt.date, levels: Sequence[int] = (3, 4, 5)
) -> list[UnitChoice]:
    """The units of these levels on a day within the actor's scope: the district, then town by town."""
    parent = aliased(UnitVersion)
    below_town = UnitVersion.level > TOWN
    town_id = case((below_town, UnitVersion.parent_id), else_=UnitVersion.unit_id)
    query = (
        select(Unit.id, Unit.public_id, UnitVersion.name, UnitVersion.level, parent.name.label("parent"))
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .outerjoin(
            parent, (parent.unit_id == UnitVersion.parent_id) & parent.superseded_at.is_(None) & on(parent.valid, at)
        )
        .where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at), UnitVersion.level.in_(levels))
        .where(scoped(actor, permission, Unit.id, at))
        .order_by(UnitVersion.level >= TOWN, first_code(town_id, at), town_id, UnitVersion.level)
        .order_by(first_code(Unit.id, at), Unit.id)
    )
    return [_choice(row) for row in session.execute(query)]


def first_code(unit_id: ColumnElement[int] | InstrumentedAttribute[int], at: dt.date) -> ScalarSelect[str]:
    """The code a unit is sorted by: that of the first of its systems."""
    return (
        select(UnitCode.code)
        .where(UnitCode.unit_id == unit_id, UnitCode.superseded_at.is_(None), on(UnitCode.valid, at))
        .order_by(UnitCode.system)
        .limit(1)
        .scalar_subquery()
    )


def _choice(row: Row[int, uuid.UUID, str, int, str]) -> UnitChoice:
    unit_id, public_id, name, level, parent = row
    if level < TOWN:
        return UnitChoice(unit_id, public_id, name, name, level, "")
    if level == TOWN or parent is None:
        return UnitChoice(unit_id, public_id, name, name, level, name)
    return UnitChoice(unit_id, public_id, name, f"{parent} {name}", level, parent)
