"""What an application says, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator
from dataclasses import dataclass, fields

from portal.kernel.i18n.text import Text, text
from portal.toponyms.catalogue import ACTS
from portal.toponyms.rules.particulars import refuse, sounds, wrong_day, wrong_pinyin, wrong_text

EARLIEST = dt.date(1986, 1, 23)
"""The first ordinance on place names; nobody handed anything in before."""

LENGTHS = {"applicant": 200, "plan": 4000, "meaning": 2000, "nature": 2000, "place": 300, "note": 2000}
NEEDED = ("applicant", "plan")
WRITTEN = ("applicant", "plan", "meaning", "nature", "place")
LONGEST_NAME = 60


@dataclass(frozen=True)
class Proposal:
    """The proposed name in its two parts with its Pinyin, who asks, the plan with its reason, and when it came."""

    act: str
    kind: str
    specific: str
    generic: str
    pinyin: str
    applicant: str
    plan: str
    received_on: dt.date
    meaning: str = ""
    nature: str = ""
    place: str = ""

    @property
    def name(self) -> str:
        """Both parts together."""
        return self.specific + self.generic

    @property
    def sounds(self) -> dict[str, object]:
        """Folded Pinyin as it is stored."""
        return sounds(self.pinyin, self.generic)


WORDS = tuple(field.name for field in fields(Proposal))
DECISIVE = ("act", "kind", "specific", "generic", "pinyin")
"""What the checks looked at: when one of them is edited, they run anew."""


def check_proposal(given: Proposal, kinds: Container[str], today: dt.date) -> None:
    """Raises `FormInvalid` with every message by field."""
    refuse(_messages(given, kinds, today))


def check_note(note: str, *, needed: bool) -> None:
    """What was found or done, in words; raises `FormInvalid`."""
    refuse(("note", message) for message in _wrong("note", note, needed=needed))


def check_step_day(on_date: dt.date, earliest: dt.date, today: dt.date) -> None:
    """A step happens neither in the future nor before the last one; raises `FormInvalid`."""
    messages = list(wrong_day(on_date, today))
    if on_date < earliest:
        messages.append(text("The step before was on %(date)s; this one cannot be earlier.", date=earliest.isoformat()))
    refuse(("on_date", message) for message in messages)


def _messages(given: Proposal, kinds: Container[str], today: dt.date) -> Iterator[tuple[str, Text]]:
    if given.act not in ACTS:
        yield "act", text("Choose one of the list.")
    if given.kind not in kinds:
        yield "kind", text("Choose the kind from the list.")
    yield from _wrong_name(given)
    for field in WRITTEN:
        yield from ((field, message) for message in _wrong(field, getattr(given, field), needed=field in NEEDED))
    yield from (("received_on", message) for message in wrong_day(given.received_on, today))
    if given.received_on < EARLIEST:
        yield "received_on", text("Give a day after %(date)s.", date=EARLIEST.isoformat())


def _wrong_name(given: Proposal) -> Iterator[tuple[str, Text]]:
    for field in ("specific", "generic", "pinyin"):
        for message in wrong_text(field, getattr(given, field), required=field != "generic"):
            yield field, message
    if len(given.name) > LONGEST_NAME:
        count = len(given.name)
        yield "specific", text("Use at most %(most)d characters; these are %(count)d.", most=LONGEST_NAME, count=count)
    yield from (("pinyin", message) for message in wrong_pinyin(given.pinyin))


def _wrong(field: str, value: str, *, needed: bool) -> Iterator[Text]:
    if needed and not value.strip():
        yield text("Fill this in.")
    if len(value) > LENGTHS[field]:
        yield text("Use at most %(most)d characters; these are %(count)d.", most=LENGTHS[field], count=len(value))
    yield from (message for message in wrong_text("reason", value[:500], required=False))
