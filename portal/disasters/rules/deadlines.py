"""Deadlines: when a report is due, and how it stands against that. The hours are data (`report_deadlines.yaml`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.disasters.catalogue import Deadline


@dataclass(frozen=True)
class Standing:
    """A report against its deadline: `minutes` left, or past it when `late`. `done` once it was approved."""

    due_at: dt.datetime
    minutes: int
    late: bool
    done: bool

    @property
    def hours_minutes(self) -> tuple[int, int]:
        """The minutes as hours and minutes."""
        return divmod(self.minutes, 60)


def due_at(deadline: Deadline, occurred_at: dt.datetime) -> dt.datetime:
    """When a report is due; the only clock that deadlines count from so far is the disaster's own."""
    return occurred_at + dt.timedelta(minutes=deadline.minutes)


def standing(
    deadline: Deadline | None, occurred_at: dt.datetime | None, done_at: dt.datetime | None, now: dt.datetime
) -> Standing | None:
    """How a report stands at `now`, or stood when it was done; None without a deadline or a time to count from."""
    if deadline is None or occurred_at is None:
        return None
    due = due_at(deadline, occurred_at)
    left = due - (done_at or now)
    minutes = int(abs(left.total_seconds()) // 60)
    return Standing(due, minutes, late=left < dt.timedelta(0), done=done_at is not None)
