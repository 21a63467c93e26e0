"""Published divisions for maps: of a day, a level and a kind; and what differs between two days."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.queries.exported import public_shapes
from portal.divisions.queries.published import PublicUnit, public_units
from portal.divisions.rules import LAYER
from portal.divisions.rules.comparing import Comparison, MappedUnit, compare
from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.geo.models import Record, Revision, RevisionState, Shape

SCREEN_BAND = 3
"""The band whose lines are within 5 m of the true ones: enough for a screen (`kernel.geo.layer.BANDS`)."""


def mapped_units(session: Session, at: dt.date, level: int, kind: str = "") -> list[PublicUnit]:
    """The published units of a level on a day, of one kind if it is named, in the order of their codes."""
    where = [Record.attributes["level"].astext == str(level)]
    if kind:
        where.append(Record.attributes["kind"].astext == kind)
    return public_units(session, at, *where)


def screen_shapes(session: Session, units: Sequence[PublicUnit]) -> dict[uuid.UUID, BaseGeometry]:
    """Their published shapes in EPSG:4490, simplified to 5 m, shared lines kept shared; without one: left out."""
    known = {unit.record_id: unit.public_id for unit in units}
    degrees = func.ST_AsBinary(func.ST_Transform(Shape.geom, STORAGE_SRID))
    query = select(Shape.record_id, degrees).where(Shape.band == SCREEN_BAND, Shape.record_id.in_(sorted(known)))
    return {known[record]: shapely.from_wkb(bytes(wkb)) for record, wkb in session.execute(query)}


def compared(session: Session, first: dt.date, second: dt.date, level: int) -> Comparison:
    """What differs between two days among the published units of a level, at every vertex of their shapes."""
    before, after = mapped_units(session, first, level), mapped_units(session, second, level)
    shapes = public_shapes(session, sorted({unit.record_id for unit in (*before, *after)}))
    return compare(_mapped(session, before, shapes, first), _mapped(session, after, shapes, second))


def _mapped(
    session: Session, units: Sequence[PublicUnit], shapes: Mapping[int, BaseGeometry], at: dt.date
) -> dict[uuid.UUID, MappedUnit]:
    wanted = {unit.parent for unit in units if unit.parent}
    above = {unit.public_id: unit.name for unit in public_units(session, at, Record.public_id.in_(sorted(wanted)))}
    began = _began(session, [unit.public_id for unit in units])
    return {unit.public_id: _one(unit, shapes.get(unit.record_id), above, began) for unit in units}


def _began(session: Session, public_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dt.date]:
    """The first published day of each unit: a later state of the same unit is no beginning."""
    query = (
        select(Record.public_id, func.min(func.lower(Record.valid)))
        .join(Revision, Revision.id == Record.revision_id)
        .where(Revision.layer == LAYER, Revision.state == RevisionState.LIVE, Record.public_id.in_(public_ids))
        .group_by(Record.public_id)
    )
    return {public_id: first for public_id, first in session.execute(query) if first is not None}


def _one(
    unit: PublicUnit,
    shape: BaseGeometry | None,
    above: Mapping[uuid.UUID, str],
    began: Mapping[uuid.UUID, dt.date],
) -> MappedUnit:
    return MappedUnit(
        public_id=unit.public_id,
        name=unit.name,
        kind=unit.kind,
        parent=above.get(unit.parent, "") if unit.parent else "",
        codes=dict(unit.codes),
        shape=shape,
        quality=str(unit.facts["quality"]) if unit.facts["quality"] else None,
        since=began.get(unit.public_id, unit.span.start),
        source=_sources(unit),
    )


def _sources(unit: PublicUnit) -> str:
    said = (str(unit.facts.get(key) or "") for key in ("source", "shape_source"))
    return "；".join(dict.fromkeys(filter(None, said)))
