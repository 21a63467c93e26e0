"""What is said of a place name in words and dates, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass, fields

from portal.errors import FormInvalid
from portal.kernel.i18n.text import Text, text
from portal.toponyms.rules.pinyin import folded, toned

STATUSES = ("in_use", "cancelled")
PRECISIONS = ("day", "month", "year")
LENGTHS = {
    "name": 60,
    "specific": 60,
    "generic": 20,
    "pinyin": 200,
    "meaning": 2000,
    "history": 4000,
    "place": 300,
    "document_number": 100,
    "document_authority": 200,
    "source": 200,
    "reason": 500,
    "former": 60,
}
MOST_FORMER = 30
REQUIRED = ("name", "specific", "pinyin", "source")
EARLIEST = dt.date(1000, 1, 1)
"""Names are old: a first mention may be of the Ming."""

LINE_ENDS = frozenset("\n\r\t")
BETWEEN = re.compile(r"[、，,;；\n]+")
PINYIN = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0300-\u030c '\-·.()（）]+")


@dataclass(frozen=True)
class Particulars:
    """A name as it is for a time: its two parts together are the name, `former` are names it had before."""

    kind: str
    name: str
    specific: str
    generic: str
    pinyin: str
    source: str
    valid_from: dt.date
    valid_from_precision: str = "day"
    status: str = "in_use"
    meaning: str = ""
    history: str = ""
    place: str = ""
    former: tuple[str, ...] = ()
    document_number: str = ""
    document_authority: str = ""

    @property
    def sounds(self) -> dict[str, object]:
        """The folded forms that are stored beside it for comparison."""
        return sounds(self.pinyin, self.generic)


WORDS = tuple(field.name for field in fields(Particulars))


def sounds(pinyin: str, generic: str) -> dict[str, object]:
    """Folded forms of a name's Pinyin: toneless, with tones, and toneless without its generic part."""
    words = pinyin.split()
    specific = " ".join(words[:-1]) if generic and len(words) > 1 else pinyin
    return {"folded": folded(pinyin), "toned": toned(pinyin), "specific_folded": folded(specific)}


def former_names(written: str) -> tuple[str, ...]:
    """Former names as people list them, each once, in their order."""
    return tuple(dict.fromkeys(part.strip() for part in BETWEEN.split(written) if part.strip()))


def check_particulars(given: Particulars, kinds: Container[str], today: dt.date) -> None:
    """Raises `FormInvalid` with every message by field."""
    refuse(_messages(given, kinds, today))


def check_reason(reason: str) -> None:
    """A change or a correction says why; raises `FormInvalid`."""
    refuse(("reason", message) for message in wrong_text("reason", reason, required=True))


def refuse(messages: Iterator[tuple[str, Text]]) -> None:
    """Raises `FormInvalid` with all messages by field, if there are any."""
    found: dict[str, list[Text]] = {}
    for field, message in messages:
        found.setdefault(field, []).append(message)
    if found:
        raise FormInvalid(found)


def _messages(given: Particulars, kinds: Container[str], today: dt.date) -> Iterator[tuple[str, Text]]:
    for field in (name for name in LENGTHS if name not in ("reason", "former")):
        for message in wrong_text(field, getattr(given, field), required=field in REQUIRED):
            yield field, message
    if given.kind not in kinds:
        yield "kind", text("Choose the kind from the list.")
    if given.status not in STATUSES or given.valid_from_precision not in PRECISIONS:
        yield "standing", text("Choose one of the list.")
    if given.specific + given.generic != given.name:
        yield "specific", text("Specific and generic part together must be the name.")
    yield from (("pinyin", message) for message in wrong_pinyin(given.pinyin))
    yield from _wrong_former(given.former)
    yield from (("valid_from", message) for message in wrong_day(given.valid_from, today))


def wrong_pinyin(given: str) -> Iterator[Text]:
    """Pinyin is Latin letters with tone marks, blanks and apostrophes."""
    if given and (not PINYIN.fullmatch(given) or not folded(given)):
        yield text("Pinyin is written with Latin letters and tone marks, such as Chángzhēng Lù.")


def wrong_text(field: str, value: str, *, required: bool) -> Iterator[Text]:
    """What is wrong with a text."""
    if required and not value.strip():
        yield text("Fill this in.")
    if len(value) > LENGTHS[field]:
        yield text("Use at most %(most)d characters; these are %(count)d.", most=LENGTHS[field], count=len(value))
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Cs"} and sign not in LINE_ENDS for sign in value):
        yield text("There is an invisible control character in this text; please type it again.")


def wrong_day(day: dt.date, today: dt.date) -> Iterator[Text]:
    """What is wrong with a day on which something began."""
    if day > today:
        yield text("This day is still to come.")
    if day < EARLIEST:
        yield text("Give a day after %(date)s.", date=EARLIEST.isoformat())


def _wrong_former(given: tuple[str, ...]) -> Iterator[tuple[str, Text]]:
    if len(given) > MOST_FORMER:
        yield "former", text("Give at most %(most)d former names.", most=MOST_FORMER)
    for name in given[:MOST_FORMER]:
        for message in wrong_text("former", name, required=True):
            yield "former", message
