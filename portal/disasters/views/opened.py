"""A report form that somebody has open: with its event, and the report and draft behind it if there are any."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from portal.disasters import queries
from portal.disasters.forms import NEW, ReportForm, opened_blank, opened_draft, opened_version, report_form
from portal.disasters.models import Draft, Event, Report
from portal.disasters.permissions import REPORT_FILE
from portal.disasters.rules.clock import typed_moment
from portal.divisions.queries import unit_names
from portal.errors import NotFound
from portal.kernel.i18n.text import text
from portal.kernel.web.state import actor, app_session, today


@dataclass(frozen=True)
class Opened:
    """`event` is None for a new one, `report` until the first submission, `draft` until the first saving."""

    form: ReportForm
    event: Event | None
    report: Report | None = None
    draft: Draft | None = None

    @property
    def public_id(self) -> uuid.UUID | None:
        """What the draft and the report are called, once either is there."""
        known = self.report or self.draft
        return known.public_id if known else None

    def shown(self) -> dict[str, object]:
        """What the page tells around the form."""
        report = self.report
        steps = queries.steps(app_session(), report.id) if report else []
        names = unit_names(app_session(), [report.unit_id], report.occurred_on) if report else {}
        return {
            "catalogue": self.form.catalogue,
            "exercise": self.event is not None and self.event.mode == "exercise",
            "returned": next((step for step in steps if step.act == "returned"), None),
            "unit_name": names.get(report.unit_id, "") if report else "",
        }


def blank(asked: str) -> Opened:
    """A new report on an event, or on a new one."""
    event = chosen_event(asked)
    known = {
        "event": str(event.public_id) if event else NEW,
        "occurred_at": typed_moment(event.occurred_at) if event else "",
        "filler": actor().name,
        "phone": queries.last_phone(app_session(), actor()),
    }
    return Opened(opened_blank(form_of(event), known), event)


def open_for_edit(public_id: uuid.UUID) -> Opened:
    """A draft or a report. Raises `NotFound` beyond the actor's divisions. `?event=` moves a draft to another event."""
    session, somebody = app_session(), actor()
    report = queries.find_report(session, somebody, REPORT_FILE, public_id)
    draft = queries.draft(session, somebody, REPORT_FILE, public_id)
    if report is None and draft is None:
        raise NotFound(text("There is no such report."))
    if report is not None:
        known = session.get_one(Event, report.event_id)
        return Opened(_correction(form_of(known), report, draft), known, report, draft)
    typed: Mapping[str, object] = draft.typed if draft else {}
    asked = request.form.get("event") or request.args.get("event") or str(typed.get("event", ""))
    event = chosen_event(asked)
    typed = {**typed, "event": str(event.public_id) if event else NEW}
    return Opened(_opened(form_of(event), typed, draft), event, None, draft)


def chosen_event(asked: str) -> Event | None:
    """The event of a public id, None for a new one. Raises `NotFound` for one that does not reach the actor."""
    if asked in ("", NEW):
        return None
    try:
        public_id = uuid.UUID(asked)
    except ValueError as error:
        raise NotFound(text("There is no such event.")) from error
    return queries.event(app_session(), actor(), REPORT_FILE, public_id)


def form_of(event: Event | None) -> type[ReportForm]:
    """The form of today with the figures that the event's type is asked for."""
    return report_form(today(), event.type_key if event else None)


def _opened(form: type[ReportForm], typed: Mapping[str, object], draft: Draft | None) -> ReportForm:
    """What was sent just now, else what was saved."""
    return form() if request.method == "POST" else opened_draft(form, typed, draft.row_version if draft else None)


def _correction(form: type[ReportForm], report: Report, draft: Draft | None) -> ReportForm:
    """What was sent just now, else the open draft, else what the returned version said."""
    row_version = draft.row_version if draft else None
    if request.method == "POST" or (draft is not None and draft.state == "open"):
        return _opened(form, draft.typed if draft else {}, draft)
    version = queries.latest_version(app_session(), report.id)
    figures = queries.figures_of(app_session(), [version.id]).get(version.id, {})
    return opened_version(form, queries.content_of(version, figures), row_version)
