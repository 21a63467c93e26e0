"""Cells of the gazetteer: what a save would change, and the save itself. Old values are superseded, never edited."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.divisions.catalogue.gazetteer import entered_fields
from portal.divisions.models import GazetteerValue, Unit, UnitVersion
from portal.divisions.permissions import EDIT_GAZETTEER
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import on, scoped
from portal.divisions.rules.gazetteer import (
    MOST_CELLS,
    CellEdit,
    Conflict,
    StaleCells,
    check_source,
    check_year,
    read_cell,
)
from portal.errors import BadInput, FormInvalid, NotFound, RuleBroken
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.db.base import new_public_id
from portal.kernel.i18n.text import Text, text

SUBJECT = "divisions.gazetteer"


@dataclass(frozen=True)
class SaveCells:
    """Cells of a year, of units as they are on `at`; `source` says where the values come from."""

    year: int
    at: dt.date
    source: str
    cells: Sequence[CellEdit]
    as_of: dt.date | None = None
    way: str = "typed"


@dataclass(frozen=True)
class CellChange:
    """What becomes of one cell; `old` is the id of the value that it takes the place of, 0 for none."""

    unit_id: int
    public_id: uuid.UUID
    unit: str
    field: str
    before: str | None
    after: str | None
    old: int


@dataclass(frozen=True)
class Written:
    """Ids of what was written and superseded, for an undo."""

    added: Sequence[int]
    superseded: Sequence[int]


def plan_cells(session: Session, actor: Actor, command: SaveCells, today: dt.date) -> list[CellChange]:
    """What a save would change, writing nothing; cells that stay as they are are left out.

    Raises `NotFound` outside the actor's scope, `FormInvalid` by cell (`unit:field`), `StaleCells` when others saved.
    """
    policy.require(actor, EDIT_GAZETTEER)
    check_year(command.year, today)
    if len(command.cells) > MOST_CELLS:
        raise BadInput(text("More than %(most)d cells at once are too many.", most=MOST_CELLS))
    units = _units(session, actor, command)
    wanted = _read(command, units)
    saved = _saved(session, [one.id for one in units.values()], command)
    _check_seen(command, units, wanted, saved)
    return list(_changes(command, units, wanted, saved))


def save_cells(session: Session, actor: Actor, command: SaveCells, today: dt.date) -> tuple[list[CellChange], Written]:
    """Writes what `plan_cells` says, with one row in the audit trail; raises what that raises."""
    source = check_source(command.source)
    changes = plan_cells(session, actor, command, today)
    old = [one.old for one in changes if one.old]
    _supersede(session, old)
    rows = [
        GazetteerValue(
            unit_id=one.unit_id,
            field=one.field,
            year=command.year,
            value=one.after,
            as_of=command.as_of,
            source=source,
            way=command.way,
            recorded_by=actor.name,
        )
        for one in changes
    ]
    session.add_all(rows)
    if changes:
        _record(session, actor, "changed", command.year, source, changes)
    session.flush()
    return changes, Written([row.id for row in rows], old)


def take_back_values(session: Session, actor: Actor, added: Sequence[int], superseded: Sequence[int]) -> None:
    """Gives cells back what they held before, as new values; raises `RuleBroken` when one was saved since."""
    policy.require(actor, EDIT_GAZETTEER)
    value = GazetteerValue
    written = session.scalars(select(value).where(value.id == any_of(added)).with_for_update()).all()
    if any(one.superseded_at is not None for one in written):
        raise RuleBroken(text("Some of these values were changed since; they cannot be taken back together."))
    before = session.scalars(select(value).where(value.id == any_of(superseded))).all()
    _supersede(session, [one.id for one in written])
    copied = ("unit_id", "field", "year", "value", "as_of", "source", "way")
    kept = [value(**{name: getattr(one, name) for name in copied}, recorded_by=actor.name) for one in before]
    session.add_all(kept)
    after = {"values": len(written), "given_back": len(kept)}
    trail.record(session, actor, "undone", SUBJECT, new_public_id(), after=after)
    session.flush()


@dataclass(frozen=True)
class _Unit:
    id: int
    public_id: uuid.UUID
    name: str
    level: int


Place = tuple[uuid.UUID, str]


def _units(session: Session, actor: Actor, command: SaveCells) -> Mapping[uuid.UUID, _Unit]:
    wanted = {one.unit for one in command.cells}
    query = (
        select(Unit.id, Unit.public_id, UnitVersion.name, UnitVersion.level)
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .where(
            Unit.public_id.in_(sorted(wanted)), UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, command.at)
        )
        .where(scoped(actor, EDIT_GAZETTEER, Unit.id, command.at))
    )
    found = {row.public_id: _Unit(*row) for row in session.execute(query)}
    if wanted - found.keys():
        raise NotFound(text("There is no such division on this date."))
    return found


def _read(command: SaveCells, units: Mapping[uuid.UUID, _Unit]) -> dict[Place, str | None]:
    wanted: dict[Place, str | None] = {}
    wrong: dict[str, list[object]] = {}
    for one in command.cells:
        try:
            wanted[one.unit, one.field] = _value(one, units[one.unit])
        except BadInput as error:
            wrong.setdefault(one.place, []).append(error.message)
    if wrong:
        raise FormInvalid(wrong)
    return wanted


def _value(one: CellEdit, unit: _Unit) -> str | None:
    field = entered_fields().get(one.field)
    if field is None:
        raise BadInput(text("This column comes from the register; it is changed by a change file or a correction."))
    if unit.level not in field.levels:
        raise BadInput(text("This column is not asked of a division of this level."))
    return read_cell(field, one.value)


def _saved(session: Session, unit_ids: Sequence[int], command: SaveCells) -> Mapping[tuple[int, str], GazetteerValue]:
    """The believed values of the year; they stay as they are until the transaction ends."""
    value = GazetteerValue
    query = select(value).where(
        value.unit_id == any_of(unit_ids),
        value.year == command.year,
        value.field.in_(sorted({one.field for one in command.cells})),
        value.superseded_at.is_(None),
    )
    # Whoever waited for a row finds it superseded: only the second look sees what took its place.
    session.execute(query.with_for_update())
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {(row.unit_id, row.field): row for row in rows}


def _check_seen(
    command: SaveCells,
    units: Mapping[uuid.UUID, _Unit],
    wanted: Mapping[Place, str | None],
    saved: Mapping[tuple[int, str], GazetteerValue],
) -> None:
    conflicts = []
    for one in command.cells:
        unit = units[one.unit]
        row = saved.get((unit.id, one.field))
        if row is not None and row.id != one.seen and row.value != wanted[one.unit, one.field]:
            field, yours = entered_fields()[one.field], wanted[one.unit, one.field] or ""
            told = (row.value or "", yours, row.id, row.recorded_by, row.recorded_at)
            conflicts.append(Conflict(one.place, unit.name, field, *told))
    if conflicts:
        raise StaleCells(conflicts)


def _changes(
    command: SaveCells,
    units: Mapping[uuid.UUID, _Unit],
    wanted: Mapping[Place, str | None],
    saved: Mapping[tuple[int, str], GazetteerValue],
) -> Sequence[CellChange]:
    made = []
    for (public_id, field), after in wanted.items():
        unit = units[public_id]
        row = saved.get((unit.id, field))
        before = row.value if row is not None else None
        if before != after:
            made.append(CellChange(unit.id, public_id, unit.name, field, before, after, row.id if row else 0))
    return made


def _supersede(session: Session, ids: Sequence[int]) -> None:
    value = GazetteerValue
    if ids:
        session.execute(update(value).where(value.id == any_of(ids)).values(superseded_at=func.now()))


def _record(session: Session, actor: Actor, verb: str, year: int, source: str, changes: Sequence[CellChange]) -> None:
    told = [{"unit": one.unit, "field": one.field, "before": one.before, "after": one.after} for one in changes]
    trail.record(session, actor, verb, SUBJECT, new_public_id(), after={"year": year, "source": source, "cells": told})


def what_changed(changes: Sequence[CellChange]) -> Text:
    """How many cells were saved, in words."""
    return text("%(count)d cells saved.", count=len(changes)) if changes else text("Nothing was different.")
