"""The way of an import from the file to the base, and back."""

from __future__ import annotations

from collections.abc import Mapping

from portal.errors import RuleBroken
from portal.kernel.i18n.text import text

MOVES: Mapping[str, frozenset[str]] = {
    "reading": frozenset({"asking", "refused", "cancelled"}),
    "asking": frozenset({"reading", "checking", "cancelled"}),
    "checking": frozenset({"asking", "previewed", "cancelled"}),
    "previewed": frozenset({"asking", "reading", "checking", "entering", "cancelled"}),
    "entering": frozenset({"done", "previewed", "asking"}),
    "done": frozenset({"undoing"}),
    "undoing": frozenset({"undone", "done"}),
    "undone": frozenset(),
    "refused": frozenset(),
    "cancelled": frozenset(),
}
"""What may follow each state."""


def check_move(state: str, to: str) -> None:
    """Raises `RuleBroken` when an import cannot go from one state to another."""
    if to not in MOVES.get(state, frozenset()):
        raise RuleBroken(text("This import has moved on meanwhile; look at it again."))
