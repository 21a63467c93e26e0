"""What a change means for each unit, as edges of its lineage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.divisions.rules.changes.content import Action, Content, UnitEntry
from portal.divisions.rules.changes.shares import PlannedMove
from portal.divisions.rules.changes.situation import Situation, UnitState


@dataclass(frozen=True)
class Edge:
    """An edge from a unit (None: from nothing) to a unit, by their keys in the file."""

    edge: str
    source: str | None
    target: str
    move: PlannedMove | None = None


def edges(
    content: Content, situation: Situation, moves: Sequence[PlannedMove], after: Mapping[str, UnitState]
) -> list[Edge]:
    """All edges of a file: what ground went where, what was set up from nothing, what else changed of a unit."""
    found = [Edge(_kind_of(move, content, situation, moves, after), move.source, move.target, move) for move in moves]
    targets = {move.target for move in moves}
    for entry in content.units:
        if entry.is_new and entry.unit not in targets:
            found.append(Edge("set_up", None, entry.unit))
        elif entry.action is Action.AMEND:
            found += _amended(entry, situation)
    return found


def _amended(entry: UnitEntry, situation: Situation) -> Iterator[Edge]:
    before = situation.units.get(entry.unit)
    if before is None:
        return
    if "name" in entry.said and entry.said["name"] != before.name:
        yield Edge("renamed", entry.unit, entry.unit)
    if any(before.codes.get(system) != code for system, code in entry.codes.items()):
        yield Edge("recoded", entry.unit, entry.unit)
    if "seat" in entry.said and entry.said["seat"] != before.seat:
        yield Edge("seat_moved", entry.unit, entry.unit)
    if entry.parent is not None and entry.parent != before.parent:
        yield Edge("resubordinated", entry.unit, entry.unit)


def _kind_of(
    move: PlannedMove,
    content: Content,
    situation: Situation,
    moves: Sequence[PlannedMove],
    after: Mapping[str, UnitState],
) -> str:
    """By whether the giver ends and the taker is new, and how many each has to do with."""
    takers = {one.target for one in moves if one.source == move.source and not one.derived}
    givers = {one.source for one in moves if one.target == move.target and not one.derived}
    ends, born = _ends(content, move.source), _born(content, move.target)
    if not ends:
        return "split_off" if born else "boundary_adjusted"
    if len(takers) > 1:
        return "split_into" if born else "abolished_into"
    if born and len(givers) == 1 and _kind(situation.units, move.source) != _kind(after, move.target):
        return "type_changed"
    return "merged_into"


def _kind(units: Mapping[str, UnitState], key: str) -> str | None:
    unit = units.get(key)
    return unit.kind if unit else None


def _ends(content: Content, key: str) -> bool:
    entry = content.entry(key)
    return entry is not None and entry.action is Action.ABOLISH


def _born(content: Content, key: str) -> bool:
    entry = content.entry(key)
    return entry is not None and entry.is_new
