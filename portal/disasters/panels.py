"""What the room adds to pages of lower rooms: the events and reports of divisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.disasters.permissions import REPORT_FILE, REPORT_READ
from portal.disasters.queries import standing
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.panel import Panel, Reference
from portal.kernel.i18n.text import text

STAY = text(
    "They stay with the division of their day. Those dated after its end go to its only heir, or where they lie."
)


def references(session: Session, actor: Actor, ids: Sequence[int], on: dt.date) -> list[Reference]:
    """Open events, reports that nobody has decided on, approved ones, and unfinished drafts."""
    events, reports = standing.open_events_on(session, ids), standing.report_counts_on(session, ids)
    drafts = standing.draft_count_on(session, ids)
    waiting = sum(count for state, count in reports.items() if state != "approved")
    found = (
        Reference(
            text("Open events"),
            events,
            standing.event_names_on(session, actor, REPORT_READ, ids),
            "/disasters/events",
            STAY,
        ),
        Reference(text("Reports to be decided"), waiting, (), "/disasters/reports", STAY),
        Reference(text("Approved reports"), reports.get("approved", 0), (), "/disasters/reports", STAY),
        Reference(
            text("Unfinished drafts"), drafts, standing.draft_savers_on(session, actor, REPORT_FILE, ids), None, STAY
        ),
    )
    return [one for one in found if one.count]


PANELS = (Panel("divisions:change", text("Disaster reports"), references),)
