"""Ground that went from a unit to another on a day, and how the ground of one giver was shared out on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

ENDING_EDGES = frozenset({"split_into", "merged_into", "abolished_into", "type_changed"})
"""The giver ends with them: all its ground goes."""

GROUND_EDGES = ENDING_EDGES | {"boundary_adjusted", "split_off"}
"""Edges between two units that carry ground; a unit that only gets another name, code, seat or parent keeps its own."""

ROUNDING = Fraction(1, 10**8)
"""Shares are kept with ten decimals: so much may a handful of them miss the whole by."""


@dataclass(frozen=True, slots=True)
class GroundEdge:
    """An edge of lineage by internal ids; `share` is the part of the giver's whole before that change, None: not known.

    `turn` tells several changes of one day apart, in the order in which they were carried out.
    """

    id: int
    kind: str
    source: int
    target: int
    on: dt.date
    share: Fraction | None
    turn: int = 0


@dataclass(frozen=True)
class Sharing:
    """One giver on one day: what each taker got, what it kept itself, what nobody was recorded to have taken.

    A share of None is not known. `over` says that the recorded shares come to more than the whole, so that none counts.
    """

    giver: int
    shares: Mapping[int, Fraction | None]
    edges: Mapping[int, tuple[int, ...]]
    """The edges by taker."""
    kept: Fraction | None
    lost: Fraction
    over: bool = False

    @property
    def whole(self) -> bool:
        """Whether all of it went to one taker: nothing is divided then."""
        return len(self.shares) == 1 and not self.kept and not self.lost and None not in self.shares.values()

    @property
    def takers(self) -> tuple[int, ...]:
        """Who holds its ground afterwards: whoever got some, and itself unless it kept nothing."""
        return (*self.shares, *(() if self.kept == 0 else (self.giver,)))

    @property
    def all_edges(self) -> tuple[int, ...]:
        """Every edge of the giver on the day."""
        return tuple(edge for edges in self.edges.values() for edge in edges)


def sharings(edges: Iterable[GroundEdge]) -> list[Sharing]:
    """The givers of one day, each with all its edges of that day."""
    by_giver: dict[int, list[GroundEdge]] = {}
    for edge in edges:
        if edge.kind in GROUND_EDGES and edge.source != edge.target:
            by_giver.setdefault(edge.source, []).append(edge)
    return [_shared(giver, mine) for giver, mine in by_giver.items()]


def _shared(giver: int, edges: Sequence[GroundEdge]) -> Sharing:
    ends = any(edge.kind in ENDING_EDGES for edge in edges)
    by_taker: dict[int, list[GroundEdge]] = {}
    for edge in edges:
        by_taker.setdefault(edge.target, []).append(edge)
    ids = {taker: tuple(edge.id for edge in mine) for taker, mine in by_taker.items()}
    shares = {taker: _sum(mine) for taker, mine in by_taker.items()}
    if ends and len(shares) == 1 and None in shares.values():
        shares = dict.fromkeys(shares, Fraction(1))  # Who ends and has one heir leaves it everything.
    given = sum((share for share in shares.values() if share is not None), Fraction(0))
    if given > 1 + ROUNDING:
        return Sharing(giver, dict.fromkeys(shares), ids, Fraction(0) if ends else None, Fraction(0), over=True)
    if None in shares.values():
        return Sharing(giver, shares, ids, Fraction(0) if ends else None, Fraction(0))
    if given > 1 or (ends and 1 - given <= ROUNDING):
        shares = {taker: (share or Fraction(0)) / given for taker, share in shares.items()} if given else shares
        given = Fraction(1)
    rest = 1 - given
    return Sharing(giver, shares, ids, Fraction(0) if ends else rest, rest if ends else Fraction(0))


def _sum(edges: Sequence[GroundEdge]) -> Fraction | None:
    """What one taker got by all its edges of the day; None when one of them does not say."""
    shares = [edge.share for edge in edges if edge.share is not None]
    return sum(shares, Fraction(0)) if len(shares) == len(edges) else None
