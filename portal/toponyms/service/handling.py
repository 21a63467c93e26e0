"""The way of an application from the completeness check to the gazetteer."""

from __future__ import annotations

import dataclasses
import datetime as dt

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from portal.errors import FormInvalid, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import pick
from portal.toponyms.catalogue import materials_on, wording_on
from portal.toponyms.models import Application
from portal.toponyms.permissions import APPLY, HANDLE
from portal.toponyms.queries import applications
from portal.toponyms.rules.findings import as_json, from_json
from portal.toponyms.rules.judging import as_json as answers_as_json
from portal.toponyms.rules.judging import check_answers, check_findings, check_still
from portal.toponyms.rules.moves import Move, check_missing, check_move, move_of, target_of
from portal.toponyms.rules.particulars import refuse, wrong_text
from portal.toponyms.rules.proposal import check_note, check_step_day
from portal.toponyms.service.applying import add_step, check_may_edit, to_handle
from portal.toponyms.service.checking import findings_of
from portal.toponyms.service.commands import Judge, TakeStep
from portal.toponyms.service.deciding import enter_into_register

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('toponyms.decisions', 0))"
"""Decisions one at a time, so that two that are alike cannot pass each other."""


def judge(session: Session, actor: Actor, command: Judge, today: dt.date) -> Application:
    """Closes the checks: they run once more, a person answered every question, and nothing keeps the name out."""
    policy.require(actor, HANDLE)
    one = to_handle(session, actor, command.public_id, command.row_version)
    move = move_of("check")
    _check_step(session, one, move, command.on_date, command.note, today)
    if one.act != "cancelling":
        found = findings_of(session, one, today)
        one.findings = as_json(found)
        check_answers(command.answers, wording_on(today).judgements)
        check_findings(found, command.reason)
    one.judged, one.check_reason = answers_as_json(command.answers), command.reason
    return _move(session, actor, one, move, command.on_date, command.note)


def take_step(session: Session, actor: Actor, command: TakeStep, today: dt.date) -> Application:
    """Any step but the checks. Raises `RuleBroken` when it cannot follow, `FormInvalid` by field, `Stale`."""
    move = move_of(command.verb)
    policy.require(actor, APPLY if move.verb == "withdraw" else HANDLE)
    one = _opened(session, actor, command, move)
    _check_step(session, one, move, command.on_date, command.note, today)
    if move.verb == "check":
        raise RuleBroken(text("The checks are closed on their own page."))
    if move.verb == "complete":
        check_missing(missing_materials(session, one, today))
    if move.verb in ("approve", "refuse"):
        _decide(session, actor, one, command, today)
    if move.date is not None:
        setattr(one, move.date, command.on_date)
    return _move(session, actor, one, move, command.on_date, command.note)


def missing_materials(session: Session, one: Application, at: dt.date) -> list[str]:
    """Required papers that are neither scanned nor said to lie in the paper file."""
    there = {paper.item for paper in applications.documents_of(session, one.id)}
    return [pick(item.labels, "zh_Hans_CN") for item in materials_on(at) if item.flag and item.key not in there]


def _opened(session: Session, actor: Actor, command: TakeStep, move: Move) -> Application:
    if move.verb != "withdraw" or actor.may(HANDLE):
        return to_handle(session, actor, command.public_id, command.row_version)
    one = applications.application(session, actor, command.public_id, permission=APPLY, lock=True)
    check_may_edit(actor, one)
    return one


def _check_step(session: Session, one: Application, move: Move, on_date: dt.date, note: str, today: dt.date) -> None:
    check_move(move, one.state, filed=one.filed_on is not None, announced=one.announced_on is not None)
    check_note(note, needed=move.needs_note)
    earliest = one.decided_on if move.verb in ("file", "announce") else applications.last_day(session, one.id)
    check_step_day(on_date, earliest or one.received_on, today)


def _decide(session: Session, actor: Actor, one: Application, command: TakeStep, today: dt.date) -> None:
    number, authority = command.document_number, command.document_authority
    refuse(
        (field, message)
        for field, value in (("document_number", number), ("document_authority", authority))
        for message in wrong_text(field, value, required=command.verb == "approve")
    )
    one.document_number, one.document_authority = number, authority
    if command.verb == "approve":
        _approve(session, actor, one, command, today)


def _approve(session: Session, actor: Actor, one: Application, command: TakeStep, today: dt.date) -> None:
    session.execute(sql(LOCK))
    if one.findings is None and one.act != "cancelling":
        raise RuleBroken(text("The checks have not run for this name."))
    check_still(findings_of(session, one, today), from_json(one.findings or ()))
    one.decided_on, one.effective_on = command.on_date, command.effective_on or command.on_date
    if one.effective_on < one.decided_on:
        raise FormInvalid({"effective_on": [text("A name is not in force before its approval.")]})
    session.flush()
    one.name_id = enter_into_register(session, actor, one, dataclasses.replace(command), today)


def _move(session: Session, actor: Actor, one: Application, move: Move, on_date: dt.date, note: str) -> Application:
    one.state = target_of(move, announced=one.announced_on is not None and move.verb == "file")
    session.flush()
    add_step(session, actor, one, move.verb, on_date, note)
    return one
