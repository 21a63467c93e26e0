"""Reports with their versions and steps."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.disasters.models import Report, ReportStep, ReportVersion
from portal.disasters.rules.lifecycle import Act, Step
from portal.divisions.models import UnitVersion
from portal.divisions.queries import scoped
from portal.divisions.queries.scope import on
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text


@dataclass(frozen=True)
class FiledReport:
    """A report that is there already."""

    public_id: uuid.UUID
    state: str
    unit_name: str


def report(session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID) -> Report:
    """One report. Raises `NotFound` beyond the actor's divisions as they lay on its day."""
    return _found(find_report(session, actor, permission, public_id))


def find_report(session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID) -> Report | None:
    """The same, None where there is none."""
    query = select(Report).where(
        Report.public_id == public_id, scoped(actor, permission, Report.unit_id, Report.occurred_on)
    )
    return session.scalars(query).one_or_none()


def report_to_change(session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID) -> Report:
    """One report, locked until the transaction ends, with its newest state: of two reviewers the second waits here."""
    query = (
        select(Report)
        .where(Report.public_id == public_id, scoped(actor, permission, Report.unit_id, Report.occurred_on))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return _found(session.scalars(query).one_or_none())


def first_report(session: Session, event_id: int, unit_id: int) -> Report | None:
    """The first report that a unit has filed on an event."""
    query = select(Report).where(Report.event_id == event_id, Report.unit_id == unit_id, Report.kind == "initial")
    return session.scalars(query).one_or_none()


def filed_reports(
    session: Session, actor: Actor, permission: Permission, event_ids: Sequence[int]
) -> dict[int, list[FiledReport]]:
    """The first reports on events within the actor's divisions, by event."""
    named = (UnitVersion.unit_id == Report.unit_id) & on(UnitVersion.valid, Report.occurred_on)
    query = (
        select(Report.event_id, Report.public_id, Report.state, UnitVersion.name)
        .join(UnitVersion, named & UnitVersion.superseded_at.is_(None))
        .where(Report.event_id.in_(event_ids), scoped(actor, permission, Report.unit_id, Report.occurred_on))
        .order_by(Report.id)
    )
    found: dict[int, list[FiledReport]] = {}
    for event_id, public_id, state, name in session.execute(query):
        found.setdefault(event_id, []).append(FiledReport(public_id, state, name))
    return found


def versions(session: Session, report_id: int) -> Sequence[ReportVersion]:
    """All versions, the newest first."""
    query = select(ReportVersion).where(ReportVersion.report_id == report_id).order_by(ReportVersion.number.desc())
    return session.scalars(query).all()


def latest_version(session: Session, report_id: int) -> ReportVersion:
    """What the report says now."""
    query = select(ReportVersion).where(ReportVersion.report_id == report_id).order_by(ReportVersion.number.desc())
    return session.scalars(query.limit(1)).one()


def steps(session: Session, report_id: int) -> Sequence[ReportStep]:
    """All that was done with the report, the newest first."""
    query = select(ReportStep).where(ReportStep.report_id == report_id).order_by(ReportStep.id.desc())
    return session.scalars(query).all()


def last_step(session: Session, report_id: int) -> Step | None:
    """What was done last, and by whom."""
    query = select(ReportStep).where(ReportStep.report_id == report_id).order_by(ReportStep.id.desc())
    row = session.scalars(query.limit(1)).one_or_none()
    return Step(Act(row.act), row.actor_name, row.at) if row else None


def filers(session: Session, report_id: int) -> set[int]:
    """The accounts that submitted any version of the report."""
    query = select(ReportStep.actor_id).where(ReportStep.report_id == report_id, ReportStep.act == Act.SUBMITTED)
    return {account for account in session.scalars(query) if account is not None}


def last_phone(session: Session, actor: Actor) -> str:
    """The phone number that the actor gave last, so that it need not be typed at three in the morning."""
    query = (
        select(ReportVersion.phone)
        .join(ReportStep, ReportStep.version_id == ReportVersion.id)
        .where(ReportStep.actor_id == actor.account_id, ReportStep.act == Act.SUBMITTED)
        .order_by(ReportStep.id.desc())
    )
    return session.scalar(query.limit(1)) or ""


def _found(found: Report | None) -> Report:
    if found is None:
        raise NotFound(text("There is no such report."))
    return found
