"""Published divisions on the ground: which lie at a place, how far its line is, where to open the map."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.queries.published import PublicUnit, public_unit_of
from portal.divisions.rules import LAYER
from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.geo.models import Record, Revision, RevisionState, Shape
from portal.kernel.geo.published import FINEST_BAND, Bounds, records_here

Place = tuple[float, float]
"""Longitude and latitude in CGCS2000 degrees."""


def public_units_here(session: Session, place: Place, at: dt.date) -> list[PublicUnit]:
    """The published units whose shape holds a place on a day, the highest first."""
    found = [public_unit_of(record) for record in records_here(session, LAYER, *place, at)]
    return sorted(found, key=lambda unit: unit.level)


def metres_to_line(session: Session, unit: PublicUnit, place: Place) -> float | None:
    """How far a place lies from the published line of a unit, on the ellipsoid; None when it has none."""
    line = func.ST_Transform(func.ST_Boundary(Shape.geom), STORAGE_SRID)
    here = func.ST_SetSRID(func.ST_MakePoint(*place), STORAGE_SRID)
    distance = func.ST_Distance(func.geography(line), func.geography(here))
    return session.scalar(select(distance).where(Shape.record_id == unit.record_id, Shape.band == FINEST_BAND))


def public_bounds(session: Session, unit: PublicUnit) -> Bounds | None:
    """The box in degrees around the published shape of a unit; None when it has none."""
    box = select(func.ST_Transform(func.ST_Envelope(Shape.geom), STORAGE_SRID).label("box")).where(
        Shape.record_id == unit.record_id, Shape.band == FINEST_BAND
    )
    inner = box.subquery().c.box
    corners = [function(inner) for function in (func.ST_XMin, func.ST_YMin, func.ST_XMax, func.ST_YMax)]
    row = session.execute(select(*corners)).one_or_none()
    return None if row is None else Bounds(*row)


def shapes_published(session: Session, at: dt.date) -> bool:
    """Whether any unit has a published shape on a day."""
    query = (
        select(Record.id)
        .join(Revision, Revision.id == Record.revision_id)
        .where(Revision.layer == LAYER, Revision.state == RevisionState.LIVE)
        .where(Record.valid.op("@>")(at), Record.lon.is_not(None))
    )
    return bool(session.scalar(select(query.exists())))
