"""The two things that are only ever added to a report: a version of what it says, and a step on its way."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.disasters import queries
from portal.disasters.catalogue import Catalogue
from portal.disasters.models import Report, ReportStep, ReportValue, ReportVersion
from portal.disasters.rules.lifecycle import Act, state_after
from portal.disasters.rules.report import ReportContent
from portal.disasters.service.places import place_columns
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail


def add_version(
    session: Session,
    report: Report,
    content: ReportContent,
    occurred_at: dt.datetime,
    catalogue: Catalogue,
    now: dt.datetime,
) -> ReportVersion:
    """The next version, with its values. Blank clocks mean now."""
    version = ReportVersion(
        report_id=report.id,
        number=next_number(session, report),
        occurred_at=occurred_at,
        as_at=content.as_at or max(now, occurred_at),
        reported_at=content.reported_at or max(now, occurred_at),
        entered_at=now,
        narrative=content.narrative.strip(),
        filler=content.filler.strip(),
        phone=content.phone.strip(),
        note=content.note.strip() or None,
        catalogue_version=catalogue.indicators.version,
        rules_version=catalogue.rules.version,
        **place_columns(session, content.place, report.unit_id, report.occurred_on),
    )
    session.add(version)
    session.flush()
    session.add_all(
        ReportValue(version_id=version.id, indicator=key, cumulative=figure.cumulative, realtime=figure.realtime)
        for key, figure in content.figures.items()
        if figure.known()
    )
    return version


def next_number(session: Session, report: Report) -> int:
    """1 for the first version."""
    earlier = queries.versions(session, report.id)
    return earlier[0].number + 1 if earlier else 1


def add_step(
    session: Session,
    actor: Actor,
    report: Report,
    version: ReportVersion,
    act: Act,
    now: dt.datetime,
    reason: str | None = None,
) -> ReportStep:
    """Writes down what was done and moves the report's state. Raises `RuleBroken` with who did what before."""
    before = queries.last_step(session, report.id)
    report.state = state_after(before, act)
    step = ReportStep(
        report_id=report.id,
        version_id=version.id,
        act=act,
        reason=reason,
        actor_id=actor.account_id,
        actor_name=actor.name,
        at=now,
    )
    session.add(step)
    after = {"state": report.state, "version": version.number, "reason": reason}
    was = {"state": before.act} if before else None
    trail.record(session, actor, act, "disasters.report", report.public_id, before=was, after=after)
    session.flush()
    return step
