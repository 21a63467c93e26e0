"""Changes are entered in the order of time: what is on record for later days would contradict an earlier change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from portal.divisions.rules.changes.content import Action, Content
from portal.divisions.rules.changes.finding import Finding, error
from portal.divisions.rules.changes.shares import PlannedMove
from portal.divisions.rules.changes.situation import Situation
from portal.kernel.i18n.text import text


def check_order(content: Content, situation: Situation, moves: Sequence[PlannedMove]) -> Iterator[Finding]:
    """Units of the file of which something later is on record, those whose ground follows, children still to come."""
    names = names_of(content, situation)
    for key in dict.fromkeys(_touched(content)):
        if key in situation.later:
            yield _later(key, names, situation.later[key])
    for key in dict.fromkeys(end for move in moves if move.derived for end in (move.source, move.target)):
        if key in situation.redrawn and key not in situation.later:
            yield _later(key, names, situation.redrawn[key])
    yield from _to_come(content, situation, names)


def names_of(content: Content, situation: Situation) -> dict[str, str]:
    """What the units of a file are called in sentences about it, by key."""
    names = {key: unit.name for key, unit in situation.units.items()}
    names |= {one.key: one.name for one in situation.absent}
    return names | {one.unit: str(one.said["name"]) for one in content.units if one.said.get("name")}


def _touched(content: Content) -> Iterator[str]:
    yield from (one.unit for one in content.units)
    yield from (end for move in content.moves for end in (move.source, move.target))
    yield from (one.parent for one in content.units if one.parent)


def _later(key: str, names: Mapping[str, str], day: dt.date) -> Finding:
    sentence = text(
        "For %(name)s something is on record from %(day)s on. Changes are entered in the order of "
        "time; correct the later entry first.",
        name=names.get(key) or key,
        day=day,
    )
    return error(sentence, key)


def _to_come(content: Content, situation: Situation, names: Mapping[str, str]) -> Iterator[Finding]:
    """A unit that ends would leave a child without a parent that comes to lie in it only later."""
    ending = (one.unit for one in content.units if one.action is Action.ABOLISH)
    for key in ending:
        for child in situation.to_come.get(key, ()):
            sentence = text(
                "%(name)s ends, but from %(day)s on %(child)s lies in it by what is on record.",
                name=names.get(key) or key,
                day=child.since,
                child=child.name,
            )
            yield error(sentence, key, child.key)
