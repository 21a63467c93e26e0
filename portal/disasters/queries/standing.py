"""Events, reports and drafts that stand on some divisions, for those who change the divisions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import LargeBinary, func, select
from sqlalchemy.orm import Session

from portal.disasters.models import Draft, Event, Report, ReportVersion
from portal.divisions.queries import scoped
from portal.divisions.queries.many import any_of
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission

NAMED = 5
"""Names that a panel lists."""


@dataclass(frozen=True)
class Late:
    """An event, or a report with its event, whose division had ended by its day."""

    id: int
    public_id: uuid.UUID
    unit_id: int
    occurred_on: dt.date
    event_id: int
    event_name: str
    shape: BaseGeometry | None


def open_events_on(session: Session, unit_ids: Sequence[int]) -> int:
    """How many events over some divisions are open, whoever asks."""
    query = select(func.count()).select_from(Event)
    return session.scalar(query.where(Event.unit_id == any_of(unit_ids), Event.state == "open")) or 0


def event_names_on(session: Session, actor: Actor, permission: Permission, unit_ids: Sequence[int]) -> Sequence[str]:
    """The latest of them by name, within the actor's divisions."""
    query = select(Event.name).where(Event.unit_id == any_of(unit_ids), Event.state == "open")
    seen = query.where(scoped(actor, permission, Event.unit_id, Event.occurred_on))
    return session.scalars(seen.order_by(Event.id.desc()).limit(NAMED)).all()


def report_counts_on(session: Session, unit_ids: Sequence[int]) -> dict[str, int]:
    """How many reports of some divisions there are by state, whoever asks."""
    query = select(Report.state, func.count()).where(Report.unit_id == any_of(unit_ids)).group_by(Report.state)
    return dict(session.execute(query).all())


def draft_count_on(session: Session, unit_ids: Sequence[int]) -> int:
    """How many drafts for some divisions are unfinished, whoever asks."""
    query = select(func.count()).select_from(Draft)
    return session.scalar(query.where(Draft.unit_id == any_of(unit_ids), Draft.state == "open")) or 0


def draft_savers_on(session: Session, actor: Actor, permission: Permission, unit_ids: Sequence[int]) -> Sequence[str]:
    """Who saved them last, within the actor's divisions."""
    query = select(Draft.saved_by).where(Draft.unit_id == any_of(unit_ids), Draft.state == "open").distinct()
    seen = query.where(scoped(actor, permission, Draft.unit_id, Draft.saved_on))
    return session.scalars(seen.order_by(Draft.saved_by).limit(NAMED)).all()


def late_events(session: Session, unit_ids: Sequence[int], first_day: dt.date) -> list[Late]:
    """Events over ended divisions that are dated after their end."""
    query = select(Event).where(Event.unit_id == any_of(unit_ids), Event.occurred_on >= first_day)
    found = session.scalars(query.order_by(Event.id).with_for_update())
    return [Late(one.id, one.public_id, one.unit_id, one.occurred_on, one.id, one.name, None) for one in found]


def late_reports(session: Session, unit_ids: Sequence[int], first_day: dt.date) -> list[Late]:
    """Reports of ended divisions that are dated after their end, with the place that their last version names."""
    newest = select(func.max(ReportVersion.number)).where(ReportVersion.report_id == Report.id).correlate(Report)
    same = (ReportVersion.report_id == Report.id) & (ReportVersion.number == newest.scalar_subquery())
    place = func.ST_AsBinary(ReportVersion.place, type_=LargeBinary)
    query = (
        select(Report.id, Report.public_id, Report.unit_id, Report.occurred_on, Event.id, Event.name, place)
        .join(Event, Event.id == Report.event_id)
        .outerjoin(ReportVersion, same)
        .where(Report.unit_id == any_of(unit_ids), Report.occurred_on >= first_day)
        .order_by(Report.id)
        .with_for_update(of=Report)
    )
    return [
        Late(*row[:6], None if row[6] is None else shapely.from_wkb(bytes(row[6]))) for row in session.execute(query)
    ]


def filers_of(session: Session, event_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Event and division of every first report on some events."""
    query = select(Report.event_id, Report.unit_id).where(
        Report.event_id == any_of(event_ids), Report.kind == "initial"
    )
    return {(event_id, unit_id) for event_id, unit_id in session.execute(query)}
