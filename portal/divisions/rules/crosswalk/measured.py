"""Weights measured from the outlines of both days, where lineage does not tell them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from portal.divisions.rules.crosswalk.parts import Crosswalk, Pair, crosswalk_of
from portal.divisions.rules.crosswalk.reasons import Reason, Why

SLIVER = 0.001
"""Less of a unit in another one is two drawings of one line, unless lineage says that ground went there."""

COVERED = 0.995
"""From so much on the measured parts count as the whole unit."""


@dataclass(frozen=True)
class Measured:
    """Areas in m²: of source units, and of what two units have in common.

    `undrawn` are source units whose outline is one and the same on both days: what went was never drawn.
    """

    held: Mapping[int, float]
    common: Mapping[tuple[int, int], float]
    undrawn: frozenset[int] = frozenset()


def by_shapes(told: Crosswalk, measured: Measured) -> Crosswalk:
    """The same crosswalk with the weights of changed units measured; the others stay as they are."""
    changed = told.changed
    pairs: list[Pair] = []
    why: dict[int, frozenset[Reason]] = {}
    parts = _by_source(measured.common)
    for source, known in told.pairs.items():
        if source not in changed:
            pairs += known
            continue
        if source in measured.undrawn:
            pairs += _untold(source, known)
            continue
        found = list(_measured(source, known, parts.get(source, {}), measured.held.get(source)))
        pairs += found
        if sum((pair.at_least for pair in found), Fraction(0)) != 1:
            why[source] = frozenset({Reason(Why.NOT_COVERED if found else Why.NO_SHAPE, source)})
    reached = {pair.target for pair in pairs}
    origins = {target: reasons for target, reasons in told.origins.items() if target not in reached}
    return crosswalk_of(told.pairs, pairs, why, origins)


def _untold(source: int, known: Iterable[Pair]) -> list[Pair]:
    reasons = frozenset({Reason(Why.SHAPE_SAME, source)})
    return [Pair(source, pair.target, None, Fraction(0), reasons, pair.via) for pair in known]


def _by_source(common: Mapping[tuple[int, int], float]) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = {}
    for (source, target), area in common.items():
        found.setdefault(source, {})[target] = area
    return found


def _measured(source: int, known: Iterable[Pair], areas: Mapping[int, float], held: float | None) -> Iterator[Pair]:
    told = {pair.target: pair for pair in known}
    if not held:
        return
    kept = {
        target: Fraction(area) for target, area in areas.items() if area > 0 and _counts(target in told, area / held)
    }
    whole = sum(kept.values(), Fraction(0))
    divisor = whole if whole >= COVERED * held else Fraction(held)
    for target, area in kept.items():
        via = told[target].via if target in told else frozenset()
        yield Pair(source, target, area / divisor, area / divisor, frozenset(), via)


def _counts(told: bool, share: float) -> bool:
    return told or share >= SLIVER
