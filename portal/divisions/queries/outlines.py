"""Published outlines as shapes, for maps on paper."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from portal.divisions.queries.published import PublicUnit, public_unit_of
from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.geo.models import Record, Shape
from portal.kernel.geo.published import FINEST_BAND

AROUND = 0.4
"""Neighbours are looked for as far away as this part of the unit's own size."""


def public_outlines(session: Session, units: Iterable[PublicUnit]) -> Mapping[uuid.UUID, BaseGeometry]:
    """The published shapes of units in EPSG:4490, by public id; those without one are left out."""
    known = {unit.record_id: unit.public_id for unit in units}
    query = select(Shape.record_id, _degrees(Shape)).where(
        Shape.record_id.in_(sorted(known)), Shape.band == FINEST_BAND
    )
    return {known[record]: shapely.from_wkb(bytes(wkb)) for record, wkb in session.execute(query)}


def public_neighbours(session: Session, unit: PublicUnit, at: dt.date) -> list[tuple[PublicUnit, BaseGeometry]]:
    """Published units of the same level beside a unit on a day, with their shapes; none when it has no shape itself."""
    found = session.execute(_beside(unit, at))
    return [(public_unit_of(record), shapely.from_wkb(bytes(wkb))) for record, wkb in found]


def _beside(unit: PublicUnit, at: dt.date) -> Select[Record, bytes]:
    own, other = aliased(Shape), aliased(Shape)
    box = func.ST_Envelope(own.geom)
    reach = AROUND * func.greatest(func.ST_XMax(box) - func.ST_XMin(box), func.ST_YMax(box) - func.ST_YMin(box))
    return (
        select(Record, _degrees(other))
        .join(other, other.record_id == Record.id)
        .join(own, own.revision_id == other.revision_id)
        .where(own.record_id == unit.record_id, own.band == FINEST_BAND, other.band == FINEST_BAND)
        .where(other.geom.op("&&")(func.ST_Expand(own.geom, reach)), Record.valid.op("@>")(at))
        .where(Record.attributes["level"].astext == str(unit.level), Record.public_id != unit.public_id)
        .order_by(Record.name, Record.id)
    )


def _degrees(shape: type[Shape]) -> ColumnElement[bytes]:
    degrees: ColumnElement[bytes] = func.ST_AsBinary(func.ST_Transform(shape.geom, STORAGE_SRID))
    return degrees
