"""The way of a change file: draft → applied → approved → effective → completed, or rejected, or withdrawn.

Every step is a verb with a day. The file's content may be edited until it is effective.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from portal.divisions.rules.changes.authorities import Proposal, check_authority
from portal.divisions.rules.changes.clocks import extendable_until
from portal.errors import FormInvalid, RuleBroken
from portal.kernel.i18n.text import Text, text


class State(enum.StrEnum):
    """How far a file is; the words of `models.ChangeState`."""

    DRAFT = "draft"
    APPLIED = "applied"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Step(enum.StrEnum):
    """What is done with a file, in the order in which it is offered."""

    APPLY = "apply"
    APPROVE = "approve"
    CARRY_OUT = "carry_out"
    ANNOUNCE = "announce"
    PUBLISH_CODES = "publish_codes"
    FILE = "file"
    EXTEND = "extend"
    COMPLETE = "complete"
    REJECT = "reject"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class StepRule:
    """From which states a step goes, to which (None: it stays), which date it sets and which it cannot precede."""

    sources: frozenset[State]
    target: State | None
    sets: str | None
    after: tuple[str, ...] = ()
    note_needed: bool = False
    ahead: bool = False
    """Whether the day may lie in the future."""


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""Any other day is a slip of the hand; clocks could not be counted from the last ones of the calendar."""

DECIDED = _from(State.APPROVED, State.EFFECTIVE, State.COMPLETED)
EDITABLE = _from(State.DRAFT, State.APPLIED, State.APPROVED)
"""States in which what a file says of units may be changed."""

STEPS: Mapping[Step, StepRule] = {
    Step.APPLY: StepRule(_from(State.DRAFT), State.APPLIED, "applied_on"),
    Step.APPROVE: StepRule(_from(State.APPLIED), State.APPROVED, "approved_on", ("applied_on",)),
    Step.CARRY_OUT: StepRule(_from(State.APPROVED), State.EFFECTIVE, "effective_on", ("approved_on",), ahead=True),
    Step.ANNOUNCE: StepRule(DECIDED, None, "announced_on", ("approved_on",)),
    Step.PUBLISH_CODES: StepRule(DECIDED, None, "code_published_on", ("approved_on",)),
    Step.FILE: StepRule(DECIDED, None, "filed_on", ("approved_on",)),
    Step.EXTEND: StepRule(
        _from(State.APPROVED, State.EFFECTIVE), None, "extended_on", ("approved_on",), note_needed=True
    ),
    Step.COMPLETE: StepRule(_from(State.EFFECTIVE), State.COMPLETED, "completed_on", ("effective_on",)),
    Step.REJECT: StepRule(_from(State.APPLIED), State.REJECTED, None, ("applied_on",), note_needed=True),
    Step.WITHDRAW: StepRule(
        _from(State.DRAFT, State.APPLIED, State.APPROVED), State.WITHDRAWN, None, ("applied_on",), note_needed=True
    ),
}
DATES = tuple(rule.sets for rule in STEPS.values() if rule.sets)
"""Columns of the dates that steps set."""


@dataclass(frozen=True)
class FileFacts:
    """What the steps look at: the state, the dates by column, and how the decision is documented."""

    state: State
    dates: Mapping[str, dt.date | None]
    document_number: str = ""
    document_authority: str = ""
    authority: str | None = None
    authority_reason: str = ""


def possible_steps(facts: FileFacts) -> list[Step]:
    """Steps that may be taken now, in the order in which they are offered."""
    return [step for step in Step if facts.state in STEPS[step].sources and not _done(step, facts)]


def after_step(
    facts: FileFacts, step: Step, on: dt.date, today: dt.date, *, note: str = "", proposal: Proposal | None = None
) -> FileFacts:
    """The file after a step that was taken on a day.

    Raises `RuleBroken` when the step is not possible in this state, `FormInvalid` by field (`on`, `note`,
    `document_number`, `document_authority`, `authority`, `authority_reason`) when something is missing or contradicts.
    """
    rule = STEPS[step]
    if facts.state not in rule.sources:
        raise RuleBroken(_impossible(facts.state))
    if _done(step, facts):
        raise RuleBroken(text("This step was taken already, on %(day)s.", day=facts.dates[rule.sets or ""]))
    _check_day(facts, rule, on, today)
    if rule.note_needed and not note.strip():
        raise FormInvalid({"note": [_note_wanted(step)]})
    if step is Step.APPROVE:
        _check_decision(facts, proposal)
    if step is Step.CARRY_OUT:
        _check_still_decided(facts, proposal or Proposal(facts.authority))
    if step is Step.EXTEND:
        _check_extension(facts, on)
    dates = {**facts.dates, rule.sets: on} if rule.sets else dict(facts.dates)
    return replace(facts, state=rule.target or facts.state, dates=dates)


def _done(step: Step, facts: FileFacts) -> bool:
    """A step that leaves the state as it is can be taken once; the others are guarded by the state."""
    rule = STEPS[step]
    return rule.target is None and rule.sets is not None and facts.dates.get(rule.sets) is not None


def is_thinkable(day: dt.date) -> bool:
    """Whether a change can have to do with a day at all."""
    return FIRST_DAY <= day <= LAST_DAY


def _check_day(facts: FileFacts, rule: StepRule, on: dt.date, today: dt.date) -> None:
    if not is_thinkable(on):
        raise FormInvalid({"on": [text("Nobody means the year %(year)s; check the day.", year=on.year)]})
    if on > today and not rule.ahead:
        raise FormInvalid({"on": [text("This day lies in the future.")]})
    for column in rule.after:
        earlier = facts.dates.get(column)
        if earlier is not None and on < earlier:
            raise FormInvalid({"on": [_TOO_EARLY[column](earlier)]})


def _check_decision(facts: FileFacts, proposal: Proposal | None) -> None:
    missing: dict[str, list[Text]] = {}
    if not facts.document_number.strip():
        missing["document_number"] = [text("Enter the number of the approval document.")]
    if not facts.document_authority.strip():
        missing["document_authority"] = [text("Enter who issued the approval document.")]
    if missing:
        raise FormInvalid(missing)
    check_authority(proposal or Proposal(None), facts.authority, facts.authority_reason)


def _check_still_decided(facts: FileFacts, proposal: Proposal) -> None:
    """The head and what the file says of units may have been edited since its approval."""
    if not facts.dates.get("approved_on") or not facts.document_number.strip() or not facts.document_authority.strip():
        raise RuleBroken(text("Day, number or issuer of the approval are missing in the head of the file."))
    if not proposal.accepts(facts.authority or "") and not facts.authority_reason.strip():
        why = text("For what the file says now another authority is proposed; give the reason in the head of the file.")
        raise RuleBroken(why)


def _check_extension(facts: FileFacts, on: dt.date) -> None:
    approved = facts.dates.get("approved_on")
    last = extendable_until(approved) if approved else None
    if last is None:
        raise RuleBroken(text("No rule is known by which the time of this change could be extended."))
    if on > last:
        late = text("The time ended on %(day)s; it can be extended only before it ends.", day=last)
        raise FormInvalid({"on": [late]})


def _note_wanted(step: Step) -> Text:
    if step is Step.EXTEND:
        return text("Say who approved the extension, with the number of the document.")
    return text("Give the reason.")


def _impossible(state: State) -> Text:
    return {
        State.DRAFT: text("The file is a draft; this step comes later."),
        State.APPLIED: text("The file has been applied for and awaits its decision; this step is not possible now."),
        State.APPROVED: text("The change is approved and not yet effective; this step is not possible now."),
        State.EFFECTIVE: text("The change is effective already; this step is not possible any more."),
        State.COMPLETED: text("The change is completed; this step is not possible any more."),
        State.REJECTED: text("The application was rejected; nothing more is done with this file."),
        State.WITHDRAWN: text("The file was withdrawn; nothing more is done with it."),
    }[state]


_TOO_EARLY = {
    "applied_on": lambda day: text("This day is before the application of %(day)s.", day=day),
    "approved_on": lambda day: text("This day is before the approval of %(day)s.", day=day),
    "effective_on": lambda day: text("This day is before the effective day, %(day)s.", day=day),
}
