"""What the page of a change file tells, put together from queries and rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.divisions import catalogue
from portal.divisions.catalogue import ChecklistItem
from portal.divisions.models import Change, ChangeDocument
from portal.divisions.queries import changes as queries
from portal.divisions.queries.changes.files import subjects_of
from portal.divisions.queries.changes.record import written
from portal.divisions.rules.changes.authorities import Proposal, Subject, propose_for, subject_of
from portal.divisions.rules.changes.checklist import checklist
from portal.divisions.rules.changes.clocks import ClockFacts, clock_strip
from portal.divisions.rules.changes.lifecycle import DATES, EDITABLE, State, possible_steps
from portal.divisions.rules.changes.plan import Plan
from portal.divisions.rules.changes.situation import UnitState
from portal.divisions.service.changes import facts_of
from portal.kernel.files.models import StoredFile
from portal.kernel.web.state import app_session

Paper = tuple[ChangeDocument, StoredFile | None]


@dataclass(frozen=True)
class UnitChange:
    """A unit before and after, either of which may be missing."""

    before: UnitState | None
    after: UnitState | None


def page_of(file: Change, today: dt.date) -> dict[str, object]:
    """Everything that the page of a file shows."""
    subject, level = _subject(file, today), None
    if subject is not None:
        level = subject[0]
    papers, plan = queries.documents(app_session(), file), _plan(file, today)
    dates = {name: getattr(file, name) for name in DATES}
    return {
        "proposal": _proposal(file, subject, today),
        "strip": clock_strip(ClockFacts(file.kind, level, dates), today),
        "items": _items(checklist(file.kind, level), papers),
        "others": _others(checklist(file.kind, level), papers),
        "papers": catalogue.papers(),
        "departments": catalogue.departments(),
        "possible": [step.value for step in possible_steps(facts_of(file))],
        "editable": State(file.state) in EDITABLE,
        "history": list(reversed(queries.steps(app_session(), file))),
        "plan": plan,
        "units": unit_changes(plan) if plan else None,
        "written": written(app_session(), file),
    }


def head_of(file: Change, today: dt.date) -> dict[str, object]:
    """What the forms of a file show of its authority."""
    return {"proposal": _proposal(file, _subject(file, today), today)}


def proposal_of(file: Change, today: dt.date) -> Proposal:
    """The authority that is proposed for a file."""
    return _proposal(file, _subject(file, today), today)


def unit_changes(plan: Plan) -> list[UnitChange]:
    """The units of a plan: those that end or go on, then those that are born."""
    keys = [*plan.before, *(key for key in plan.after if key not in plan.before)]
    return [UnitChange(plan.before.get(key), plan.after.get(key)) for key in keys]


def _subject(file: Change, today: dt.date) -> Subject | None:
    content = queries.content_of(file)
    return subject_of(content, subjects_of(app_session(), content, _eve(file, today)))


def _eve(file: Change, today: dt.date) -> dt.date:
    """The last day before the change, on which what ends is still there."""
    return (file.effective_on or today) - dt.timedelta(days=1)


def _proposal(file: Change, subject: Subject | None, today: dt.date) -> Proposal:
    return propose_for(file.kind, subject, file.approved_on or today)


def _plan(file: Change, today: dt.date) -> Plan | None:
    """The plan while the file may still be changed; afterwards the register itself says what was done."""
    return queries.plan_of(app_session(), file, today) if State(file.state) in EDITABLE else None


def _items(items: Sequence[ChecklistItem], papers: Sequence[Paper]) -> list[tuple[ChecklistItem, list[Paper]]]:
    return [(item, [paper for paper in papers if paper[0].item == item.key]) for item in items]


def _others(items: Sequence[ChecklistItem], papers: Sequence[Paper]) -> list[Paper]:
    listed: Mapping[str, object] = {item.key: item for item in items}
    return [paper for paper in papers if paper[0].item not in listed]
