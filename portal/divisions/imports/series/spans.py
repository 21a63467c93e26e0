"""The lives that lists tell, as spans of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from portal.divisions.rules import Span
from portal.divisions.rules.series import Life, Series
from portal.divisions.rules.series.scoring import Seen

V = TypeVar("V", bound=Hashable)


@dataclass(frozen=True)
class Told(Generic[V]):
    """What is so for a span; `place` is that of the list that says it first."""

    span: Span
    value: V
    place: int


@dataclass(frozen=True)
class State:
    """What a version says; the parent as a life, or the code of a unit that the lists do not have."""

    name: str
    kind: str
    level: int
    parent: Life | str | None


def states(series: Series, life: Life) -> list[Told[State]]:
    """Names, kinds and parents of a life, one span for as long as nothing changes."""
    return list(_told(series, life, lambda row, parent: State(row.name, row.kind, row.level, parent)))


def codes(series: Series, life: Life) -> list[Told[str]]:
    """The codes of a life."""
    return list(_told(series, life, lambda row, parent: row.code))


def _told(series: Series, life: Life, value: Callable[[Seen, Life | str | None], V]) -> Iterator[Told[V]]:
    begun: tuple[int, V] | None = None
    last = -1
    for place, (row, parent) in life.said.items():
        now = value(row, parent)
        if begun is not None and (place != last + 1 or now != begun[1]):
            yield Told(Span(_day(series, begun[0]), _day(series, last + 1)), begun[1], begun[0])
            begun = None
        begun = begun or (place, now)
        last = place
    if begun is not None:
        end = _day(series, last + 1) if last + 1 < len(series.lists) else None
        yield Told(Span(_day(series, begun[0]), end), begun[1], begun[0])


def _day(series: Series, place: int) -> dt.date:
    return series.lists[place].as_of


def without(told: Told[V], taken: Iterable[Span]) -> list[Told[V]]:
    """The parts of a span that others have not taken."""
    parts = [told.span]
    for other in taken:
        parts = [piece for part in parts for piece in _minus(part, other)]
    return [replace(told, span=part) for part in parts]


def common(one: Span, other: Span) -> Span | None:
    """The days that two spans share."""
    start = max(one.start, other.start)
    ends = [end for end in (one.end, other.end) if end is not None]
    end = min(ends) if ends else None
    return Span(start, end) if end is None or start < end else None


def _minus(part: Span, other: Span) -> Iterator[Span]:
    if common(part, other) is None:
        yield part
        return
    if part.start < other.start:
        yield Span(part.start, other.start)
    if other.end is not None and (part.end is None or other.end < part.end):
        yield Span(other.end, part.end)
