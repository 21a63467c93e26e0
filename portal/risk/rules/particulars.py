"""What is said of a hazard in words and dates, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass

from portal.errors import FormInvalid
from portal.kernel.i18n.text import Text, text
from portal.risk.catalogue import Catalogue

LEVELS = ("red", "orange", "yellow", "blue")
"""From the most to the least serious: 重大, 较大, 一般, 低."""

LENGTHS = {"name": 100, "season": 200, "description": 4000, "advice": 1000, "source": 200, "reason": 500}
REQUIRED = ("name", "source")
EARLIEST = dt.date(1949, 10, 1)
LINE_ENDS = frozenset("\n\r\t")


@dataclass(frozen=True)
class Particulars:
    """A hazard in words: since when it is there, and the day on which it was last assessed."""

    name: str
    type_key: str
    level: str
    season: str
    description: str
    advice: str | None
    source: str
    valid_from: dt.date
    assessed_on: dt.date


def check_particulars(given: Particulars, catalogue: Catalogue, today: dt.date) -> None:
    """Raises `FormInvalid` with every message by field."""
    found: dict[str, list[Text]] = {}
    for field, message in _messages(given, catalogue, today):
        found.setdefault(field, []).append(message)
    if found:
        raise FormInvalid(found)


def check_closing(reason: str, closed_on: dt.date, valid_from: dt.date, today: dt.date) -> None:
    """A closing has a reason, and a day that is neither to come nor before the hazard began."""
    wrong_reason, wrong_day = list(_wrong_text("reason", reason, required=True)), list(_wrong_day(closed_on, today))
    if closed_on < valid_from:
        wrong_day.append(text("It cannot end before it began, on %(date)s.", date=valid_from.isoformat()))
    if wrong_reason or wrong_day:
        raise FormInvalid({"reason": wrong_reason, "closed_on": wrong_day})


def _messages(given: Particulars, catalogue: Catalogue, today: dt.date) -> Iterator[tuple[str, Text]]:
    for field in ("name", "season", "description", "advice", "source"):
        for message in _wrong_text(field, getattr(given, field) or "", required=field in REQUIRED):
            yield field, message
    yield from _unknown("type_key", given.type_key, catalogue.types, text("Choose the type from the list."))
    yield from _unknown("level", given.level, catalogue.levels, text("Choose one of the four levels."))
    for field in ("valid_from", "assessed_on"):
        for message in _wrong_day(getattr(given, field), today):
            yield field, message
    if given.assessed_on < given.valid_from:
        yield "assessed_on", text("It cannot have been assessed before it was there.")


def _wrong_text(field: str, value: str, *, required: bool) -> Iterator[Text]:
    if required and not value.strip():
        yield text("Fill this in.")
    if len(value) > LENGTHS[field]:
        yield text("Use at most %(most)d characters; these are %(count)d.", most=LENGTHS[field], count=len(value))
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in LINE_ENDS for sign in value):
        yield text("There is an invisible control character in this text; please type it again.")


def _unknown(field: str, key: str, known: Container[str], message: Text) -> Iterator[tuple[str, Text]]:
    if key not in known:
        yield field, message


def _wrong_day(day: dt.date, today: dt.date) -> Iterator[Text]:
    if day > today:
        yield text("This day is still to come.")
    if day < EARLIEST:
        yield text("Give a day after %(date)s.", date=EARLIEST.isoformat())
