"""The outcome: pairs of units with their weights, and what of a unit cannot be placed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from portal.divisions.rules.crosswalk.reasons import Reason


@dataclass(frozen=True)
class Pair:
    """`weight` is the part of the source unit's area or people that lies in the target unit, from 0 to 1.

    The source is the unit of FROM and the target that of TO, whichever day is earlier. A weight of None cannot be told,
    for the `reasons`; at least `at_least` is known then. `via` are the edges of lineage on the way. `even` says that
    the ground on the way was mixed before it was divided, so that the weight supposes it was mixed evenly.
    """

    source: int
    target: int
    weight: Fraction | None
    at_least: Fraction
    reasons: frozenset[Reason] = frozenset()
    via: frozenset[int] = frozenset()
    even: bool = False


@dataclass(frozen=True)
class Remainder:
    """What of a source unit lies in no pair that could be told: 1 less the sum of what is known."""

    source: int
    part: Fraction
    reasons: frozenset[Reason]


@dataclass(frozen=True)
class Crosswalk:
    """Pairs by source unit, and the remainders of those whose weights do not come to 1."""

    pairs: Mapping[int, tuple[Pair, ...]]
    remainders: Mapping[int, Remainder] = field(default_factory=dict)
    origins: Mapping[int, frozenset[Reason]] = field(default_factory=dict)
    """Target units of which some ground came from no source that is known, and why."""

    def __iter__(self) -> Iterator[Pair]:
        return (pair for pairs in self.pairs.values() for pair in pairs)

    @cached_property
    def by_target(self) -> Mapping[int, tuple[Pair, ...]]:
        """The same pairs by target unit."""
        found: dict[int, list[Pair]] = {}
        for pair in self:
            found.setdefault(pair.target, []).append(pair)
        return {target: tuple(pairs) for target, pairs in found.items()}

    @property
    def changed(self) -> frozenset[int]:
        """Source units that did not simply stay the unit they are."""
        return frozenset(
            source
            for source, pairs in self.pairs.items()
            if source in self.remainders or any(pair.target != source or pair.weight != 1 for pair in pairs)
        )


def crosswalk_of(
    sources: Iterable[int],
    pairs: Iterable[Pair],
    why: Mapping[int, frozenset[Reason]],
    origins: Mapping[int, frozenset[Reason]],
) -> Crosswalk:
    """Orders pairs by source and works out the remainders; `why` are further reasons by source."""
    found: dict[int, list[Pair]] = {source: [] for source in sources}
    for pair in pairs:
        found[pair.source].append(pair)
    left: dict[int, Remainder] = {}
    for source, mine in found.items():
        reasons = why.get(source, frozenset()).union(*(pair.reasons for pair in mine))
        part = 1 - sum((pair.at_least for pair in mine), Fraction(0))
        if part or reasons:
            left[source] = Remainder(source, part, reasons)
    return Crosswalk({source: tuple(sorted(mine, key=_largest_first)) for source, mine in found.items()}, left, origins)


def _largest_first(pair: Pair) -> tuple[bool, Fraction, int]:
    return (pair.weight is None, -pair.at_least, pair.target)
