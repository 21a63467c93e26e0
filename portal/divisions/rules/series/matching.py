"""From one list to the next: which rows are certain, what is asked of the others, and what is proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.divisions.rules.series.digits import region
from portal.divisions.rules.series.names import is_part_of, likeness, normalised, numbered, stem
from portal.divisions.rules.series.questions import (
    ARRIVED,
    LEFT,
    Answer,
    Proposal,
    Question,
    Settled,
)
from portal.divisions.rules.series.scoring import Seen, fit, parent_digits, surroundings
from portal.kernel.i18n.text import text

Rows = Mapping[str, Seen]
Decide = Callable[[Question], Settled]
Ended = Mapping[tuple[str, str, str], object]
"""Units that earlier lists had: by code, plain name and kind."""
MERGES = 0.5
"""Likeness from which on a neighbour is proposed as heir."""


@dataclass
class Step:
    """What happened from one list to the next, by code; `arrived` and `left` are in the order of the lists."""

    certain: list[str] = field(default_factory=list)
    """Codes whose unit is the same under the same name."""
    arrived: list[Settled] = field(default_factory=list)
    left: list[Settled] = field(default_factory=list)


def match(list_key: str, before: Rows, after: Rows, ended: Ended, decide: Decide) -> Step:
    """Compares two lists; what is undecided goes on with its proposal, so that one run finds every question."""
    step = Step([code for code, row in after.items() if code in before and _certain(before[code], row)])
    sure = set(step.certain)
    gone = {code: row for code, row in before.items() if code not in sure}
    come = {code: row for code, row in after.items() if code not in sure}
    proposed = _proposals(gone, come, before, ended)
    for code, row in come.items():
        step.arrived.append(decide(_arrival(list_key, row, gone, proposed[code])))
    taken = {code for one in step.arrived if one.answer.edge != "returned" for code in one.answer.others}
    for code, row in gone.items():
        if code not in taken:
            step.left.append(decide(Question(list_key, LEFT, code, row.name, _departure(row, after))))
    return step


def _certain(before: Seen, after: Seen) -> bool:
    return before.kind == after.kind and before.plain == after.plain


def _arrival(list_key: str, row: Seen, gone: Rows, proposal: Proposal) -> Question:
    was = gone[row.code].name if row.code in gone else None
    return Question(list_key, ARRIVED, row.code, row.name, proposal, was)


def _proposals(gone: Rows, come: Rows, before: Rows, ended: Ended) -> dict[str, Proposal]:
    """By code of what arrived: the best fit, each unit before given to one only, else where it may come from."""
    found: dict[str, Proposal] = {}
    taken: set[str] = set()
    for proposal, code in sorted(_fits(gone, come), key=lambda one: (-one[0].sure, one[1])):
        (other,) = proposal.answer.others
        if code not in found and other not in taken:
            found[code] = proposal
            taken.add(other)
    within = _by_parent(before)
    for code, row in come.items():
        if code not in found:
            found[code] = _returned(row, ended) or _split(row, within, gone, taken) or _set_up()
    return found


def _fits(gone: Rows, come: Rows) -> Iterator[tuple[Proposal, str]]:
    around = surroundings(gone.values(), come.values())
    by_region: dict[str, list[Seen]] = defaultdict(list)
    for row in gone.values():
        by_region[region(row.code)].append(row)
    for code, row in come.items():
        for candidate in _candidates(row, by_region, gone):
            proposal = fit(candidate, row, around)
            if proposal is not None:
                yield proposal, code


def _candidates(row: Seen, by_region: Mapping[str, Sequence[Seen]], gone: Rows) -> Iterator[Seen]:
    """Those of the region that share name, stem or code; of other levels too, for a town may become a city."""
    for one in by_region.get(region(row.code), ()):
        if one.code == row.code or stem(one.name) == stem(row.name):
            yield one


def _by_parent(rows: Rows) -> Mapping[str, Sequence[Seen]]:
    found: dict[str, list[Seen]] = defaultdict(list)
    for row in rows.values():
        found[parent_digits(row.code)].append(row)
    return found


def _returned(row: Seen, ended: Ended) -> Proposal | None:
    if (row.code, row.plain, row.kind) not in ended:
        return None
    return Proposal(Answer("returned"), 0.8, text("An earlier list had it under the same code and name."))


def _split(row: Seen, within: Mapping[str, Sequence[Seen]], gone: Rows, taken: set[str]) -> Proposal | None:
    beside = [one for one in within.get(parent_digits(row.code), ()) if one.code not in taken and one.code != row.code]
    wholes = [one for one in beside if is_part_of(row.name, one.name)]
    for whole in sorted(wholes, key=lambda one: (one.code not in gone, -len(stem(one.name)))):
        if whole.code in gone:
            reason = text("Its name is that of %(name)s, which ended, with a number behind it.", name=whole.name)
            return Proposal(Answer("split_into", (whole.code,)), 0.9, reason)
        reason = text("Its name is that of %(name)s, which goes on, with a number behind it.", name=whole.name)
        return Proposal(Answer("split_off", (whole.code,)), 0.7, reason)
    return _sibling(row, beside, gone)


def _sibling(row: Seen, beside: Sequence[Seen], gone: Rows) -> Proposal | None:
    """A row with a number beside others of the same name and another number: from the last of them."""
    base = numbered(row.name)
    same = [one for one in beside if base is not None and numbered(one.name) == base and one.code not in gone]
    if not same:
        return None
    last = max(same, key=lambda one: one.code)
    reason = text("Its name continues the numbers of %(name)s; from which of them it came is a guess.", name=last.name)
    return Proposal(Answer("split_off", (last.code,)), 0.5, reason)


def _set_up() -> Proposal:
    return Proposal(Answer("set_up"), 0.5, text("Neither name nor code says where it came from."))


def _departure(row: Seen, after: Rows) -> Proposal:
    heirs = [one for one in after.values() if parent_digits(one.code) == parent_digits(row.code)]
    alike = [one for one in heirs if one.level == row.level and likeness(one.name, row.name) >= MERGES]
    if not alike:
        return Proposal(Answer("abolished"), 0.5, text("No unit beside it bears a name like it."))
    best = max(alike, key=lambda one: (likeness(one.name, row.name), -abs(int(one.code) - int(row.code))))
    reason = text("%(name)s beside it bears a name like it.", name=best.name)
    sure = 0.7 if stem(best.name) == stem(row.name) else 0.4
    return Proposal(Answer("merged_into", (best.code,)), sure, reason)


def plain_key(row: Seen) -> tuple[str, str, str]:
    """By which a unit that ended is known again."""
    return (row.code, normalised(row.name), row.kind)
