"""The way of an application, step by step: what may follow what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.errors import RuleBroken
from portal.kernel.i18n.text import Text, text

STATES = (
    "received",
    "complete",
    "checked",
    "surveyed",
    "consulted",
    "approved",
    "filed",
    "announced",
    "entered",
    "refused",
    "withdrawn",
)
OPEN = ("received", "complete", "checked", "surveyed", "consulted")
"""Before a decision: the content may still be edited."""

ENDED = ("entered", "refused", "withdrawn")


@dataclass(frozen=True)
class Move:
    """A verb: from which states, to which; whether a note must say what was found, and which date it fills in."""

    verb: str
    sources: tuple[str, ...]
    target: str
    needs_note: bool = False
    date: str | None = None


MOVES: Mapping[str, Move] = {
    move.verb: move
    for move in (
        Move("complete", ("received",), "complete", date="completed_on"),
        Move("check", ("complete", "checked"), "checked"),
        Move("survey", ("checked",), "surveyed", needs_note=True),
        Move("consult", ("surveyed",), "consulted", needs_note=True),
        Move("approve", ("consulted",), "approved", date="decided_on"),
        Move("refuse", ("complete", "checked", "surveyed", "consulted"), "refused", needs_note=True, date="decided_on"),
        Move("file", ("approved", "announced"), "filed", date="filed_on"),
        Move("announce", ("approved", "filed"), "announced", date="announced_on"),
        Move("enter", ("announced",), "entered", date="entered_on"),
        Move("withdraw", OPEN, "withdrawn", needs_note=True),
    )
}
WAY = ("complete", "check", "survey", "consult", "approve", "file", "announce", "enter")
"""The straight way, for the strip of steps."""


def move_of(verb: str) -> Move:
    """The move of a verb; raises `RuleBroken` for any other."""
    found = MOVES.get(verb)
    if found is None:
        raise RuleBroken(text("There is no such step."))
    return found


def check_move(move: Move, state: str, *, filed: bool, announced: bool) -> None:
    """Raises `RuleBroken` unless the step may follow now."""
    done = {"file": filed, "announce": announced}.get(move.verb, False)
    if state not in move.sources or done:
        raise RuleBroken(text("This step cannot follow now; the application has moved on. Open it again."))
    if move.verb == "enter" and not (filed and announced):
        raise RuleBroken(text("File the name and announce it before the application is closed."))


def target_of(move: Move, *, announced: bool) -> str:
    """The state after a step; a name that was announced before it was filed stays announced."""
    return "announced" if move.verb == "file" and announced else move.target


def possible(state: str, *, filed: bool, announced: bool) -> list[str]:
    """The verbs that may follow now."""
    found = []
    for move in MOVES.values():
        try:
            check_move(move, state, filed=filed, announced=announced)
        except RuleBroken:
            continue
        found.append(move.verb)
    return found


def check_missing(missing: Sequence[Text | str]) -> None:
    """Raises `RuleBroken` naming required materials that are not there."""
    if missing:
        names = "、".join(str(name) for name in missing)
        raise RuleBroken(text("These required materials are missing: %(names)s.", names=names))
