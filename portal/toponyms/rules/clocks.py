"""Legal clocks of an application: what is due until when, and how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.toponyms.catalogue import Clock


@dataclass(frozen=True)
class Hand:
    """How a clock stands: `waiting` (not begun), `running`, `overdue`, `done` or `late` (done after the last day).

    `left` are days to the last day, negative once it is over; of what is done, days it was early.
    """

    clock: Clock
    state: str
    due_on: dt.date | None = None
    done_on: dt.date | None = None
    left: int | None = None


def hands(
    clocks: Iterable[Clock], dates: Mapping[str, dt.date | None], act: str, by: str, today: dt.date
) -> list[Hand]:
    """The clocks that concern an application, as they stand today."""
    return [_hand(clock, dates, today) for clock in clocks if act in clock.acts and by in clock.by]


def _hand(clock: Clock, dates: Mapping[str, dt.date | None], today: dt.date) -> Hand:
    start, done = dates.get(clock.start), dates.get(clock.done)
    if start is None:
        return Hand(clock, "done" if done else "waiting", done_on=done)
    due = start + dt.timedelta(days=clock.days)
    left = (due - (done or today)).days
    if done is not None:
        return Hand(clock, "done" if left >= 0 else "late", due, done, left)
    return Hand(clock, "running" if left >= 0 else "overdue", due, None, left)
