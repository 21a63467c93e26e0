"""The duty list: every report within the actor's divisions with its current version and its last step."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from portal.disasters.models import Event, Report, ReportStep, ReportVersion
from portal.disasters.queries.content import figures_of
from portal.disasters.rules.figures import Figure
from portal.disasters.rules.lifecycle import Act, State, Step
from portal.divisions.models import UnitVersion
from portal.divisions.queries import scoped, within
from portal.divisions.queries.scope import on
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission

MOST_POSITIONS = 5000


@dataclass(frozen=True)
class DutyFilter:
    """What is asked for; None and the empty string mean all. `unit_id` takes its subtree along."""

    state: str = ""
    mode: str = ""
    unit_id: int | None = None
    event_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class DutyRow:
    """One report as the list shows it."""

    public_id: uuid.UUID
    mode: str
    state: str
    unit_name: str
    event_id: uuid.UUID
    event_name: str
    type_key: str
    subtype_key: str | None
    version_id: int
    number: int
    catalogue_version: int
    occurred_at: dt.datetime
    reported_at: dt.datetime
    entered_at: dt.datetime
    last: Step

    @property
    def done_at(self) -> dt.datetime | None:
        """When it was approved, None as long as it is not."""
        return self.last.at if self.state == State.APPROVED else None


@dataclass(frozen=True)
class Position:
    """One report as the map shows it; degrees in CGCS2000."""

    public_id: uuid.UUID
    mode: str
    state: str
    unit_name: str
    event_name: str
    lon: float
    lat: float


Whole: TypeAlias = Select[Report, ReportVersion, ReportStep, Event, str]


def duty_rows(
    session: Session, actor: Actor, permission: Permission, wanted: DutyFilter, limit: int = 50, offset: int = 0
) -> list[DutyRow]:
    """Reports by what was done last, the newest first."""
    query = _current(actor, permission).where(*_wanted(wanted)).order_by(ReportStep.id.desc())
    return [_row(row) for row in session.execute(query.limit(limit).offset(offset))]


def duty_counts(
    session: Session, actor: Actor, permission: Permission, wanted: DutyFilter
) -> dict[tuple[str, str], int]:
    """How many reports by mode and state, whatever state was asked for: drills are never added to the rest."""
    query = (
        select(Report.mode, Report.state, func.count())
        .where(scoped(actor, permission, Report.unit_id, Report.occurred_on), *_wanted(wanted, states=False))
        .group_by(Report.mode, Report.state)
    )
    return {(mode, state): count for mode, state, count in session.execute(query)}


def headlines(session: Session, rows: Sequence[DutyRow]) -> dict[int, dict[str, Figure]]:
    """The figures of the listed versions, by version."""
    return figures_of(session, [row.version_id for row in rows])


def positions(session: Session, actor: Actor, permission: Permission, wanted: DutyFilter) -> list[Position]:
    """The reports that have a place, for the map."""
    query = (
        _current(actor, permission)
        .with_only_columns(
            Report.public_id,
            Report.mode,
            Report.state,
            UnitVersion.name,
            Event.name,
            func.ST_X(ReportVersion.place),
            func.ST_Y(ReportVersion.place),
        )
        .where(ReportVersion.place.is_not(None), *_wanted(wanted))
        .order_by(ReportStep.id.desc())
    )
    return [Position(*row) for row in session.execute(query.limit(MOST_POSITIONS))]


def _current(actor: Actor, permission: Permission) -> Whole:
    """Each report within scope with its newest version, its last step, its event and its unit's name on its day."""
    newest = select(func.max(ReportVersion.number)).where(ReportVersion.report_id == Report.id).correlate(Report)
    last = select(func.max(ReportStep.id)).where(ReportStep.report_id == Report.id).correlate(Report)
    named = (UnitVersion.unit_id == Report.unit_id) & on(UnitVersion.valid, Report.occurred_on)
    return (
        select(Report, ReportVersion, ReportStep, Event, UnitVersion.name)
        .join(
            ReportVersion, (ReportVersion.report_id == Report.id) & (ReportVersion.number == newest.scalar_subquery())
        )
        .join(ReportStep, ReportStep.id == last.scalar_subquery())
        .join(Event, Event.id == Report.event_id)
        .join(UnitVersion, named & UnitVersion.superseded_at.is_(None))
        .where(scoped(actor, permission, Report.unit_id, Report.occurred_on))
    )


def _wanted(wanted: DutyFilter, *, states: bool = True) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if states and wanted.state:
        found.append(Report.state == wanted.state)
    if wanted.mode:
        found.append(Report.mode == wanted.mode)
    if wanted.event_id is not None:
        found.append(Report.event_id == wanted.event_id)
    if wanted.unit_id is not None:
        found.append(within(Report.unit_id, [wanted.unit_id], Report.occurred_on))
    if wanted.since is not None:
        found.append(Report.occurred_on >= wanted.since)
    if wanted.until is not None:
        found.append(Report.occurred_on <= wanted.until)
    return found


def _row(row: Row[Report, ReportVersion, ReportStep, Event, str]) -> DutyRow:
    report, version, step, event, unit_name = row
    return DutyRow(
        public_id=report.public_id,
        mode=report.mode,
        state=report.state,
        unit_name=unit_name,
        event_id=event.public_id,
        event_name=event.name,
        type_key=event.type_key,
        subtype_key=event.subtype_key,
        version_id=version.id,
        number=version.number,
        catalogue_version=version.catalogue_version,
        occurred_at=version.occurred_at,
        reported_at=version.reported_at,
        entered_at=version.entered_at,
        last=Step(Act(step.act), step.actor_name, step.at),
    )
