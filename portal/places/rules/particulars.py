"""What is said of a place in words, numbers and dates, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from portal.errors import FormInvalid
from portal.kernel.i18n.text import Text, text

SETTINGS = ("indoor", "outdoor", "both")
ACCESSIBLE = ("yes", "no", "unknown")

LENGTHS = {
    "name": 100,
    "address": 200,
    "shelter_class": 60,
    "keeper": 100,
    "phone": 60,
    "duty_phone": 60,
    "open_hours": 200,
    "note": 2000,
    "source": 200,
    "reason": 500,
}
REQUIRED = ("name", "source")
PHONES = ("phone", "duty_phone")
PRIVATE = ("keeper", "phone", "duty_phone")
"""Of a person: the trail names these columns and never their values."""

MOST_PEOPLE = 1_000_000
MOST_AREA_M2 = 100_000_000
EARLIEST = dt.date(1949, 10, 1)
LINE_ENDS = frozenset("\n\r\t")
PHONE = re.compile(r"[0-9+()（）\-－—/、,，;；转 ]{3,}")


@dataclass(frozen=True)
class Particulars:
    """A place in words: since when it is there, and the day on which somebody last checked that all this holds.

    `capacity_people` in people, `area_m2` in m². `internal` keeps a place of a public kind off the public map.
    """

    name: str
    kind: str
    address: str
    source: str
    valid_from: dt.date
    checked_on: dt.date
    capacity_people: int | None = None
    area_m2: Decimal | None = None
    shelter_class: str = ""
    setting: str | None = None
    accessible: str = "unknown"
    keeper: str = ""
    phone: str = ""
    duty_phone: str = ""
    open_hours: str = ""
    note: str = ""
    internal: bool = False


WORDS = tuple(field.name for field in fields(Particulars))


def check_particulars(given: Particulars, kinds: Container[str], today: dt.date) -> None:
    """Raises `FormInvalid` with every message by field."""
    found: dict[str, list[Text]] = {}
    for field, message in _messages(given, kinds, today):
        found.setdefault(field, []).append(message)
    if found:
        raise FormInvalid(found)


def check_closing(reason: str, closed_on: dt.date, valid_from: dt.date, today: dt.date) -> None:
    """A closing has a reason, and a day that is neither to come nor before the place was there."""
    wrong_reason, wrong_day = list(_wrong_text("reason", reason, required=True)), list(_wrong_day(closed_on, today))
    if closed_on < valid_from:
        wrong_day.append(text("It cannot end before it began, on %(date)s.", date=valid_from.isoformat()))
    if wrong_reason or wrong_day:
        raise FormInvalid({"reason": wrong_reason, "closed_on": wrong_day})


def _messages(given: Particulars, kinds: Container[str], today: dt.date) -> Iterator[tuple[str, Text]]:
    for field in (name for name in LENGTHS if name != "reason"):
        for message in _wrong_text(field, getattr(given, field), required=field in REQUIRED):
            yield field, message
    for field in PHONES:
        if getattr(given, field) and not PHONE.fullmatch(getattr(given, field)):
            yield field, text("Give a phone number such as 021-5256 4588.")
    yield from _wrong_choices(given, kinds)
    yield from _wrong_numbers(given)
    for field in ("valid_from", "checked_on"):
        for message in _wrong_day(getattr(given, field), today):
            yield field, message
    if given.checked_on < given.valid_from:
        yield "checked_on", text("It cannot have been checked before it was there.")


def _wrong_choices(given: Particulars, kinds: Container[str]) -> Iterator[tuple[str, Text]]:
    if given.kind not in kinds:
        yield "kind", text("Choose the kind from the list.")
    if given.setting is not None and given.setting not in SETTINGS:
        yield "setting", text("Choose one of the list.")
    if given.accessible not in ACCESSIBLE:
        yield "accessible", text("Choose one of the list.")


def _wrong_numbers(given: Particulars) -> Iterator[tuple[str, Text]]:
    for field, most in (("capacity_people", MOST_PEOPLE), ("area_m2", MOST_AREA_M2)):
        value = getattr(given, field)
        if value is not None and not 0 <= value <= most:
            yield field, text("Give a number from 0 to %(most)s.", most=most)


def _wrong_text(field: str, value: str, *, required: bool) -> Iterator[Text]:
    if required and not value.strip():
        yield text("Fill this in.")
    if len(value) > LENGTHS[field]:
        yield text("Use at most %(most)d characters; these are %(count)d.", most=LENGTHS[field], count=len(value))
    if not value.isprintable() and any(_is_control(sign) for sign in value):
        yield text("There is an invisible control character in this text; please type it again.")


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs"} and sign not in LINE_ENDS


def _wrong_day(day: dt.date, today: dt.date) -> Iterator[Text]:
    if day > today:
        yield text("This day is still to come.")
    if day < EARLIEST:
        yield text("Give a day after %(date)s.", date=EARLIEST.isoformat())
