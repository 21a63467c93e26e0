"""The divisions of hazards: which may be chosen, what they are called, where they lie."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.models import Ancestry, Unit, UnitShape
from portal.divisions.queries import UnitAt, scoped, unit, unit_by_public_id, unit_names
from portal.divisions.queries.scope import on
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT


@dataclass(frozen=True)
class Territory:
    """A division's name and shape in EPSG:4490."""

    name: str
    shape: BaseGeometry


def unit_to_edit(session: Session, actor: Actor, public_id: uuid.UUID, at: dt.date) -> UnitAt:
    """A division on whose subtree the actor may edit hazards on a day; raises `NotFound` for any other."""
    held = select(Unit.id).where(Unit.public_id == public_id, scoped(actor, EDIT, Unit.id, at))
    if session.scalar(held) is None:
        raise NotFound(text("There is no such division on this date."))
    return unit_by_public_id(session, public_id, at)


def unit_of(session: Session, hazard: Hazard) -> UnitAt | None:
    """The division of a hazard as it was on the day of its assessment."""
    return unit(session, hazard.unit_id, hazard.assessed_on)


def territory_of(session: Session, hazard: Hazard) -> Territory | None:
    """Where the division lay on the day of the assessment; of one without a shape, the next above that has one."""
    day = hazard.assessed_on
    query = (
        select(Ancestry.ancestor_id, UnitShape.geom)
        .join(UnitShape, UnitShape.unit_id == Ancestry.ancestor_id)
        .where(Ancestry.unit_id == hazard.unit_id, on(Ancestry.valid, day))
        .where(UnitShape.superseded_at.is_(None), on(UnitShape.valid, day))
        .order_by(Ancestry.depth)
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return Territory(unit_names(session, [row[0]], day).get(row[0], ""), to_shape(row[1]))


def names_of(session: Session, found: Iterable[Hazard], at: dt.date) -> dict[int, str]:
    """The names of the hazards' divisions on a day by hazard id; of one that was gone then, its name at assessment."""
    found = list(found)
    names = unit_names(session, (hazard.unit_id for hazard in found), at)
    return {hazard.id: names.get(hazard.unit_id) or _name_then(session, hazard) for hazard in found}


def _name_then(session: Session, hazard: Hazard) -> str:
    then = unit_of(session, hazard)
    return then.name if then else ""
