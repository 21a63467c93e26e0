"""Every write of the risk room."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.errors import BadInput, Difference, FormInvalid, NotFound, RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.i18n.text import text
from portal.risk import queries
from portal.risk.catalogue import in_force
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT
from portal.risk.rules import Entered, Particulars, check_closing, check_particulars, place
from portal.risk.signals import hazards_changed

SUBJECT = "risk.hazard"
SAME_DEGREES = 6e-7
"""The map writes six decimals; a shape that comes back so is the one that was there."""


@dataclass(frozen=True)
class AddHazard:
    """A hazard in a division, in words and as a shape."""

    unit: uuid.UUID
    said: Particulars
    shape: Entered


@dataclass(frozen=True)
class ChangeHazard:
    """A hazard as it should be from now on; `row_version` is the one it was opened at."""

    public_id: uuid.UUID
    row_version: int
    unit: uuid.UUID
    said: Particulars
    shape: Entered


@dataclass(frozen=True)
class CloseHazard:
    """A hazard that is no longer there from `closed_on` on, and why."""

    public_id: uuid.UUID
    row_version: int
    closed_on: dt.date
    reason: str


def add_hazard(session: Session, actor: Actor, command: AddHazard, today: dt.date) -> Hazard:
    """Adds a hazard. Raises `FormInvalid` by field; a division outside the actor's is one of those messages."""
    policy.require(actor, EDIT)
    check_particulars(command.said, in_force(today), today)
    shape = _placed(command.shape)
    hazard = Hazard(recorded_by=actor.name, unit_id=_unit_id(session, actor, command), **asdict(command.said))
    _lay(hazard, command.shape, shape)
    session.add(hazard)
    session.flush()
    trail.record(session, actor, "added", SUBJECT, hazard.public_id, after=_facts(hazard))
    _announce(session, actor)
    return hazard


def change_hazard(session: Session, actor: Actor, command: ChangeHazard, today: dt.date) -> Hazard:
    """Changes an open hazard. Raises `FormInvalid` by field, and `Stale` with what differs from the saved one."""
    policy.require(actor, EDIT)
    hazard = _to_write(session, actor, command.public_id)
    check_particulars(command.said, in_force(today), today)
    shape = _placed(command.shape)
    unit_id = _unit_id(session, actor, command)
    given = asdict(command.said) | {"unit": unit_id, "geometry": shape}
    if hazard.row_version != command.row_version:
        raise _stale(_differences(hazard, given))
    before = _facts(hazard)
    for field, value in asdict(command.said).items():
        setattr(hazard, field, value)
    hazard.unit_id = unit_id
    if not _same(shape, hazard.shape):
        _lay(hazard, command.shape, shape)
    session.flush()
    _record_change(session, actor, hazard, before)
    return hazard


def close_hazard(session: Session, actor: Actor, command: CloseHazard, today: dt.date) -> Hazard:
    """Closes an open hazard for good. Raises `FormInvalid` by field, and `Stale` if it was saved meanwhile."""
    policy.require(actor, EDIT)
    hazard = _to_write(session, actor, command.public_id)
    check_closing(command.reason, command.closed_on, hazard.valid_from, today)
    if hazard.row_version != command.row_version:
        raise _stale([])
    hazard.closed_on, hazard.closed_reason = command.closed_on, command.reason
    session.flush()
    after = {"closed_on": hazard.closed_on, "closed_reason": hazard.closed_reason}
    trail.record(session, actor, "closed", SUBJECT, hazard.public_id, after=after)
    _announce(session, actor)
    return hazard


def _to_write(session: Session, actor: Actor, public_id: uuid.UUID) -> Hazard:
    hazard = queries.hazard(session, actor, public_id, permission=EDIT, lock=True)
    if hazard.closed_on is not None:
        raise RuleBroken(text("This hazard was closed; add a new one if it is there again."))
    return hazard


def _unit_id(session: Session, actor: Actor, command: AddHazard | ChangeHazard) -> int:
    try:
        return queries.unit_to_edit(session, actor, command.unit, command.said.assessed_on).id
    except NotFound:
        message = text("This division is not yours, or did not exist on the day of the assessment.")
        raise FormInvalid({"unit": [message]}) from None


def _placed(entered: Entered) -> BaseGeometry:
    try:
        return place(entered)
    except BadInput as error:
        raise FormInvalid({entered.field: [error.message]}) from None


def _lay(hazard: Hazard, entered: Entered, shape: BaseGeometry) -> None:
    hazard.geom = from_shape(shape, srid=STORAGE_SRID)
    hazard.original_geometry, hazard.original_crs = entered.text, entered.crs


def _same(one: BaseGeometry, other: BaseGeometry) -> bool:
    return bool(shapely.equals_exact(one, other, tolerance=SAME_DEGREES))


def _differences(hazard: Hazard, given: dict[str, object]) -> list[Difference]:
    saved: dict[str, object] = {field: getattr(hazard, field) for field in given if field not in {"unit", "geometry"}}
    saved |= {"unit": hazard.unit_id, "geometry": hazard.shape}
    return [Difference(field, saved[field], yours) for field, yours in given.items() if _differ(saved[field], yours)]


def _differ(theirs: object, yours: object) -> bool:
    if isinstance(theirs, BaseGeometry) and isinstance(yours, BaseGeometry):
        return not _same(theirs, yours)
    return theirs != yours


def _stale(differences: list[Difference]) -> Stale:
    return Stale(text("Somebody else saved this hazard while you had it open."), differences)


def _facts(hazard: Hazard) -> dict[str, object]:
    fields = ("name", "type_key", "level", "season", "description", "advice", "source", "valid_from", "assessed_on")
    facts: dict[str, object] = {field: getattr(hazard, field) for field in fields}
    return facts | {
        "unit_id": hazard.unit_id,
        "geometry": hazard.shape.wkt,
        "original_crs": hazard.original_crs,
    }


def _record_change(session: Session, actor: Actor, hazard: Hazard, before: dict[str, object]) -> None:
    after = _facts(hazard)
    changed = {field for field in after if after[field] != before[field]}
    if not changed:
        return
    then = {field: before[field] for field in sorted(changed)}
    now = {field: after[field] for field in sorted(changed)}
    trail.record(session, actor, "changed", SUBJECT, hazard.public_id, before=then, after=now)
    _announce(session, actor)


def _announce(session: Session, actor: Actor) -> None:
    session.flush()
    hazards_changed.send("risk", session=session, actor=actor)
