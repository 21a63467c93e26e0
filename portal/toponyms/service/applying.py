"""Handing in applications and editing them until they are decided."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from portal.errors import Difference, Forbidden, FormInvalid, RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.toponyms.catalogue import kinds_on
from portal.toponyms.models import Application, ApplicationStep
from portal.toponyms.permissions import APPLY, HANDLE
from portal.toponyms.queries import applications, names
from portal.toponyms.rules.findings import as_json
from portal.toponyms.rules.moves import OPEN
from portal.toponyms.rules.proposal import DECISIVE, WORDS, Proposal, check_proposal
from portal.toponyms.service.checking import findings_of
from portal.toponyms.service.commands import EditApplication, Submit
from portal.toponyms.service.rows import position_of as columns_of_position
from portal.toponyms.service.trail import record_application
from portal.toponyms.service.wanted import position_of, unit_ids

COPIED = (
    *WORDS, "name", "unit_id", "name_id", "state", "findings", "check_reason", "judged", "completed_on", "decided_on",
    "effective_on", "filed_on", "announced_on", "entered_on", "document_number", "document_authority",
    "original_geometry", "original_crs",
)  # fmt: skip


def submit(session: Session, actor: Actor, command: Submit, today: dt.date) -> Application:
    """Hands in an application. Raises `FormInvalid` by field, `NotFound` for a name outside the actor's divisions."""
    policy.require(actor, APPLY)
    check_proposal(command.said, kinds_on(today), today)
    name_id = _name_concerned(session, actor, command)
    [unit_id] = unit_ids(session, actor, APPLY, [(command.unit, command.said.received_on)], today)
    one = Application(recorded_by=actor.name, name_id=name_id, unit_id=unit_id, state="received")
    _write(one, command.said, columns_of_position(position_of(command.position)))
    session.add(one)
    session.flush()
    add_step(session, actor, one, "received", one.received_on, "")
    return one


def edit(session: Session, actor: Actor, command: EditApplication, today: dt.date) -> Application:
    """Edits what is not decided yet; the town as long as it is only received. Raises `FormInvalid` and `Stale`.

    Another name, kind or division takes the application back to before its checks.
    """
    policy.require(actor, APPLY)
    one = applications.application(session, actor, command.public_id, permission=APPLY, lock=True)
    check_may_edit(actor, one)
    check_proposal(command.said, kinds_on(today), today)
    if command.said.act != one.act:
        raise FormInvalid({"act": [text("What is applied for does not change; withdraw and apply anew.")]})
    [unit_id] = unit_ids(session, actor, APPLY, [(command.unit, command.said.received_on)], today)
    placed = columns_of_position(position_of(command.position))
    if one.row_version != command.row_version:
        raise _stale(one, command.said)
    if unit_id != one.unit_id or any(getattr(one, word) != getattr(command.said, word) for word in DECISIVE):
        one.findings, one.check_reason, one.judged = None, "", None
        one.state = "received" if one.state == "received" else "complete"
    one.unit_id = unit_id
    _write(one, command.said, placed)
    session.flush()
    add_step(session, actor, one, "edited", today, "")
    return one


def look(session: Session, actor: Actor, public_id: uuid.UUID, row_version: int, today: dt.date) -> Application:
    """Runs the checks and keeps what they found with the application."""
    policy.require(actor, HANDLE)
    one = to_handle(session, actor, public_id, row_version)
    if one.state not in OPEN:
        raise RuleBroken(text("This application is decided; nothing is checked any more."))
    one.findings = as_json(findings_of(session, one, today))
    session.flush()
    add_step(session, actor, one, "looked", today, "")
    return one


def to_handle(session: Session, actor: Actor, public_id: uuid.UUID, row_version: int) -> Application:
    """An application to handle, locked; raises `Stale` if it was saved since it was opened."""
    one = applications.application(session, actor, public_id, permission=HANDLE, lock=True)
    if one.row_version != row_version:
        raise Stale(text("Somebody else handled this application while you had it open. Look at it again."))
    return one


def check_may_edit(actor: Actor, one: Application) -> None:
    """Towns edit and withdraw what is only received; who handles applications may until the decision."""
    if one.state not in OPEN:
        raise RuleBroken(text("This application is decided and is not edited any more."))
    if one.state != "received" and not actor.may(HANDLE):
        raise Forbidden(text("The district is handling this application already; ask it for the change."))


def add_step(session: Session, actor: Actor, one: Application, step: str, on_date: dt.date, note: str) -> None:
    """Keeps what was done with the whole application as it is after it."""
    copy = {column: _plain(getattr(one, column)) for column in COPIED}
    row = ApplicationStep(
        application_id=one.id, step=step, to_state=one.state, on_date=on_date, note=note, copy=copy,
        recorded_by=actor.name,
    )  # fmt: skip
    session.add(row)
    told = {"name": one.name, "act": one.act, "state": one.state, "on": on_date, "note": note}
    record_application(session, actor, step, one.public_id, told)
    session.flush()


def _name_concerned(session: Session, actor: Actor, command: Submit) -> int | None:
    if (command.said.act == "naming") != (command.name is None):
        raise RuleBroken(text("Say which name on record is to be changed or cancelled."))
    if command.name is None:
        return None
    row = names.name_at(session, actor, command.name, command.said.received_on)
    if row.version.status == "cancelled":
        raise RuleBroken(text("This name is cancelled already."))
    if command.said.act == "renaming" and row.version.name == command.said.name:
        raise FormInvalid({"specific": [text("This is the name that it has.")]})
    return row.version.name_id


def _write(one: Application, said: Proposal, placed: dict[str, object]) -> None:
    for word in WORDS:
        setattr(one, word, getattr(said, word))
    for column, value in {**said.sounds, **placed, "name": said.name}.items():
        setattr(one, column, value)


def _stale(one: Application, said: Proposal) -> Stale:
    differences = [
        Difference(word, getattr(one, word), getattr(said, word))
        for word in WORDS
        if getattr(one, word) != getattr(said, word)
    ]
    return Stale(text("Somebody else saved this application while you had it open."), differences)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
