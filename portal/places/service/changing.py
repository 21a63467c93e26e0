"""Changing places: one from a screen, many from a file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from sqlalchemy.orm import Session

from portal.errors import Difference, NotFound, RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.db.pages import in_pages
from portal.kernel.i18n.text import text
from portal.places import queries
from portal.places.models import Place
from portal.places.permissions import EDIT
from portal.places.rules import WORDS, Particulars, same_position
from portal.places.service.commands import ChangePlace
from portal.places.service.pages import update_rows
from portal.places.service.trail import Facts, announce, facts, record_batch, record_one, without_persons
from portal.places.service.wanted import Wanted, wanted


@dataclass(frozen=True)
class Changed:
    """What became of one place: the version it has now, and the facts that differ as they were and as they are.

    `kept` is what an undo needs of a position that was replaced: its WKB as hex and the original, None where there was
    none; empty for the same.
    """

    public_id: uuid.UUID
    row_version: int
    before: Facts
    after: Facts
    kept: Mapping[str, str | None]


def change_place(session: Session, actor: Actor, command: ChangePlace, today: dt.date) -> Place:
    """Changes an open place. Raises `FormInvalid` by field, and `Stale` with what differs from the saved one."""
    policy.require(actor, EDIT)
    for one in _change(session, actor, [command], today):
        record_one(session, actor, "changed", one.public_id, one.before, one.after)
        announce(session, actor)
    return queries.place(session, actor, command.public_id, permission=EDIT, lock=True)


def change_places(session: Session, actor: Actor, commands: Iterable[ChangePlace], today: dt.date) -> list[Changed]:
    """Changes many open places a page at a time and tells of those that differ; raises as `change_place` does.

    `commands` may be a stream; none may name a place twice. One row in the audit trail holds all differences.
    """
    policy.require(actor, EDIT)
    changed: list[Changed] = []
    for page in in_pages(commands):
        changed += _change(session, actor, page, today)
    if changed:
        told = [_for_trail(one) for one in changed]
        record_batch(session, actor, "imported", {"changed": told})
        announce(session, actor)
    return changed


def _change(session: Session, actor: Actor, commands: Sequence[ChangePlace], today: dt.date) -> list[Changed]:
    saved = queries.places_to_write(session, actor, [command.public_id for command in commands])
    places = [_open(saved, command) for command in commands]
    given = wanted(session, actor, commands, today, _days(session, places, commands, today))
    given = [_with_old_position(place, one) for place, one in zip(places, given, strict=True)]
    for place, command, one in zip(places, commands, given, strict=True):
        if place.row_version != command.row_version:
            raise _stale(place, one)
    told = [_told(place, one) for place, one in zip(places, given, strict=True)]
    write_places(session, [(place, one) for place, one, said in zip(places, given, told, strict=True) if said])
    return [said for said in told if said is not None]


def write_places(session: Session, pairs: Sequence[tuple[Place, Wanted]]) -> None:
    """Stores places as they should be, each one version on; the rows are locked by now."""
    if not pairs:
        return
    places, rows = [place for place, _ in pairs], [one for _, one in pairs]
    versions = [place.row_version + 1 for place in places]
    update_rows(session, [place.id for place in places], rows, {"row_version": versions})
    for place in places:
        session.expire(place)


def as_saved(place: Place) -> Wanted:
    """A place as it is stored."""
    said = Particulars(**{field: getattr(place, field) for field in WORDS})
    return Wanted(place.unit_id, said, place.lay_on, place.point, place.original_geometry, place.original_crs)


def _days(session: Session, places: Sequence[Place], commands: Sequence[ChangePlace], today: dt.date) -> list[dt.date]:
    """On which day each lies in its division: that of the check, but no mere wording makes it one.

    Without a new check the division that stays is that of the saved day, and another one is that of today.
    """
    units = queries.unit_public_ids(session, {place.unit_id for place in places})
    return [
        command.said.checked_on
        if command.said.checked_on != place.checked_on
        else place.lay_on
        if command.unit == units[place.unit_id]
        else today
        for place, command in zip(places, commands, strict=True)
    ]


def _open(saved: Mapping[uuid.UUID, Place], command: ChangePlace) -> Place:
    place = saved.get(command.public_id)
    if place is None:
        raise NotFound(text("There is no such place."))
    if place.closed_on is not None:
        raise RuleBroken(text("This place was closed; add a new one if it is there again."))
    return place


def _with_old_position(place: Place, given: Wanted) -> Wanted:
    """A position that is the one that was there keeps how it was given."""
    was = as_saved(place)
    if not same_position(was.point, given.point):
        return given
    return Wanted(given.unit_id, given.said, given.lay_on, was.point, was.original, was.crs)


def _for_trail(one: Changed) -> dict[str, object]:
    return {"id": one.public_id, "before": without_persons(one.before), "after": without_persons(one.after)}


def _told(place: Place, given: Wanted) -> Changed | None:
    was = as_saved(place)
    before, after = facts(was), facts(given)
    fields = sorted(field for field in after if after[field] != before[field])
    if not fields:
        return None
    moved = "position" in fields or "original_crs" in fields
    wkb = was.point.wkb_hex if was.point is not None else None
    kept = {"wkb": wkb, "original": was.original, "crs": was.crs} if moved else {}
    then, now = ({field: told[field] for field in fields} for told in (before, after))
    return Changed(place.public_id, place.row_version + 1, then, now, kept)


def _stale(place: Place, given: Wanted) -> Stale:
    was, fields = as_saved(place), [*WORDS, "unit", "position"]
    saved, yours = (dict(zip(fields, _values(one), strict=True)) for one in (was, given))
    differences = [Difference(field, saved[field], yours[field]) for field in fields if _differ(saved, yours, field)]
    return Stale(text("Somebody else saved this place while you had it open."), differences)


def _values(one: Wanted) -> list[object]:
    return [*(getattr(one.said, field) for field in WORDS), one.unit_id, one.point]


def _differ(saved: Mapping[str, object], yours: Mapping[str, object], field: str) -> bool:
    theirs, mine = saved[field], yours[field]
    if isinstance(theirs, shapely.Point) and isinstance(mine, shapely.Point):
        return not same_position(theirs, mine)
    return theirs != mine
