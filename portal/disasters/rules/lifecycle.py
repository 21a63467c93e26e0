"""The way of a report: draft → submitted → returned or approved; a returned one is submitted again as a new version."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from portal.disasters.rules.clock import said
from portal.disasters.rules.limits import too_long
from portal.errors import FormInvalid, RuleBroken
from portal.kernel.i18n.text import Text, text


class Mode(enum.StrEnum):
    """Whether it happened. A drill runs the same rules and never enters a real total."""

    ACTUAL = "actual"
    EXERCISE = "exercise"


class Act(enum.StrEnum):
    """A step of a report, as it is written down."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class State(enum.StrEnum):
    """Where a report stands: what its last step made of it."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


@dataclass(frozen=True)
class Step:
    """What somebody did with a report, and when."""

    act: Act
    actor_name: str
    at: dt.datetime


AFTER: dict[tuple[State | None, Act], State] = {
    (None, Act.SUBMITTED): State.SUBMITTED,
    (State.RETURNED, Act.SUBMITTED): State.SUBMITTED,
    (State.SUBMITTED, Act.RETURNED): State.RETURNED,
    (State.SUBMITTED, Act.APPROVED): State.APPROVED,
}
"""All moves there are; None is a report that was never submitted."""


def state_after(last: Step | None, act: Act) -> State:
    """The state that an act leads to. Raises `RuleBroken` with who did what before."""
    state = State(last.act) if last else None
    if (state, act) not in AFTER:
        raise RuleBroken(_refusal(last))
    return AFTER[state, act]


def derived_state(acts: Sequence[str]) -> State | None:
    """The state that a history of acts leads to; None for no history, or an impossible one."""
    state: State | None = None
    for act in acts:
        state = AFTER.get((state, Act(act)))
        if state is None:
            return None
    return state


def check_reviewer(filers: Collection[int], reviewer: int | None) -> None:
    """Nobody approves their own report: raises `RuleBroken` where the reviewer filed any version of it."""
    if reviewer is not None and reviewer in filers:
        raise RuleBroken(text("You filed this report, so somebody else has to approve it."))


def check_version(seen: int | None, current: int) -> None:
    """A decision is about the version that was read: raises `RuleBroken` if there is a newer one."""
    if seen is not None and seen != current:
        raise RuleBroken(
            text("A new version, number %(number)d, was filed meanwhile. Please read it first.", number=current)
        )


def check_reason(reason: str) -> str:
    """The reason of a return, without blanks around it. Raises `FormInvalid` when there is none, or too much of it."""
    if not reason.strip():
        raise FormInvalid({"reason": [text("Say what has to be corrected, so that the officer knows what to do.")]})
    message = too_long("reason", reason)
    if message is not None:
        raise FormInvalid({"reason": [message]})
    return reason.strip()


def _refusal(last: Step | None) -> Text:
    if last is None:
        return text("This report was not submitted yet.")
    who = {"who": last.actor_name, "when": said(last.at)}
    sentences = {
        Act.SUBMITTED: text("%(who)s submitted this report on %(when)s.", **who),
        Act.RETURNED: text("%(who)s returned this report on %(when)s; it waits for a correction.", **who),
        Act.APPROVED: text("%(who)s approved this report on %(when)s. Nothing more can be done with it.", **who),
    }
    return sentences[last.act]
