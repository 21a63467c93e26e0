"""The statutory clocks of a change: until when, done when, and how late."""

from __future__ import annotations

import calendar
import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from portal.divisions.catalogue import Clock, clocks

MONTHS_A_YEAR = 12


class ClockState(enum.StrEnum):
    """How a clock stands."""

    WAITING = "waiting"
    RUNNING = "running"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done_late"


@dataclass(frozen=True)
class ClockFacts:
    """What the clocks are read from: dates of a change file by column, its kind and the level of what it is about."""

    kind: str
    level: int | None
    dates: Mapping[str, dt.date | None]


@dataclass(frozen=True)
class ClockReading:
    """A clock on a day. `days` are those left while it runs, those over when it is or was late, else None."""

    clock: Clock
    state: ClockState
    due_on: dt.date | None
    done_on: dt.date | None
    days: int | None
    extended: bool = False


def clock_strip(facts: ClockFacts, today: dt.date) -> list[ClockReading]:
    """Every clock that holds for the file, in order; `today` is a day in Shanghai."""
    return [_read(clock, facts, today) for clock in clocks() if _holds(clock, facts, today)]


def due_date(clock: Clock, start: dt.date, *, extended: bool = False) -> dt.date:
    """The last day on which it is not late."""
    if clock.months is None:
        return start + dt.timedelta(days=clock.days or 0)
    return add_months(start, clock.months + (clock.extension_months or 0 if extended else 0))


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def extendable_until(approved_on: dt.date) -> dt.date | None:
    """The last day on which the time to carry out a change approved on a day may be extended; None: no rule known."""
    clock = next((one for one in clocks() if one.extension_months and _in_force(one, approved_on)), None)
    return due_date(clock, approved_on) if clock else None


def _holds(clock: Clock, facts: ClockFacts, today: dt.date) -> bool:
    of_kind = clock.kinds is None or facts.kind in clock.kinds
    of_level = facts.level is None or facts.level in clock.levels
    return of_kind and of_level and _in_force(clock, facts.dates.get(clock.counted_from) or today)


def _in_force(clock: Clock, start: dt.date) -> bool:
    return clock.valid_from <= start and (clock.valid_to is None or start < clock.valid_to)


def _read(clock: Clock, facts: ClockFacts, today: dt.date) -> ClockReading:
    start, done = facts.dates.get(clock.counted_from), facts.dates.get(clock.done_by)
    if start is None:
        return ClockReading(clock, ClockState.WAITING, None, done, None)
    extended = bool(clock.extension_months and facts.dates.get("extended_on"))
    due = due_date(clock, start, extended=extended)
    over = ((done or today) - due).days
    if done is not None:
        state = ClockState.DONE_LATE if over > 0 else ClockState.DONE
        return ClockReading(clock, state, due, done, over if over > 0 else None, extended)
    state = ClockState.LATE if over > 0 else ClockState.RUNNING
    return ClockReading(clock, state, due, None, abs(over), extended)
