"""Reading the published model: live revisions, records and what lies at a place. Any session may be used; the public
role can read nothing else."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.errors import Gone, NotFound
from portal.kernel.geo.models import MERCATOR, Record, Revision, RevisionState, Shape
from portal.kernel.i18n.text import text

FINEST_BAND = 4
"""Index of the band that keeps every vertex (`layer.BANDS`)."""


@dataclass(frozen=True)
class Bounds:
    """West, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float

    def as_tuple(self) -> tuple[float, float, float, float]:
        """In the order of a GeoJSON bbox."""
        return (self.west, self.south, self.east, self.north)


def live_revision(session: Session, layer: str) -> Revision | None:
    """The revision that visitors see now, or None before the first publication."""
    query = select(Revision).where(Revision.layer == layer, Revision.state == RevisionState.LIVE)
    return session.scalars(query).one_or_none()


def live_revisions(session: Session) -> dict[str, Revision]:
    """All live revisions by layer."""
    query = select(Revision).where(Revision.state == RevisionState.LIVE)
    return {revision.layer: revision for revision in session.scalars(query)}


def revision_by_token(session: Session, layer: str, token: str) -> Revision:
    """A revision by its address; raises `NotFound`, or `Gone` once it was withdrawn."""
    query = select(Revision).where(Revision.layer == layer, Revision.token == token)
    revision = session.scalars(query).one_or_none()
    if revision is None:
        raise NotFound(text("There is no such map."))
    if revision.state == RevisionState.WITHDRAWN:
        raise Gone(text("This map has been withdrawn."))
    return revision


def bounds_of(revision: Revision | None) -> Bounds | None:
    """Where a revision lies; None when nothing in it has a shape."""
    if revision is None or revision.west is None:
        return None
    assert revision.south is not None  # noqa: S101 - the four are written together
    assert revision.east is not None  # noqa: S101
    assert revision.north is not None  # noqa: S101
    return Bounds(revision.west, revision.south, revision.east, revision.north)


def records_at(session: Session, layer: str, at: dt.date, *where: ColumnElement[bool]) -> Sequence[Record]:
    """Records of the live revision that are true on a day, by name; `where` narrows further."""
    query = (
        select(Record)
        .join(Revision, Revision.id == Record.revision_id)
        .where(Revision.layer == layer, Revision.state == RevisionState.LIVE, Record.valid.op("@>")(at), *where)
        .order_by(Record.name, Record.id)
    )
    return session.scalars(query).all()


def record(session: Session, layer: str, public_id: uuid.UUID, at: dt.date) -> Record:
    """One record on a day; raises `NotFound` when it is not public then."""
    found = records_at(session, layer, at, Record.public_id == public_id)
    if not found:
        raise NotFound(text("There is nothing published at this address for this date."))
    return found[0]


def records_here(session: Session, layer: str, lon: float, lat: float, at: dt.date) -> Sequence[Record]:
    """Records whose area contains a place given in degrees, the smallest area first."""
    place = func.ST_Transform(func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4490), MERCATOR)
    inside = (
        select(Shape.record_id)
        .where(Shape.band == FINEST_BAND, func.ST_Dimension(Shape.geom) == 2, func.ST_Intersects(Shape.geom, place))
        .scalar_subquery()
    )
    found = records_at(session, layer, at, Record.id.in_(inside))
    return sorted(found, key=lambda row: float(str(row.attributes.get("area_m2") or "inf")))
