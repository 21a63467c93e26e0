"""The divisions of hazards: which may be chosen, what they are called, where they lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.models import Ancestry, UnitShape
from portal.divisions.queries import UnitAt, unit, unit_names
from portal.divisions.queries.scope import on
from portal.risk.models import Hazard


@dataclass(frozen=True)
class Territory:
    """A division's name and shape in EPSG:4490."""

    name: str
    shape: BaseGeometry


def unit_of(session: Session, hazard: Hazard) -> UnitAt | None:
    """The division of a hazard as it was on the day of which that is known."""
    return unit(session, hazard.unit_id, hazard.lay_on)


def territory_of(session: Session, hazard: Hazard) -> Territory | None:
    """Where the division lay on that day; of one without a shape, the next above that has one."""
    day = hazard.lay_on
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
