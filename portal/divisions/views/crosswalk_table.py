"""A crosswalk as the page shows it: old unit by old unit, each with its pairs and their sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from portal.divisions.exports.crosswalk import unchanged
from portal.divisions.queries.crosswalk import CrossUnit, OnTheWay
from portal.divisions.rebasing import Between
from portal.divisions.rules.crosswalk import Pair
from portal.kernel.i18n.text import Text


@dataclass(frozen=True)
class Line:
    """A row of the table. `kind` is `pair`, `left` (what cannot be placed) or `sum`; area in m²."""

    kind: str
    old: CrossUnit
    new: CrossUnit | None
    weight: Fraction | None
    at_least: Fraction
    area_m2: float | None
    people: float | None
    documents: list[OnTheWay]
    reasons: list[Text]
    even: bool = False


def grouped(found: Between, *, everything: bool) -> list[Line]:
    """The lines of all old units, in the order of their codes; without `everything` only where something changed."""
    return [line for source in found.crosswalk.pairs for line in _lines(found, source, everything)]


def percent(weight: Fraction | float) -> str:
    """A weight in percent with up to four decimals, such as 33.3333 %."""
    return f"{float(weight) * 100:.4f}".rstrip("0").rstrip(".") + " %"


def _lines(found: Between, source: int, everything: bool) -> Iterator[Line]:
    pairs = [pair for pair in found.crosswalk.pairs[source] if everything or not unchanged(found, pair)]
    lines = [_pair(found, pair) for pair in pairs]
    left = found.crosswalk.remainders.get(source)
    if left is not None and (left.part or not pairs):
        unit, reasons = found.sources[source], found.sentences(left.reasons)
        lines.append(Line("left", unit, None, None, left.part, None, None, [], reasons))
    yield from lines
    if sum(line.weight is not None for line in lines) > 1:
        yield _sum(lines)


def _pair(found: Between, pair: Pair) -> Line:
    area, people = found.amount(pair)
    reasons, documents = found.sentences(pair.reasons), found.documents_of(pair)
    old, new = found.sources[pair.source], found.targets[pair.target]
    return Line("pair", old, new, pair.weight, pair.at_least, area, people, documents, reasons, pair.even)


def _sum(lines: list[Line]) -> Line:
    known = sum((line.weight for line in lines if line.weight is not None), Fraction(0))
    areas, people = [line.area_m2 for line in lines], [line.people for line in lines]
    return Line("sum", lines[0].old, None, known, known, _total(areas), _total(people), [], [])


def _total(amounts: list[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
