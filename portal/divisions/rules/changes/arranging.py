"""Arranging what a change file says: units and moves that come in and go out, children that find a new parent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from portal.divisions.rules.changes.content import NEW_PREFIX, Action, Content, MoveEntry, UnitEntry


def with_new(content: Content) -> Content:
    """One more unit that is born; it gets the next free number."""
    taken = {entry.unit for entry in content.units}
    key = next(f"{NEW_PREFIX}{number}" for number in count(1) if f"{NEW_PREFIX}{number}" not in taken)
    return replace(content, units=(*content.units, UnitEntry(key, Action.NEW)))


def with_unit(content: Content, key: str, action: Action) -> Content:
    """A unit that changes or ends; one that is there already becomes what is said now."""
    known = content.entry(key)
    if known is None:
        return replace(content, units=(*content.units, UnitEntry(key, action)))
    return with_entry(content, replace(known, action=action))


def with_entry(content: Content, entry: UnitEntry) -> Content:
    """The file with what it says of one unit in the place where it was said, or at the end."""
    if content.entry(entry.unit) is None:
        return replace(content, units=(*content.units, entry))
    return replace(content, units=tuple(entry if one.unit == entry.unit else one for one in content.units))


def without_unit(content: Content, key: str) -> Content:
    """The file without a unit, the ground it gives and takes, and those who were to lie in it."""
    units = (one for one in content.units if one.unit != key)
    kept = [one if one.parent != key else replace(one, parent=None) for one in units]
    moves = tuple(move for move in content.moves if key not in (move.source, move.target))
    return Content(tuple(one for one in kept if _says_something(one, moves)), moves)


def with_move(content: Content, move: MoveEntry) -> Content:
    """The file with a move; one between the same two is replaced."""
    others = tuple(one for one in content.moves if (one.source, one.target) != (move.source, move.target))
    return replace(content, moves=(*others, move))


def without_move(content: Content, place: int) -> Content:
    """The file without the move at a place of its list."""
    return replace(content, moves=tuple(move for index, move in enumerate(content.moves) if index != place))


def with_child(content: Content, key: str, parent: str | None) -> Content:
    """A child goes to another parent; None takes back what was said of its parent."""
    known = content.entry(key)
    if parent is not None:
        return with_entry(content, replace(known or UnitEntry(key, Action.AMEND), parent=parent))
    if known is None:
        return content
    stays = replace(known, parent=None)
    return with_entry(content, stays) if _says_something(stays, content.moves) else _dropped(content, key)


def with_children(content: Content, keys: Iterable[str], parent: str) -> Content:
    """All these children go to one parent."""
    for key in keys:
        content = with_child(content, key, parent)
    return content


def only_moves(entry: UnitEntry) -> bool:
    """Whether a file says of a unit nothing but in which other one it lies from now on."""
    plain = not entry.said and not entry.codes and entry.shape is None
    return entry.action is Action.AMEND and entry.parent is not None and plain


def _dropped(content: Content, key: str) -> Content:
    return replace(content, units=tuple(one for one in content.units if one.unit != key))


def _says_something(entry: UnitEntry, moves: Iterable[MoveEntry]) -> bool:
    """An amended unit of which nothing is said any more goes out of the file."""
    if entry.action is not Action.AMEND:
        return True
    moved = any(entry.unit in (move.source, move.target) for move in moves)
    return bool(entry.said or entry.codes or entry.shape or entry.parent or moved)
