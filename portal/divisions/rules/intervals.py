"""Half-open spans of days `[start, end)`; an end of None is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Span:
    """Days from `start` on, up to but without `end`."""

    start: dt.date
    end: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Whether a day lies within."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Dated(Generic[T]):
    """Something that was so for a span; `announced` says whether the public may know it yet."""

    span: Span
    value: T
    announced: bool = True


def at(rows: Iterable[Dated[T]], day: dt.date) -> T | None:
    """What holds on a day, or None."""
    return next((row.value for row in rows if row.span.holds(day)), None)


def cut(span: Span, days: Iterable[dt.date]) -> list[Span]:
    """The span cut at each of the days that lie inside it, in order."""
    inside = sorted({day for day in days if span.holds(day) and day != span.start})
    starts: list[dt.date] = [span.start, *inside]
    return [Span(start, end) for start, end in zip(starts, [*inside, span.end], strict=True)]


def edges(rows: Iterable[Dated[T]]) -> set[dt.date]:
    """The days on which one of the rows begins or ends."""
    return {day for row in rows for day in (row.span.start, row.span.end) if day is not None}


def publicly(rows: Sequence[Dated[T]]) -> list[Dated[T]]:
    """What the public sees of rows that follow each other: until a new one is announced the announced one goes on."""
    seen: list[Dated[T]] = []
    for row in sorted(rows, key=lambda row: row.span.start):
        if row.announced:
            seen.append(row)
        elif seen and seen[-1].span.end == row.span.start:
            seen[-1] = replace(seen[-1], span=Span(seen[-1].span.start, row.span.end))
    return seen


def going_on(rows: Sequence[Dated[T]], hidden: Collection[dt.date]) -> list[Dated[T]]:
    """Rows that follow each other, the last without its end where that is one of the hidden days."""
    if not rows or rows[-1].span.end not in hidden:
        return list(rows)
    return [*rows[:-1], replace(rows[-1], span=Span(rows[-1].span.start, None))]
