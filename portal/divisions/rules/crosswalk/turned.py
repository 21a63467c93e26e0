"""The way back in time: what part of a later unit lay in which earlier one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from portal.divisions.rules.crosswalk.parts import Crosswalk, Pair, crosswalk_of
from portal.divisions.rules.crosswalk.reasons import Reason, Why


def turned(forward: Crosswalk, later: Collection[int], sizes: Mapping[int, Fraction | float | int | None]) -> Crosswalk:
    """A crosswalk from the later day back to the earlier one, out of that from the earlier to the later.

    `sizes` are areas (m²) or people of the earlier units on the earlier day; the parts of a later unit are weighed by
    them. A later unit with one origin needs none. What cannot be weighed is told for none of its pairs.
    """
    pairs: list[Pair] = []
    why: dict[int, frozenset[Reason]] = {}
    for unit in later:
        origins = forward.by_target.get(unit, ())
        foreign = forward.origins.get(unit, frozenset())
        pairs += _back(origins, foreign, sizes)
        if foreign:
            why[unit] = foreign
    gone = {source: left.reasons for source, left in forward.remainders.items() if left.part or left.reasons}
    return crosswalk_of(later, pairs, why, gone)


def _back(
    origins: Sequence[Pair], foreign: frozenset[Reason], sizes: Mapping[int, Fraction | float | int | None]
) -> list[Pair]:
    if len(origins) == 1 and not foreign:
        return [_turn(origins[0], Fraction(1))]
    amounts = [_amount(pair, sizes.get(pair.source)) for pair in origins]
    known = [amount for amount in amounts if amount is not None]
    total = sum(known, Fraction(0))
    unsaid = foreign | {
        Reason(Why.SIZE_UNKNOWN, pair.source)
        for pair in origins
        if pair.weight is not None and not sizes.get(pair.source)
    }
    reasons = unsaid.union(*(pair.reasons for pair in origins))
    if len(known) < len(origins) or foreign or not total:
        return [_untold(pair, reasons) for pair in origins]
    return [_turn(pair, amount / total) for pair, amount in zip(origins, known, strict=True)]


def _amount(pair: Pair, size: Fraction | float | int | None) -> Fraction | None:
    return None if pair.weight is None or not size else pair.weight * Fraction(size)


def _turn(pair: Pair, weight: Fraction) -> Pair:
    return Pair(pair.target, pair.source, weight, weight, frozenset(), pair.via, pair.even and weight != 1)


def _untold(pair: Pair, reasons: frozenset[Reason]) -> Pair:
    return Pair(pair.target, pair.source, None, Fraction(0), reasons, pair.via, pair.even)
