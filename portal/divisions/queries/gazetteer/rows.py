"""Rows of the gazetteer: units of a day with what their versions say, what is counted, and what was entered by year."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from portal.divisions.catalogue.gazetteer import GazetteerField, fields
from portal.divisions.models import Ancestry, GazetteerValue, Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.choices import TOWN, first_code
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import on, scoped
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission

SAID = ("name", "kind", "seat", "postcode", "phone", "name_en")
COUNTED = {"residents_committee": "residents_counted", "villagers_committee": "villagers_counted"}


@dataclass(frozen=True)
class Cell:
    """A value that is believed: `value` is None where the cell was emptied."""

    id: int
    value: str | None
    year: int
    as_of: dt.date | None
    source: str
    recorded_at: dt.datetime
    recorded_by: str


@dataclass(frozen=True)
class Shown:
    """What a cell says; `year` is set where the value is of an earlier year and does not last."""

    value: str
    year: int | None = None


NOTHING = Shown("")


@dataclass(frozen=True)
class GazetteerRow:
    """A unit on a day. `register` and `counted` by field; `cells` of the year, `earlier` the last before it."""

    id: int
    public_id: uuid.UUID
    name: str
    kind: str
    level: int
    parent_id: int | None
    register: Mapping[str, str]
    counted: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, Cell] = field(default_factory=dict)
    earlier: Mapping[str, Cell] = field(default_factory=dict)

    def shown(self, one: GazetteerField) -> Shown:
        """What stands in a column."""
        if not one.entered:
            return Shown(self.register.get(one.key) or self.counted.get(one.key) or "")
        if one.key in self.cells:
            return Shown(self.cells[one.key].value or "")
        before = self.earlier.get(one.key)
        if before is None or before.value is None:
            return NOTHING
        return Shown(before.value, None if one.lasting else before.year)

    def seen(self, key: str) -> int:
        """The version of a cell that a save names: the id of the year's value, 0 for none."""
        return self.cells[key].id if key in self.cells else 0

    def differs(self, one: GazetteerField) -> str | None:
        """The counted number beside an entered one that is another; None where they agree or one is not known."""
        entered = self.shown(one).value
        if one.compare is None or not entered or self.shown(one).year is not None:
            return None
        counted = self.counted.get(one.compare, "0")
        return counted if counted != entered else None

    def asked(self, one: GazetteerField) -> bool:
        """Whether the column is asked of a unit of this level."""
        return self.level in one.levels


def gazetteer_rows(
    session: Session,
    actor: Actor,
    permission: Permission,
    root_id: int,
    at: dt.date,
    year: int,
    *,
    depth: int | None = None,
) -> list[GazetteerRow]:
    """The root and the units below it, down to a depth, within the actor's scope: each town before its committees."""
    units = session.execute(_units(actor, permission, root_id, at, depth)).all()
    return _filled(session, units, at, year)


def gazetteer_row(
    session: Session, actor: Actor, permission: Permission, unit_ids: Iterable[int], at: dt.date, year: int
) -> list[GazetteerRow]:
    """The rows of some units within the actor's scope."""
    query = _columns(at).where(Unit.id == any_of(unit_ids), scoped(actor, permission, Unit.id, at))
    return _filled(session, session.execute(query.order_by(Unit.id)).all(), at, year)


def units_with_ids(session: Session, public_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Internal ids by public id, whoever asks: what may be seen of them is another question."""
    query = select(Unit.public_id, Unit.id).where(Unit.public_id.in_(sorted(set(public_ids))))
    return dict(session.execute(query).all())


def history_of(session: Session, unit_id: int, key: str, year: int | None = None) -> Sequence[GazetteerValue]:
    """Everything a cell ever held, the newest first; without a year that of all years."""
    query = select(GazetteerValue).where(GazetteerValue.unit_id == unit_id, GazetteerValue.field == key)
    if year is not None:
        query = query.where(GazetteerValue.year == year)
    return session.scalars(query.order_by(GazetteerValue.id.desc())).all()


def last_source(session: Session, recorded_by: str) -> str:
    """The source that somebody named last, to offer it again."""
    value = GazetteerValue
    query = select(value.source).where(value.recorded_by == recorded_by, value.way.in_(("typed", "pasted")))
    return session.scalar(query.order_by(value.id.desc()).limit(1)) or ""


def years_with_values(session: Session) -> list[int]:
    """Years for which something was entered, the newest first."""
    query = select(GazetteerValue.year).where(GazetteerValue.superseded_at.is_(None)).distinct()
    return sorted(session.scalars(query), reverse=True)


UnitSelect: TypeAlias = Select[
    int, uuid.UUID, str, str, int, int | None, str | None, str | None, str | None, str | None
]


def _columns(at: dt.date) -> UnitSelect:
    version = UnitVersion
    return (
        select(Unit.id, Unit.public_id, version.name, version.kind, version.level, version.parent_id)
        .add_columns(version.seat, version.postcode, version.phone, version.name_en)
        .join(version, version.unit_id == Unit.id)
        .where(version.superseded_at.is_(None), on(version.valid, at))
    )


def _units(actor: Actor, permission: Permission, root_id: int, at: dt.date, depth: int | None) -> UnitSelect:
    down = select(Ancestry.unit_id).where(Ancestry.ancestor_id == root_id, on(Ancestry.valid, at))
    if depth is not None:
        down = down.where(Ancestry.depth <= depth)
    town_id = case((UnitVersion.level > TOWN, UnitVersion.parent_id), else_=UnitVersion.unit_id)
    query = _columns(at).where(Unit.id.in_(down), scoped(actor, permission, Unit.id, at))
    return query.order_by(UnitVersion.level >= TOWN, first_code(town_id, at), town_id, UnitVersion.level).order_by(
        first_code(Unit.id, at), Unit.id
    )


def _filled(session: Session, units: Sequence[Any], at: dt.date, year: int) -> list[GazetteerRow]:
    ids = [unit.id for unit in units]
    codes, counted = _codes(session, ids, at), _counted(session, ids, at)
    cells, earlier = _cells(session, ids, year)
    return [
        GazetteerRow(
            unit.id,
            unit.public_id,
            unit.name,
            unit.kind,
            unit.level,
            unit.parent_id,
            register={key: getattr(unit, key) or "" for key in SAID} | codes[unit.id],
            counted=counted[unit.id],
            cells=cells[unit.id],
            earlier=earlier[unit.id],
        )
        for unit in units
    ]


def _codes(session: Session, ids: Sequence[int], at: dt.date) -> Mapping[int, dict[str, str]]:
    query = select(UnitCode.unit_id, UnitCode.system, UnitCode.code).where(
        UnitCode.unit_id == any_of(ids), UnitCode.superseded_at.is_(None), on(UnitCode.valid, at)
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for unit_id, system, code in session.execute(query):
        found[unit_id][f"code_{system}"] = code
    return found


def _counted(session: Session, ids: Sequence[int], at: dt.date) -> Mapping[int, dict[str, str]]:
    """Committees by kind below each unit, and the area of its outline in km²."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    version = UnitVersion
    query = (
        select(Ancestry.ancestor_id, version.kind, func.count())
        .join(version, version.unit_id == Ancestry.unit_id)
        .where(Ancestry.ancestor_id == any_of(ids), Ancestry.depth > 0, on(Ancestry.valid, at))
        .where(version.kind.in_(list(COUNTED)), version.superseded_at.is_(None), on(version.valid, at))
        .group_by(Ancestry.ancestor_id, version.kind)
    )
    for unit_id, kind, count in session.execute(query):
        found[unit_id][COUNTED[kind]] = str(count)
    areas = select(UnitShape.unit_id, UnitShape.area_m2).where(
        UnitShape.unit_id == any_of(ids), UnitShape.superseded_at.is_(None), on(UnitShape.valid, at)
    )
    for unit_id, area in session.execute(areas):
        found[unit_id]["area_drawn"] = f"{area / 1_000_000:.2f}"
    return found


Cells = dict[int, dict[str, Cell]]


def _cells(session: Session, ids: Sequence[int], year: int) -> tuple[Cells, Cells]:
    value = GazetteerValue
    query = (
        select(value)
        .where(value.unit_id == any_of(ids), value.superseded_at.is_(None), value.year <= year)
        .where(value.field.in_([key for key, one in fields().items() if one.entered]))
        .order_by(value.year, value.id)
    )
    cells: Cells = defaultdict(dict)
    earlier: Cells = defaultdict(dict)
    for row in session.scalars(query):
        into = cells if row.year == year else earlier
        if row.year == year or row.value is not None:
            into[row.unit_id][row.field] = cell_of(row)
    return cells, earlier


def cell_of(row: GazetteerValue) -> Cell:
    """A kept value as pages take it."""
    return Cell(row.id, row.value, row.year, row.as_of, row.source, row.recorded_at, row.recorded_by)
