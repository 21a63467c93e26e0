"""Which units of the base the lives of a series are: by code, in the system, on the day."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

from portal.divisions.imports.series.spans import codes, common
from portal.divisions.queries.series import HeldCode
from portal.divisions.rules import Span
from portal.divisions.rules.series import Life, Series
from portal.errors import RuleBroken
from portal.kernel.i18n.text import text

FAR = dt.date(2200, 1, 1)
"""Stands for an open end when days are counted."""


class Bearers:
    """Who bears a code when, in the base."""

    def __init__(self, held: Sequence[HeldCode], system: str) -> None:
        self.system = system
        self.by_code: dict[str, list[HeldCode]] = defaultdict(list)
        for row in sorted(held, key=lambda row: row.system != system):  # Our own system is asked first.
            self.by_code[row.code].append(row)

    def during(self, code: str, span: Span) -> list[tuple[HeldCode, int]]:
        """The rows of a code that share days with a span, and how many."""
        found = []
        for row in self.by_code.get(code, ()):
            shared = common(span, Span(row.valid_from, row.valid_to))
            if shared is not None:
                found.append((row, ((shared.end or FAR) - shared.start).days))
        return found

    def bearer(self, code: str, span: Span) -> int | None:
        """The unit that bears a code at the beginning of a span, else later in it."""
        row = self._first(code, span)
        return None if row is None else row.unit_id

    def begins_later(self, code: str, span: Span) -> dt.date | None:
        """The day from which on the bearer is on record, where that is after the beginning of the span."""
        row = self._first(code, span)
        return row.valid_from if row is not None and row.valid_from > span.start else None

    def _first(self, code: str, span: Span) -> HeldCode | None:
        found = [row for row, _ in self.during(code, span)]
        return min(found, key=lambda row: max(row.valid_from, span.start), default=None)


def recognise(series: Series, bearers: Bearers) -> dict[Life, int]:
    """The unit of each life that is on record. Raises `RuleBroken` where two lives would be one unit, or one two."""
    known: dict[Life, int] = {}
    lives: dict[int, Life] = {}
    for life in series.lives:
        days = _days(series, life, bearers)
        if not days:
            continue
        (unit_id, _), *others = days.most_common()
        if unit_id in lives or any(_is_own(bearers, life, series, one) for one, _ in others):
            raise _contradiction(life)
        known[life] = unit_id
        lives[unit_id] = life
    return known


def _days(series: Series, life: Life, bearers: Bearers) -> Counter[int]:
    days: Counter[int] = Counter()
    for told in codes(series, life):
        for row, shared in bearers.during(told.value, told.span):
            days[row.unit_id] += shared
    return days


def _is_own(bearers: Bearers, life: Life, series: Series, unit_id: int) -> bool:
    """Whether another unit holds one of the life's codes in the very system of the lists."""
    return any(
        row.unit_id == unit_id and row.system == bearers.system
        for told in codes(series, life)
        for row, _ in bearers.during(told.value, told.span)
    )


def _contradiction(life: Life) -> RuleBroken:
    row, _ = next(iter(life.said.values()))
    return RuleBroken(
        text(
            "%(name)s (%(code)s) is decided otherwise than what is on record: its code belongs to another unit at that "
            "time, or one unit would have two heirs. Decide as before, or correct the register first.",
            name=row.name,
            code=row.code,
        )
    )
