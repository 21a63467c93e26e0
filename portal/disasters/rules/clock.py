"""Clocks: moments as people type and read them, in Shanghai time."""

from __future__ import annotations

import datetime as dt
import re

from portal.disasters.rules.figures import WIDE
from portal.errors import BadInput
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.text import text

MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]?\s*(\d{1,2})[:时](\d{1,2})(?::\d{1,2}(?:\.\d+)?)?分?", re.ASCII
)
EARLIEST = 1949

INPUT_GRAIN = dt.timedelta(minutes=1)
"""Times are typed to the minute, so one of this minute may seem to lie ahead."""


def parse_moment(typed: str) -> dt.datetime | None:
    """What a `datetime-local` input sends, or a person types (2025-09-13 03:40), in Shanghai; None for a blank.

    Raises `BadInput`.
    """
    tidy = typed.strip().translate(WIDE).replace("：", ":")
    if not tidy:
        return None
    found = MOMENT.fullmatch(tidy)
    try:
        return _moment(found) if found else _refuse(typed)
    except ValueError:
        return _refuse(typed)


def typed_moment(at: dt.datetime | None) -> str:
    """A moment as a `datetime-local` input wants it."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") if at else ""


def said(at: dt.datetime) -> str:
    """A moment as it stands in sentences."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def day_of(at: dt.datetime) -> dt.date:
    """The day in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def _moment(found: re.Match[str]) -> dt.datetime:
    year, month, day, hour, minute = (int(part) for part in found.groups())
    at = dt.datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)
    if at.year < EARLIEST:
        raise ValueError(at.year)
    return at


def _refuse(typed: str) -> dt.datetime:
    raise BadInput(text("“%(typed)s” is not a time. Please write it like 2025-09-13 03:40.", typed=typed[:30]))
