"""Reports for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.disasters.models import ReportVersion
from portal.disasters.queries.duty import DutyFilter, DutyRow, duty_rows
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission

BATCH = 500


def all_duty_rows(
    session: Session, actor: Actor, permission: Permission, wanted: DutyFilter
) -> Iterator[Sequence[DutyRow]]:
    """The whole duty list, some at a time."""
    offset = 0
    while found := duty_rows(session, actor, permission, wanted, BATCH, offset):
        yield found
        offset += BATCH


def places_of(session: Session, version_ids: Sequence[int]) -> dict[int, BaseGeometry]:
    """Where the versions that know it say that it happened, in EPSG:4490."""
    query = select(ReportVersion.id, ReportVersion.place).where(ReportVersion.id.in_(version_ids))
    return {version: to_shape(place) for version, place in session.execute(query) if place is not None}
