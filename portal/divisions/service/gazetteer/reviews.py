"""The yearly review: opened by the clerk, answered by towns, each proposal taken over or declined by the clerk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.catalogue.gazetteer import entered_fields, fields
from portal.divisions.models import GazetteerProposal, GazetteerReview, GazetteerReviewRow
from portal.divisions.permissions import CONFIRM_GAZETTEER, EDIT_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.divisions.queries import home_unit_id
from portal.divisions.queries.gazetteer import GazetteerRow
from portal.divisions.queries.units import unit_by_public_id
from portal.divisions.rules.gazetteer import CellEdit, cell_name, check_year, read_cell
from portal.divisions.service.gazetteer.values import SaveCells, save_cells
from portal.errors import BadInput, FormInvalid, NotFound, RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.audit import trail
from portal.kernel.i18n.text import text

SUBJECT = "divisions.gazetteer_review"
REGISTER_TO_CORRECT = ("name", "seat", "postcode", "phone")
"""What versions hold and a town may say is wrong; taking it over is a correction or a change file of its own."""


@dataclass(frozen=True)
class OpenReview:
    """The review of a year: until when towns are asked to answer, and a word to them."""

    year: int
    due_on: dt.date
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """What a town says of one row: values by field that should stand there instead; none confirms the row."""

    unit: uuid.UUID
    row_version: int
    proposed: Mapping[str, str]
    note: str = ""


def open_review(session: Session, actor: Actor, command: OpenReview, today: dt.date) -> GazetteerReview:
    """Opens the review of a year for every town of the district and what lies in it."""
    policy.require(actor, EDIT_GAZETTEER)
    check_year(command.year, today)
    if command.due_on < today:
        raise FormInvalid({"due_on": [text("The day by which towns answer cannot lie in the past.")]})
    at = min(dt.date(command.year, 12, 31), today)
    district = home_unit_id(session)
    if district is None or not _units(session, actor, district, at, command.year):
        raise NotFound(text("There is no such division on this date."))
    twice = select(GazetteerReview.id).where(GazetteerReview.unit_id == district, GazetteerReview.year == command.year)
    if session.scalar(twice) is not None:
        raise RuleBroken(text("The review of %(year)d was opened already.", year=command.year))
    said = {"year": command.year, "at": at, "opened_on": today, "due_on": command.due_on, "note": command.note.strip()}
    found = GazetteerReview(unit_id=district, recorded_by=actor.name, **said)
    session.add(found)
    session.flush()
    for town, unit in _asked(_units(session, actor, district, at, command.year)):
        session.add(GazetteerReviewRow(review_id=found.id, town_id=town, unit_id=unit))
    trail.record(session, actor, "opened", SUBJECT, found.public_id, after=said)
    session.flush()
    return found


def move_due_day(
    session: Session, actor: Actor, public_id: uuid.UUID, row_version: int, due_on: dt.date, today: dt.date
) -> GazetteerReview:
    """Another day by which towns answer."""
    found = _open(session, actor, public_id, EDIT_GAZETTEER)
    _check_version(found.row_version, row_version)
    if due_on < today:
        raise FormInvalid({"due_on": [text("The day by which towns answer cannot lie in the past.")]})
    before, found.due_on = {"due_on": found.due_on}, due_on
    trail.record(session, actor, "changed", SUBJECT, found.public_id, before=before, after={"due_on": due_on})
    session.flush()
    return found


def close_review(session: Session, actor: Actor, public_id: uuid.UUID, row_version: int) -> GazetteerReview:
    """Ends a review; refused while a proposal waits for a decision. Who has not answered stays on record so."""
    found = _open(session, actor, public_id, EDIT_GAZETTEER)
    _check_version(found.row_version, row_version)
    towns = queries.town_answers(session, actor, found, EDIT_GAZETTEER)
    waiting = sum(town.open_proposals for town in towns)
    if waiting:
        raise RuleBroken(text("%(count)d proposals of towns wait for a decision.", count=waiting))
    found.closed_at, found.closed_by = func.now(), actor.name
    unanswered = [town.name for town in towns if not town.answered]
    trail.record(session, actor, "closed", SUBJECT, found.public_id, after={"unanswered": unanswered})
    session.flush()
    session.refresh(found)
    return found


def confirm_town(session: Session, actor: Actor, public_id: uuid.UUID, town: uuid.UUID) -> int:
    """Confirms every row of a town that nobody has answered yet; gives their number."""
    found = _open(session, actor, public_id, CONFIRM_GAZETTEER)
    town_id = unit_by_public_id(session, town, found.at).id
    answers = queries.town_answers(session, actor, found, CONFIRM_GAZETTEER)
    rows = [row for one in answers if one.unit_id == town_id for row in one.rows if row.answer is None]
    shown = _shown(session, actor, found, [row.unit_id for row in rows])
    for row in rows:
        _answered(row, "confirmed", actor, "", shown[row.unit_id])
    after = {"town": str(town), "rows": len(rows)}
    trail.record(session, actor, "confirmed", SUBJECT, found.public_id, after=after)
    session.flush()
    return len(rows)


def answer_row(session: Session, actor: Actor, public_id: uuid.UUID, answer: Answer) -> GazetteerReviewRow:
    """Confirms one row or proposes other values; what the town proposed before and nobody decided is replaced."""
    found = _open(session, actor, public_id, CONFIRM_GAZETTEER)
    row = queries.review_row(session, actor, found, answer.unit, CONFIRM_GAZETTEER, lock=True)
    _check_version(row.row_version, answer.row_version)
    now = queries.gazetteer_row(session, actor, CONFIRM_GAZETTEER, [row.unit_id], found.at, found.year)[0]
    wanted = _proposed(now, answer)
    for earlier in queries.proposals(session, [row.id]):
        if earlier.decision is None:
            _decided(earlier, "replaced", actor, "")
    for key, value in wanted.items():
        was = now.shown(fields()[key]).value or None
        session.add(GazetteerProposal(row_id=row.id, field=key, value=value, was=was, recorded_by=actor.name))
    note = answer.note.strip()[:1000]
    _answered(row, "corrected" if wanted or note else "confirmed", actor, note, _values(now))
    verb = "submitted" if wanted or note else "confirmed"
    trail.record(
        session, actor, verb, SUBJECT, found.public_id, after={"unit": now.name, "proposed": wanted, "note": note}
    )
    session.flush()
    return row


def decide(
    session: Session,
    actor: Actor,
    public_id: uuid.UUID,
    proposal: uuid.UUID,
    *,
    take: bool,
    reason: str,
    today: dt.date,
) -> GazetteerProposal:
    """Takes a proposal over into the cell, or declines it with a reason. What versions hold is only noted here."""
    found = _open(session, actor, public_id, EDIT_GAZETTEER)
    one, row = queries.proposal(session, found, proposal)
    now = queries.gazetteer_row(session, actor, EDIT_GAZETTEER, [row.unit_id], found.at, found.year)
    if not now:
        raise NotFound(text("There is no such proposal."))
    if one.decision is not None:
        raise RuleBroken(text("%(who)s has decided this proposal already.", who=one.decided_by))
    if not take and not reason.strip():
        raise FormInvalid({"reason": [text("Say why it is declined; the town reads it.")]})
    if take and one.field in entered_fields():
        _take_over(session, actor, found, one, now[0], today)
    _decided(one, "taken" if take else "declined", actor, reason.strip()[:500])
    after = {"unit": now[0].name, "field": one.field, "value": one.value, "decision": one.decision}
    trail.record(session, actor, "decided", SUBJECT, found.public_id, after=after)
    session.flush()
    return one


def _take_over(
    session: Session, actor: Actor, found: GazetteerReview, one: GazetteerProposal, now: GazetteerRow, today: dt.date
) -> None:
    edit = CellEdit(now.public_id, one.field, one.value or "", now.seen(one.field))
    source = f"{found.year} 年度核对：{one.recorded_by}"
    save_cells(session, actor, SaveCells(found.year, found.at, source, [edit], way="reviewed"), today)


def _open(session: Session, actor: Actor, public_id: uuid.UUID, permission: Permission) -> GazetteerReview:
    policy.require(actor, permission)
    found = queries.review(session, actor, public_id, permission, lock=True)
    if found.closed_at is not None:
        raise RuleBroken(text("This review is closed."))
    return found


def _units(session: Session, actor: Actor, district: int, at: dt.date, year: int) -> list[GazetteerRow]:
    return queries.gazetteer_rows(session, actor, EDIT_GAZETTEER, district, at, year)


def _asked(units: list[GazetteerRow]) -> list[tuple[int, int]]:
    """Town and unit of every row: a town answers for itself and its committees, the district for nobody."""
    towns = {one.id for one in units if one.level == 4}
    pairs = [(one.id if one.id in towns else one.parent_id, one.id) for one in units]
    return [(town, unit) for town, unit in pairs if town in towns and town is not None]


def _shown(
    session: Session, actor: Actor, found: GazetteerReview, unit_ids: list[int]
) -> Mapping[int, dict[str, object]]:
    rows = queries.gazetteer_row(session, actor, CONFIRM_GAZETTEER, unit_ids, found.at, found.year)
    return {row.id: _values(row) for row in rows}


def _values(row: GazetteerRow) -> dict[str, object]:
    return {key: row.shown(one).value for key, one in fields().items() if row.shown(one).value}


def _proposed(now: GazetteerRow, answer: Answer) -> dict[str, str | None]:
    """What differs from what stands there; raises `FormInvalid` by cell."""
    wanted: dict[str, str | None] = {}
    wrong: dict[str, list[object]] = {}
    for key, typed in answer.proposed.items():
        one = fields().get(key)
        if one is None or not (one.entered or key in REGISTER_TO_CORRECT) or not now.asked(one):
            continue
        try:
            value = read_cell(one, typed)
        except BadInput as error:
            wrong[cell_name(now.public_id, key)] = [error.message]
            continue
        if value != (now.shown(one).value or None):
            wanted[key] = value
    if wrong:
        raise FormInvalid(wrong)
    return wanted


def _answered(row: GazetteerReviewRow, answer: str, actor: Actor, note: str, shown: dict[str, object]) -> None:
    row.answer, row.note, row.shown = answer, note, shown
    row.answered_at, row.answered_by = func.now(), actor.name


def _decided(one: GazetteerProposal, decision: str, actor: Actor, reason: str) -> None:
    one.decision, one.reason, one.decided_at, one.decided_by = decision, reason, func.now(), actor.name


def _check_version(saved: int, seen: int) -> None:
    if saved != seen:
        raise Stale(text("Somebody else saved this while you had it open. Look at it as it is now."))
