"""Opening and closing events."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from portal.disasters import queries
from portal.disasters.catalogue import in_force
from portal.disasters.models import Event
from portal.disasters.permissions import REPORT_FILE, REPORT_REVIEW
from portal.disasters.rules.clock import day_of
from portal.disasters.rules.event import NewEvent, event_findings, proposed_name
from portal.disasters.rules.report import Place, misplaced
from portal.disasters.service.places import place_columns
from portal.divisions.queries import unit_names
from portal.errors import FormInvalid, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.i18n.text import text


@dataclass(frozen=True)
class OpenEvent:
    """A new event that reaches over the subtree of a unit."""

    unit_id: int
    event: NewEvent
    place: Place = field(default_factory=Place)


@dataclass(frozen=True)
class CloseEvent:
    """No more first reports are taken on an event."""

    public_id: uuid.UUID


def open_event(session: Session, actor: Actor, command: OpenEvent, now: dt.datetime) -> Event:
    """Raises `FormInvalid` by field; `occurred_at` also where the unit was not the actor's on that day."""
    policy.require(actor, REPORT_FILE)
    types = in_force(day_of(now)).types
    found = event_findings(command.event, types, now) | dict(misplaced(command.place))
    began = command.event.occurred_at
    if found or began is None:
        raise FormInvalid(found)
    require_unit(session, actor, command.unit_id, day_of(began))
    name = unit_names(session, [command.unit_id], day_of(began)).get(command.unit_id, "")
    named = replace(command.event, name=command.event.name or proposed_name(command.event, types, name))
    event = _event(session, command, named, began)
    session.add(event)
    session.flush()
    after = {"name": event.name, "type": event.type_key, "mode": event.mode, "unit_id": event.unit_id}
    trail.record(session, actor, "opened", "disasters.event", event.public_id, after=after)
    session.flush()
    return event


def close_event(session: Session, actor: Actor, command: CloseEvent, now: dt.datetime) -> Event:
    """Raises `NotFound` beyond the actor's divisions, `RuleBroken` for one that is closed."""
    policy.require(actor, REPORT_REVIEW)
    event = queries.event_to_change(session, actor, REPORT_REVIEW, command.public_id)
    require_open(event)
    event.state, event.closed_at = "closed", now
    was, then = {"state": "open"}, {"state": "closed"}
    trail.record(session, actor, "closed", "disasters.event", event.public_id, before=was, after=then)
    session.flush()
    return event


def require_open(event: Event) -> None:
    """Raises `RuleBroken` for an event that is closed."""
    if event.state != "open":
        raise RuleBroken(text("The event “%(name)s” is closed; nothing more can be filed on it.", name=event.name))


def require_unit(session: Session, actor: Actor, unit_id: int, at: dt.date) -> None:
    """Raises `FormInvalid` unless the unit was among the actor's on the day it happened."""
    if not queries.unit_in_scope(session, actor, REPORT_FILE, unit_id, at):
        raise FormInvalid({"occurred_at": [text("On %(day)s this division was not one of yours.", day=at.isoformat())]})


def _event(session: Session, command: OpenEvent, named: NewEvent, began: dt.datetime) -> Event:
    return Event(
        mode=named.mode,
        type_key=named.type_key,
        subtype_key=named.subtype_key,
        typhoon_number=named.typhoon_number or None,
        name=named.name,
        occurred_at=began,
        occurred_on=day_of(began),
        unit_id=command.unit_id,
        **place_columns(session, command.place, command.unit_id, day_of(began)),
    )
