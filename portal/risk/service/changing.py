"""Changing hazards: one from a screen, many from a file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.errors import Difference, NotFound, RuleBroken, Stale
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.db.pages import in_pages
from portal.kernel.geo.sameness import same_shapes
from portal.kernel.i18n.text import text
from portal.risk import queries
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT
from portal.risk.rules import Particulars
from portal.risk.service.commands import ChangeHazard
from portal.risk.service.pages import WORDS, update_rows
from portal.risk.service.trail import Facts, announce, facts, record_batch, record_one
from portal.risk.service.wanted import Wanted, wanted


@dataclass(frozen=True)
class Changed:
    """What became of one hazard: the version it has now, and the facts that differ as they were and as they are.

    `kept` is what an undo needs of the shape that was replaced: its WKB as hex and the original; empty for the same.
    """

    public_id: uuid.UUID
    row_version: int
    before: Facts
    after: Facts
    kept: Mapping[str, str]


def change_hazard(session: Session, actor: Actor, command: ChangeHazard, today: dt.date) -> Hazard:
    """Changes an open hazard. Raises `FormInvalid` by field, and `Stale` with what differs from the saved one."""
    policy.require(actor, EDIT)
    for one in _change(session, actor, [command], today):
        record_one(session, actor, "changed", one.public_id, one.before, one.after)
        announce(session, actor)
    return queries.hazard(session, actor, command.public_id, permission=EDIT, lock=True)


def change_hazards(session: Session, actor: Actor, commands: Iterable[ChangeHazard], today: dt.date) -> list[Changed]:
    """Changes many open hazards a page at a time and tells of those that differ; raises as `change_hazard` does.

    `commands` may be a stream; none may name a hazard twice. One row in the audit trail holds all differences.
    """
    policy.require(actor, EDIT)
    changed: list[Changed] = []
    for page in in_pages(commands):
        changed += _change(session, actor, page, today)
    if changed:
        told = [{"id": one.public_id, "before": one.before, "after": one.after} for one in changed]
        record_batch(session, actor, "imported", {"changed": told})
        announce(session, actor)
    return changed


def _change(session: Session, actor: Actor, commands: Sequence[ChangeHazard], today: dt.date) -> list[Changed]:
    saved = queries.hazards_to_write(session, actor, [command.public_id for command in commands])
    hazards = [_open(saved, command) for command in commands]
    given = wanted(session, actor, commands, today, _days(session, hazards, commands, today))
    given = _with_old_shapes(hazards, given)
    for hazard, command, one in zip(hazards, commands, given, strict=True):
        if hazard.row_version != command.row_version:
            raise _stale(hazard, one)
    told = [_told(hazard, one) for hazard, one in zip(hazards, given, strict=True)]
    write_hazards(session, [(hazard, one) for hazard, one, said in zip(hazards, given, told, strict=True) if said])
    return [said for said in told if said is not None]


def write_hazards(session: Session, pairs: Sequence[tuple[Hazard, Wanted]]) -> None:
    """Stores hazards as they should be, each one version on; the rows are locked by now."""
    if not pairs:
        return
    hazards, rows = [hazard for hazard, _ in pairs], [one for _, one in pairs]
    versions = [hazard.row_version + 1 for hazard in hazards]
    update_rows(session, [hazard.id for hazard in hazards], rows, {"row_version": versions})
    for hazard in hazards:
        session.expire(hazard)


def as_saved(hazard: Hazard) -> Wanted:
    """A hazard as it is stored."""
    said = Particulars(**{field: getattr(hazard, field) for field in WORDS})
    return Wanted(hazard.unit_id, said, hazard.lay_on, hazard.shape, hazard.original_geometry, hazard.original_crs)


def _days(
    session: Session, hazards: Sequence[Hazard], commands: Sequence[ChangeHazard], today: dt.date
) -> list[dt.date]:
    """On which day each lies in its division: that of the assessment, but no mere wording makes it one.

    Without a new assessment the division that stays is that of the saved day, and another one is that of today.
    """
    units = queries.unit_public_ids(session, {hazard.unit_id for hazard in hazards})
    return [
        command.said.assessed_on
        if command.said.assessed_on != hazard.assessed_on
        else hazard.lay_on
        if command.unit == units[hazard.unit_id]
        else today
        for hazard, command in zip(hazards, commands, strict=True)
    ]


def _open(saved: Mapping[uuid.UUID, Hazard], command: ChangeHazard) -> Hazard:
    hazard = saved.get(command.public_id)
    if hazard is None:
        raise NotFound(text("There is no such hazard."))
    if hazard.closed_on is not None:
        raise RuleBroken(text("This hazard was closed; add a new one if it is there again."))
    return hazard


def _with_old_shapes(hazards: Sequence[Hazard], given: Sequence[Wanted]) -> list[Wanted]:
    """A shape that is the one that was there keeps how it was drawn."""
    old = [as_saved(hazard) for hazard in hazards]
    same = same_shapes([one.shape for one in old], [one.shape for one in given])
    return [
        Wanted(one.unit_id, one.said, one.lay_on, was.shape, was.original, was.crs) if unchanged else one
        for was, one, unchanged in zip(old, given, same, strict=True)
    ]


def _told(hazard: Hazard, given: Wanted) -> Changed | None:
    was = as_saved(hazard)
    before, after = facts(was), facts(given)
    fields = sorted(field for field in after if after[field] != before[field])
    if not fields:
        return None
    moved = "geometry" in fields or "original_crs" in fields
    kept = {"wkb": was.shape.wkb_hex, "original": was.original, "crs": was.crs} if moved else {}
    then, now = ({field: told[field] for field in fields} for told in (before, after))
    return Changed(hazard.public_id, hazard.row_version + 1, then, now, kept)


def _stale(hazard: Hazard, given: Wanted) -> Stale:
    was, fields = as_saved(hazard), [*WORDS, "unit", "geometry"]
    saved, yours = (dict(zip(fields, _values(one), strict=True)) for one in (was, given))
    differences = [Difference(field, saved[field], yours[field]) for field in fields if _differ(saved, yours, field)]
    return Stale(text("Somebody else saved this hazard while you had it open."), differences)


def _values(one: Wanted) -> list[object]:
    return [*(getattr(one.said, field) for field in WORDS), one.unit_id, one.shape]


def _differ(saved: Mapping[str, object], yours: Mapping[str, object], field: str) -> bool:
    theirs, mine = saved[field], yours[field]
    if isinstance(theirs, BaseGeometry) and isinstance(mine, BaseGeometry):
        return not same_shapes([theirs], [mine])[0]
    return theirs != mine
