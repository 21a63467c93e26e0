"""An event as it is opened: what must be known of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.disasters.catalogue import TypeList
from portal.disasters.rules.clock import INPUT_GRAIN, day_of
from portal.disasters.rules.lifecycle import Mode
from portal.disasters.rules.limits import LIMITS, too_long
from portal.kernel.i18n.text import text

TYPHOON_NUMBER = re.compile(r"[0-9]{4}")
MODES = frozenset(Mode)


@dataclass(frozen=True)
class NewEvent:
    """What is said of a new event."""

    type_key: str
    occurred_at: dt.datetime | None
    subtype_key: str | None = None
    mode: str = Mode.ACTUAL
    name: str = ""
    typhoon_number: str | None = None


Found = Iterator[tuple[str, object]]


def event_findings(event: NewEvent, types: TypeList, now: dt.datetime) -> dict[str, list[object]]:
    """Every message by form field."""
    found: dict[str, list[object]] = {}
    for part in (_kind(event, types), _name(event), _began(event, now)):
        for field, message in part:
            found.setdefault(field, []).append(message)
    return found


def proposed_name(event: NewEvent, types: TypeList, unit_name: str) -> str:
    """A name for an event that nobody named: 曹杨新村街道9月13日城镇内涝. In Chinese, like all names of events."""
    kind = types.name(event.type_key, event.subtype_key)["zh"]
    day = f"{on.month}月{on.day}日" if event.occurred_at and (on := day_of(event.occurred_at)) else ""
    return f"{unit_name}{day}{kind}"[: LIMITS["event_name"]]


def typhoon(types: TypeList, type_key: str) -> bool:
    """Whether events of a type carry a typhoon number."""
    known = types.types.get(type_key)
    return known is not None and known.typhoon_number


def _kind(event: NewEvent, types: TypeList) -> Found:
    if not event.type_key:
        yield "type", text("Choose the type of disaster.")
    elif not types.knows(event.type_key, event.subtype_key):
        yield "type", text("Choose a type from the list.")
    if event.mode not in MODES:
        yield "exercise", text("An event is either real or an exercise.")
    number = event.typhoon_number
    if number and not typhoon(types, event.type_key):
        yield "typhoon_number", text("Only a typhoon has a typhoon number.")
    elif number and not TYPHOON_NUMBER.fullmatch(number):
        yield "typhoon_number", text("A typhoon number has four digits: year and number, such as 2413.")


def _name(event: NewEvent) -> Found:
    message = too_long("event_name", event.name)
    if message is not None:
        yield "event_name", message


def _began(event: NewEvent, now: dt.datetime) -> Found:
    if event.occurred_at is None:
        yield "occurred_at", text("Say when it happened.")
    elif event.occurred_at > now + INPUT_GRAIN:
        yield "occurred_at", text("This time lies in the future.")
