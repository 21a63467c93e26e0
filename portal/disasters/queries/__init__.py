"""Every SELECT of the room; the actor's scope is applied here."""

from portal.disasters.queries.checks import state_differences
from portal.disasters.queries.content import content_of, figures_of, placed
from portal.disasters.queries.detail import ReportDetail, VersionView, report_detail, shown_figures
from portal.disasters.queries.drafts import draft, draft_to_change, open_drafts
from portal.disasters.queries.duty import DutyFilter, DutyRow, duty_counts, duty_rows, headlines, positions
from portal.disasters.queries.events import event, event_to_change, event_to_file_on, events, may_close, open_events
from portal.disasters.queries.places import unit_in_scope, unit_middle, unit_within
from portal.disasters.queries.reports import (
    filed_reports,
    filers,
    find_report,
    first_report,
    last_phone,
    last_step,
    latest_version,
    report,
    report_to_change,
    steps,
    versions,
)

__all__ = [
    "DutyFilter",
    "DutyRow",
    "ReportDetail",
    "VersionView",
    "content_of",
    "draft",
    "draft_to_change",
    "duty_counts",
    "duty_rows",
    "event",
    "event_to_change",
    "event_to_file_on",
    "events",
    "figures_of",
    "filed_reports",
    "filers",
    "find_report",
    "first_report",
    "headlines",
    "last_phone",
    "last_step",
    "latest_version",
    "may_close",
    "open_drafts",
    "open_events",
    "placed",
    "positions",
    "report",
    "report_detail",
    "report_to_change",
    "shown_figures",
    "state_differences",
    "steps",
    "unit_in_scope",
    "unit_middle",
    "unit_within",
    "versions",
]
