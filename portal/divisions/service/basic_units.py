"""Writing basic management units: kept and accepted by the district, told of month by month by the towns."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from geoalchemy2.shape import from_shape
from shapely.geometry import Point
from sqlalchemy.orm import Session

from portal.divisions.catalogue.basic_units import items
from portal.divisions.models import BasicUnit, BasicUnitAcceptance, BasicUnitProgress
from portal.divisions.permissions import MANAGE_BASIC_UNITS, REPORT_BASIC_UNITS
from portal.divisions.queries import basic_units as queries
from portal.divisions.rules.basic_units import ItemState, check_acceptance, check_items, check_month
from portal.errors import FormInvalid, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.i18n.text import text

SUBJECT = "divisions.basic_unit"


@dataclass(frozen=True)
class KeepBasicUnit:
    """A unit as it should be; `point` is its middle in CGCS2000 degrees."""

    town: uuid.UUID
    name: str
    area: str
    point: tuple[float, float] | None
    set_up_on: dt.date
    ended_on: dt.date | None
    source: str
    note: str


@dataclass(frozen=True)
class TellProgress:
    """What a month brought, of all items."""

    month: dt.date
    items: Mapping[str, ItemState]
    note: str = ""


@dataclass(frozen=True)
class AcceptBasicUnit:
    """What an acceptance found."""

    accepted_on: dt.date
    authority: str
    passed: bool
    document: str
    items: Mapping[str, bool]
    note: str = ""


def add_basic_unit(session: Session, actor: Actor, command: KeepBasicUnit, today: dt.date) -> BasicUnit:
    """Adds a unit. Raises `FormInvalid` by field."""
    policy.require(actor, MANAGE_BASIC_UNITS)
    unit = BasicUnit(recorded_by=actor.name, **_facts(session, actor, command, today))
    session.add(unit)
    session.flush()
    record(session, actor, "added", SUBJECT, unit.public_id, after=_told(unit))
    session.flush()
    return unit


def change_basic_unit(
    session: Session, actor: Actor, public_id: uuid.UUID, row_version: int, command: KeepBasicUnit, today: dt.date
) -> BasicUnit:
    """Changes what is kept of a unit. Raises `FormInvalid` by field, `Stale` when somebody saved it meanwhile."""
    policy.require(actor, MANAGE_BASIC_UNITS)
    unit = queries.basic_unit(session, actor, MANAGE_BASIC_UNITS, public_id, today, lock=True)
    if unit.row_version != row_version:
        raise Stale(text("Somebody else saved this unit while you had it open."), [])
    before = _told(unit)
    for field, value in _facts(session, actor, command, today, unit).items():
        setattr(unit, field, value)
    session.flush()
    record(session, actor, "changed", SUBJECT, public_id, before=before, after=_told(unit))
    session.flush()
    return unit


def tell_progress(
    session: Session, actor: Actor, public_id: uuid.UUID, command: TellProgress, today: dt.date
) -> BasicUnitProgress:
    """Adds what a town says of a month; a second telling of a month is believed, the first stays."""
    policy.require(actor, REPORT_BASIC_UNITS)
    unit = queries.basic_unit(session, actor, REPORT_BASIC_UNITS, public_id, today, lock=True)
    check_month(command.month, unit.set_up_on, today)
    check_items(command.items, today)
    told = {key: command.items.get(key, ItemState()).plain() for key in items()}
    row = BasicUnitProgress(
        basic_unit_id=unit.id, month=command.month, items=told, note=command.note, recorded_by=actor.name
    )
    session.add(row)
    record(session, actor, "told_progress", SUBJECT, public_id, after={"month": command.month, "items": told})
    session.flush()
    return row


def accept_basic_unit(
    session: Session, actor: Actor, public_id: uuid.UUID, command: AcceptBasicUnit, today: dt.date
) -> BasicUnitAcceptance:
    """Adds what an acceptance found. Raises `FormInvalid` for a day to come, `RuleBroken` for a pass with a gap."""
    policy.require(actor, MANAGE_BASIC_UNITS)
    unit = queries.basic_unit(session, actor, MANAGE_BASIC_UNITS, public_id, today, lock=True)
    if not unit.set_up_on <= command.accepted_on <= today:
        raise FormInvalid({"accepted_on": [text("Give a day from the setting up until today.")]})
    found = {key: bool(command.items.get(key)) for key in items()}
    check_acceptance(command.passed, found, list(items()))
    row = BasicUnitAcceptance(
        basic_unit_id=unit.id,
        accepted_on=command.accepted_on,
        authority=command.authority,
        result="passed" if command.passed else "failed",
        document=command.document,
        items=found,
        note=command.note,
        recorded_by=actor.name,
    )
    session.add(row)
    after = {"accepted_on": row.accepted_on, "result": row.result, "document": row.document, "items": found}
    record(session, actor, "accepted", SUBJECT, public_id, after=after)
    session.flush()
    return row


def _facts(
    session: Session, actor: Actor, command: KeepBasicUnit, today: dt.date, unit: BasicUnit | None = None
) -> dict[str, object]:
    town = queries.town_to_write(session, actor, MANAGE_BASIC_UNITS, command.town, today)
    if town is None:
        raise FormInvalid({"town": [text("Choose a town of yours that is there today.")]})
    if command.set_up_on > today:
        raise FormInvalid({"set_up_on": [text("This day has not come yet.")]})
    if command.ended_on is not None and command.ended_on < command.set_up_on:
        raise FormInvalid({"ended_on": [text("The last day must not lie before the first.")]})
    if queries.name_taken(session, town, command.name, unit.id if unit else None):
        raise FormInvalid({"name": [text("This town has a unit of this name already.")]})
    position = from_shape(Point(command.point), srid=STORAGE_SRID) if command.point else None
    words = {key: getattr(command, key) for key in ("name", "area", "set_up_on", "ended_on", "source", "note")}
    return {"unit_id": town, "position": position, **words}


def _told(unit: BasicUnit) -> dict[str, object]:
    words = {key: getattr(unit, key) for key in ("unit_id", "name", "area", "set_up_on", "ended_on", "source", "note")}
    return words | {"position": unit.point.wkt if unit.point else None}
