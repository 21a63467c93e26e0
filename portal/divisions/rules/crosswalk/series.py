"""A series on new units: each old value goes to the new units by its weights, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor

from portal.divisions.rules.crosswalk.parts import Crosswalk, Pair
from portal.divisions.rules.crosswalk.reasons import Reason, Why

DECIMALS = 6
"""At least so many decimals a value that is no whole number is kept with."""

DIGITS = 60
"""Long numbers are added up without rounding."""

Number = int | float | Decimal


@dataclass(frozen=True)
class CarriedPart:
    """What a new unit gets of an old one: its original value, its weight, the part of the value. None: not known."""

    pair: Pair
    original: Number | None
    value: Number | None


@dataclass(frozen=True)
class CarriedUnit:
    """A new unit: what it comes to, or None with `reasons` when a part of it cannot be told; `known` is what can."""

    unit: int
    parts: tuple[CarriedPart, ...]
    value: Number | None
    known: Number
    reasons: frozenset[Reason]


@dataclass(frozen=True)
class Carried:
    """The series on the new units. `unplaced` is what of old values could not be placed, by old unit.

    Sum of originals = sum of `known` of all units + sum of `unplaced`, to the last digit.
    """

    units: tuple[CarriedUnit, ...]
    unplaced: Mapping[int, Number]


def carry(crosswalk: Crosswalk, series: Mapping[int, Number]) -> Carried:
    """Carries a series of amounts that add up. Whole numbers stay whole, by the largest remainder of each old unit.

    Keys are source units of the crosswalk; a key that is none raises `KeyError`. Floats are taken as they are written.
    """
    with localcontext(prec=DIGITS):
        return _carry(crosswalk, series)


def _carry(crosswalk: Crosswalk, series: Mapping[int, Number]) -> Carried:
    exact = {unit: _decimal(value) for unit, value in series.items()}
    whole = all(isinstance(value, int) for value in series.values())
    places = 0 if whole else max([DECIMALS, *(_places(value) for value in exact.values())])
    parts: dict[tuple[int, int], Number] = {}
    unplaced: dict[int, Number] = {}
    for source, value in exact.items():
        told = [pair for pair in crosswalk.pairs[source] if pair.weight is not None]
        shared = _shared(value, [pair.at_least for pair in told], places)
        parts |= {(source, pair.target): part for pair, part in zip(told, shared, strict=False)}
        if shared[-1] or source in crosswalk.remainders:
            unplaced[source] = shared[-1]
    return Carried(tuple(_units(crosswalk, series, parts)), unplaced)


def _units(
    crosswalk: Crosswalk, series: Mapping[int, Number], parts: Mapping[tuple[int, int], Number]
) -> list[CarriedUnit]:
    targets = dict.fromkeys(pair.target for source in series for pair in crosswalk.pairs[source])
    return [_unit(target, crosswalk, series, parts) for target in targets]


def _unit(
    target: int, crosswalk: Crosswalk, series: Mapping[int, Number], parts: Mapping[tuple[int, int], Number]
) -> CarriedUnit:
    made: list[CarriedPart] = []
    reasons: set[Reason] = set()
    for pair in crosswalk.by_target[target]:
        value = parts.get((pair.source, target))
        made.append(CarriedPart(pair, series.get(pair.source), value))
        reasons |= pair.reasons
        if pair.source not in series:
            reasons.add(Reason(Why.VALUE_MISSING, pair.source))
    reasons |= {why for why in crosswalk.origins.get(target, ()) if why.why is not Why.NEW_GROUND}
    known: Number = sum((part.value for part in made if part.value is not None), start=0)
    return CarriedUnit(target, tuple(made), None if reasons else known, known, frozenset(reasons))


def _shared(value: Decimal, weights: Sequence[Fraction], places: int) -> list[Number]:
    """A value shared out in steps of 10^-places; the last part is what no weight takes. The parts add up exactly."""
    step = 10**places
    sign, total = (-1 if value < 0 else 1), int(abs(value) * step)
    wanted = [weight * total for weight in (*weights, 1 - sum(weights, Fraction(0)))]
    given = [floor(part) for part in wanted]
    first = sorted(range(len(wanted)), key=lambda place: (given[place] - wanted[place], place))
    for place in first[: total - sum(given)]:
        given[place] += 1
    return [sign * part if not places else Decimal(sign * part).scaleb(-places) for part in given]


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
