"""Submitting: the first report of a unit on an event, and its correction as a new version."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.disasters import queries
from portal.disasters.catalogue import Catalogue, in_force
from portal.disasters.models import Draft, Event, Report
from portal.disasters.permissions import REPORT_FILE
from portal.disasters.rules.clock import day_of
from portal.disasters.rules.event import NewEvent
from portal.disasters.rules.lifecycle import Act, State, state_after
from portal.disasters.rules.report import ReportContent, findings
from portal.disasters.service.drafts import take_draft
from portal.disasters.service.events import OpenEvent, open_event, require_open, require_unit
from portal.disasters.service.versions import add_step, add_version
from portal.divisions.queries import unit_names
from portal.errors import FormInvalid, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text


@dataclass(frozen=True)
class FileReport:
    """A unit's first report: on an open event (`event_id`) or on a new one. `draft_id` is the draft it came from."""

    unit_id: int
    content: ReportContent
    event_id: uuid.UUID | None = None
    new_event: NewEvent | None = None
    draft_id: uuid.UUID | None = None
    row_version: int | None = None
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CorrectReport:
    """A returned report, put right: its next version."""

    public_id: uuid.UUID
    content: ReportContent
    row_version: int | None = None
    typed: Mapping[str, str] = field(default_factory=dict)


def file_report(session: Session, actor: Actor, command: FileReport, now: dt.datetime) -> Report:
    """Raises `FormInvalid` by field; `RuleBroken` where the unit has filed already; `NotFound` beyond the divisions."""
    policy.require(actor, REPORT_FILE)
    catalogue = in_force(day_of(now))
    occurred_at = _checked(command.content, catalogue, now, command.new_event)
    draft = None
    if command.draft_id is not None:
        draft = take_draft(session, actor, command.draft_id, command.row_version, command.typed)
    require_unit(session, actor, command.unit_id, day_of(occurred_at))
    event = _event(session, actor, command, now)
    _require_first(session, event, command.unit_id, day_of(occurred_at))
    report = _new_report(session, event, command.unit_id, day_of(occurred_at), draft)
    version = add_version(session, report, command.content, occurred_at, catalogue, now)
    add_step(session, actor, report, version, Act.SUBMITTED, now)
    return report


def correct_report(session: Session, actor: Actor, command: CorrectReport, now: dt.datetime) -> Report:
    """Raises `NotFound`, `FormInvalid` by field, `RuleBroken` unless the report waits for a correction."""
    policy.require(actor, REPORT_FILE)
    report = queries.report_to_change(session, actor, REPORT_FILE, command.public_id)
    state_after(queries.last_step(session, report.id), Act.SUBMITTED)
    catalogue = in_force(day_of(now))
    occurred_at = _checked(command.content, catalogue, now)
    draft = queries.draft(session, actor, REPORT_FILE, report.public_id)
    if draft is not None and draft.state == "open":
        take_draft(session, actor, report.public_id, command.row_version, command.typed)
    version = add_version(session, report, command.content, occurred_at, catalogue, now)
    add_step(session, actor, report, version, Act.SUBMITTED, now)
    return report


def _checked(
    content: ReportContent, catalogue: Catalogue, now: dt.datetime, new_event: NewEvent | None = None
) -> dt.datetime:
    """When it occurred, once there is nothing to be said against the report."""
    found = findings(content, catalogue, now, new_event)
    if found or content.occurred_at is None:
        raise FormInvalid(found)
    return content.occurred_at


def _event(session: Session, actor: Actor, command: FileReport, now: dt.datetime) -> Event:
    if command.event_id is not None:
        event = queries.event_to_file_on(session, actor, REPORT_FILE, command.event_id)
        require_open(event)
        return event
    if command.new_event is None:
        raise FormInvalid({"event": [text("Say which event this report is about.")]})
    opening = OpenEvent(command.unit_id, command.new_event, command.content.place)
    return open_event(session, actor, opening, now)


def _new_report(session: Session, event: Event, unit_id: int, at: dt.date, draft: Draft | None) -> Report:
    """The report as an identity; it takes over the public id of its draft."""
    report = Report(event_id=event.id, mode=event.mode, unit_id=unit_id, occurred_on=at, state=State.SUBMITTED)
    if draft is not None:
        report.public_id = draft.public_id
    session.add(report)
    session.flush()
    if draft is not None:
        draft.report_id, draft.unit_id = report.id, unit_id
    return report


def _require_first(session: Session, event: Event, unit_id: int, at: dt.date) -> None:
    """The event reaches the unit, and the unit has not filed on it: a second first report would count people twice."""
    if not queries.unit_within(session, unit_id, event.unit_id, at):
        raise FormInvalid({"unit": [text("The event “%(name)s” does not reach this division.", name=event.name)]})
    if queries.first_report(session, event.id, unit_id) is not None:
        unit = unit_names(session, [unit_id], at).get(unit_id, "")
        raise RuleBroken(
            text(
                "%(unit)s has already filed its first report on “%(event)s”. It is in the list of reports.",
                unit=unit,
                event=event.name,
            )
        )
