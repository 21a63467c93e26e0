"""What a month's progress and an acceptance of a basic management unit may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.errors import FormInvalid, RuleBroken
from portal.kernel.i18n.text import text

LONGEST_FACILITY, MOST_POSTS = 200, 10_000


@dataclass(frozen=True)
class ItemState:
    """How far an item is: what there is, how many posts are filled, since when it is open."""

    facility: str = ""
    posts: int | None = None
    opened_on: dt.date | None = None

    def plain(self) -> dict[str, object]:
        """As JSON."""
        return {
            "facility": self.facility,
            "posts": self.posts,
            "opened_on": self.opened_on and self.opened_on.isoformat(),
        }


def read_items(kept: Mapping[str, Any]) -> dict[str, ItemState]:
    """From the JSON of the base."""
    return {
        key: ItemState(row["facility"], row["posts"], row["opened_on"] and dt.date.fromisoformat(row["opened_on"]))
        for key, row in kept.items()
    }


def month_of(day: dt.date) -> dt.date:
    """The first day of its month."""
    return day.replace(day=1)


def check_month(month: dt.date, set_up_on: dt.date, today: dt.date) -> None:
    """Progress is told of months that have begun, from the month of the setting up on; raises `FormInvalid`."""
    if not month_of(set_up_on) <= month <= month_of(today):
        raise FormInvalid({"month": [text("Choose a month from the setting up until this month.")]})


def check_items(states: Mapping[str, ItemState], today: dt.date) -> None:
    """Raises `FormInvalid` by `<item>_<field>`."""
    found: dict[str, list[object]] = {}
    for key, state in states.items():
        if state.posts is not None and not 0 <= state.posts <= MOST_POSTS:
            found[f"{key}_posts"] = [text("Enter a whole number from 0 to %(most)s.", most=MOST_POSTS)]
        if len(state.facility) > LONGEST_FACILITY:
            found[f"{key}_facility"] = [text("Use at most %(count)s characters.", count=LONGEST_FACILITY)]
        if state.opened_on is not None and state.opened_on > today:
            found[f"{key}_opened_on"] = [text("This day has not come yet.")]
    if found:
        raise FormInvalid(found)


def check_acceptance(passed: bool, items: Mapping[str, bool], wanted: Sequence[str]) -> None:
    """A unit passes with all items accepted and not otherwise; raises `RuleBroken`."""
    if passed and not all(items.get(key) for key in wanted):
        raise RuleBroken(text("A unit passes the acceptance only when every item is accepted."))
