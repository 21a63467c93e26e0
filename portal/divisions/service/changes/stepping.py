"""The steps of a change file. One of them, `carry_out`, changes the register; the others say how far the file is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.divisions.models import Change
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.queries.changes import content_of, last_step
from portal.divisions.queries.changes.files import subjects_of
from portal.divisions.rules.changes.authorities import propose_for, subject_of
from portal.divisions.rules.changes.lifecycle import DATES, FileFacts, State, Step, after_step
from portal.divisions.service.changes.announcing import announce, publish_codes
from portal.divisions.service.changes.carrying_out import carry_out
from portal.divisions.service.changes.commands import TakeStep
from portal.divisions.service.changes.drafting import fill_in
from portal.divisions.service.changes.keeping import keep_step, open_file
from portal.errors import FormInvalid, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text

LONGEST_NOTE = 1000


def take_step(session: Session, actor: Actor, command: TakeStep, today: dt.date) -> Change:
    """Takes one step.

    Raises `FormInvalid` by field, `RuleBroken` where the state or the plan forbids it (`ChangeRefused` names the
    divisions), and `Stale` with who did what meanwhile. Nothing is written then.
    """
    policy.require(actor, CHANGE_UNITS)
    step, on = Step(command.verb), command.on or today
    if len(command.note) > LONGEST_NOTE:
        raise FormInvalid({"note": [text("Too long; at most %(most)s characters.", most=LONGEST_NOTE)]})
    file = open_file(session, actor, command.public_id, command.row_version, command.facts)
    fill_in(file, command.facts)
    _settle(session, file, step, on, today, command.note)
    wrote = _do(session, actor, file, step, command, today)
    keep_step(session, actor, file, step.value, on=on, note=command.note, wrote=wrote)
    return file


def facts_of(file: Change) -> FileFacts:
    """The file as the rules of the steps look at it."""
    return FileFacts(
        State(file.state),
        {name: getattr(file, name) for name in DATES},
        file.document_number,
        file.document_authority,
        file.authority,
        file.authority_reason,
    )


def _settle(session: Session, file: Change, step: Step, on: dt.date, today: dt.date, note: str) -> None:
    content = content_of(file)
    # The rules of the day of the decision count, also for what takes effect under later ones.
    decided = on if step is Step.APPROVE else file.approved_on or on
    proposal = propose_for(file.kind, subject_of(content, subjects_of(session, content, on)), decided)
    facts = facts_of(file)
    after = after_step(facts, step, on, today, note=note, proposal=proposal)
    file.state = after.state.value
    for name, day in after.dates.items():
        setattr(file, name, day)


def _do(
    session: Session, actor: Actor, file: Change, step: Step, command: TakeStep, today: dt.date
) -> Mapping[str, object] | None:
    """What a step does to the register; gives what was written."""
    if step is Step.CARRY_OUT:
        return carry_out(session, actor, file, today).wrote
    carried = last_step(session, file, Step.CARRY_OUT.value)
    if step is Step.ANNOUNCE and carried is not None:
        announce(session, actor, file, today)
    if step is Step.PUBLISH_CODES:
        if carried is None and command.codes:
            raise RuleBroken(text("Codes go into the register when the change is effective."))
        return publish_codes(session, actor, file, command.codes, today) if command.codes else None
    return None
