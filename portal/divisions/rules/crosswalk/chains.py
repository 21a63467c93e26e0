"""Ground followed through any number of changes, day by day, from an earlier day to a later one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from portal.divisions.rules.crosswalk.edge import GroundEdge, Sharing, sharings
from portal.divisions.rules.crosswalk.parts import Crosswalk, Pair, crosswalk_of
from portal.divisions.rules.crosswalk.reasons import Reason, Why


@dataclass
class Held:
    """What a unit holds of an old one: a known part, and for `reasons` perhaps more."""

    known: Fraction = Fraction(0)
    reasons: frozenset[Reason] = frozenset()
    via: frozenset[int] = frozenset()
    even: bool = False

    def add(self, other: Held) -> None:
        """Puts two parts of the same old unit together."""
        self.known += other.known
        self.reasons |= other.reasons
        self.via |= other.via
        self.even = self.even or other.even


Holdings = dict[int, dict[int, Held]]
"""By the unit that holds, then by the old unit of which it holds something."""


def follow(
    old: Collection[int], new: Collection[int], edges: Iterable[GroundEdge], founded: Collection[int] = ()
) -> Crosswalk:
    """What part of each unit of the earlier day (`old`) lies in which unit of the later day (`new`).

    `edges` are those of the days after the earlier up to the later one, in any order; `founded` are units that were
    set up on ground of no other. Edges of one change happen at once: shares are of the giver as it was before it.
    Steps may be put together: the way to a day between, times the way from there, is the whole way.
    """
    return _Walk(old, new, founded).through(sorted(edges, key=lambda edge: (edge.on, edge.turn, edge.id)))


@dataclass
class _Walk:
    old: Collection[int]
    new: Collection[int]
    founded: Collection[int]
    holdings: Holdings = field(default_factory=dict)
    lost: dict[int, set[Reason]] = field(default_factory=lambda: defaultdict(set))
    foreign: dict[int, frozenset[Reason]] = field(default_factory=dict)
    """Units that hold ground which no old unit had, and why."""

    def through(self, edges: Iterable[GroundEdge]) -> Crosswalk:
        self.holdings = {unit: {unit: Held(Fraction(1))} for unit in self.old}
        self.foreign = {unit: frozenset({Reason(Why.NEW_GROUND, unit)}) for unit in self.founded}
        for _, at_once in groupby(edges, key=lambda edge: (edge.on, edge.turn)):
            self._step(sharings(at_once))
        return self._result()

    def _step(self, givers: Collection[Sharing]) -> None:
        """All givers at once; one that first came to be on this very day gives after those that gave to it."""
        ready = [one for one in givers if one.giver in self.holdings or one.giver in self.foreign]
        waiting = [one for one in givers if one.giver not in self.holdings and one.giver not in self.foreign]
        received = {taker for one in ready for taker in one.shares}
        if any(one.giver in received for one in waiting):
            self._give(ready)
            self._step(waiting)
        else:
            self._give(givers)

    def _give(self, givers: Iterable[Sharing]) -> None:
        arriving: list[tuple[int, int, Held]] = []
        strangers: list[tuple[int, frozenset[Reason]]] = []
        for sharing in givers:
            held = self.holdings.pop(sharing.giver, {})
            foreign = self.foreign.pop(sharing.giver, frozenset())
            if not held and not foreign:
                foreign = frozenset({Reason(Why.NO_ORIGIN, sharing.giver)})
            # Whose ground it was is only known of each piece when the giver was of one piece or goes as a whole.
            mixed = len(held) + bool(foreign) > 1 and not sharing.whole
            strangers += [(taker, foreign) for taker in sharing.takers if foreign]
            for origin, part in held.items():
                arriving += [(taker, origin, _handed(sharing, taker, part, mixed)) for taker in sharing.takers]
                if sharing.lost:
                    self.lost[origin].add(Reason(Why.NOT_ALL_GIVEN, sharing.giver))
        self._arrive(arriving, strangers)

    def _arrive(
        self, arriving: Iterable[tuple[int, int, Held]], strangers: Iterable[tuple[int, frozenset[Reason]]]
    ) -> None:
        for taker, origin, part in arriving:
            if part.known or part.reasons:
                self.holdings.setdefault(taker, {}).setdefault(origin, Held()).add(part)
        for taker, foreign in strangers:
            self.foreign[taker] = self.foreign.get(taker, frozenset()) | foreign

    def _result(self) -> Crosswalk:
        alive, pairs = set(self.new), []
        for unit, held in self.holdings.items():
            if unit in alive:
                pairs += [_pair(origin, unit, part) for origin, part in held.items()]
                continue
            for origin in held:
                self.lost[origin].add(Reason(Why.NO_SUCCESSOR, unit))
        origins = {unit: why for unit, why in self.foreign.items() if unit in alive}
        for unit in alive:
            if unit not in self.holdings and unit not in origins:
                origins[unit] = frozenset({Reason(Why.NO_ORIGIN, unit)})
        why = {origin: frozenset(reasons) for origin, reasons in self.lost.items()}
        return crosswalk_of(self.old, pairs, why, origins)


def _handed(sharing: Sharing, taker: int, part: Held, mixed: bool) -> Held:
    """What a taker gets of an old unit out of the giver's hands; the giver itself takes what it keeps."""
    share = sharing.kept if taker == sharing.giver else sharing.shares[taker]
    edges = frozenset(sharing.edges.get(taker, sharing.all_edges))
    if share is None:
        why = Why.SHARES_EXCEED if sharing.over else Why.SHARE_UNKNOWN
        unknown = frozenset(Reason(why, sharing.giver, edge) for edge in edges)
        return Held(Fraction(0), part.reasons | unknown, part.via | edges, part.even or mixed)
    reasons = part.reasons if share else frozenset()
    return Held(part.known * share, reasons, part.via | edges, part.even or (mixed and share != 1))


def _pair(origin: int, unit: int, part: Held) -> Pair:
    weight = None if part.reasons else part.known
    return Pair(origin, unit, weight, part.known, part.reasons, part.via, part.even)
