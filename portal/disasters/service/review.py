"""Reviewing: a report is returned with a reason, or approved by somebody who did not file it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.disasters import queries
from portal.disasters.models import Report, ReportVersion
from portal.disasters.permissions import REPORT_REVIEW
from portal.disasters.rules.lifecycle import Act, check_reason, check_reviewer, check_version, state_after
from portal.disasters.service.versions import add_step
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor


@dataclass(frozen=True)
class ReturnReport:
    """Back to the unit; `seen_version` is the version that was read."""

    public_id: uuid.UUID
    reason: str
    seen_version: int | None = None


@dataclass(frozen=True)
class ApproveReport:
    """It is right as it stands."""

    public_id: uuid.UUID
    seen_version: int | None = None


def return_report(session: Session, actor: Actor, command: ReturnReport, now: dt.datetime) -> Report:
    """Raises `NotFound`, `FormInvalid` without a reason, `RuleBroken` with who did what before."""
    policy.require(actor, REPORT_REVIEW)
    reason = check_reason(command.reason)
    report, version = _to_decide(session, actor, command.public_id, command.seen_version, Act.RETURNED)
    add_step(session, actor, report, version, Act.RETURNED, now, reason)
    return report


def approve_report(session: Session, actor: Actor, command: ApproveReport, now: dt.datetime) -> Report:
    """Raises `NotFound`, and `RuleBroken` with who did what before, or because it is the actor's own."""
    policy.require(actor, REPORT_REVIEW)
    report, version = _to_decide(session, actor, command.public_id, command.seen_version, Act.APPROVED)
    check_reviewer(queries.filers(session, report.id), actor.account_id)
    add_step(session, actor, report, version, Act.APPROVED, now)
    return report


def _to_decide(
    session: Session, actor: Actor, public_id: uuid.UUID, seen_version: int | None, act: Act
) -> tuple[Report, ReportVersion]:
    """The locked report and what it says now, once the act is possible and about the version that was read."""
    report = queries.report_to_change(session, actor, REPORT_REVIEW, public_id)
    state_after(queries.last_step(session, report.id), act)
    version = queries.latest_version(session, report.id)
    check_version(seen_version, version.number)
    return report, version
