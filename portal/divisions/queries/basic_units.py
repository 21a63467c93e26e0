"""Basic management units as the office sees them: within the actor's divisions, as of a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import BasicUnit, BasicUnitAcceptance, BasicUnitProgress, Unit, UnitVersion
from portal.divisions.queries.heirs import last_day
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import on, scoped
from portal.divisions.rules.basic_units import ItemState, month_of, read_items
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text


@dataclass(frozen=True)
class BasicUnitRow:
    """A unit on a day: its town's name, the newest progress and acceptance until then, whether this month is told."""

    unit: BasicUnit
    town: str
    progress: BasicUnitProgress | None
    acceptance: BasicUnitAcceptance | None
    told: bool

    @property
    def states(self) -> Mapping[str, ItemState]:
        """How far each item is."""
        return read_items(self.progress.items) if self.progress else {}

    @property
    def accepted(self) -> Mapping[str, bool]:
        """Which items were accepted."""
        return {key: bool(value) for key, value in self.acceptance.items.items()} if self.acceptance else {}


@dataclass(frozen=True)
class History:
    """All that was said of a unit, the newest first."""

    progress: Sequence[BasicUnitProgress] = field(default_factory=tuple)
    acceptances: Sequence[BasicUnitAcceptance] = field(default_factory=tuple)


def basic_units(session: Session, actor: Actor, permission: Permission, at: dt.date) -> list[BasicUnitRow]:
    """The units of a day, town by town."""
    there = (BasicUnit.set_up_on <= at, or_(BasicUnit.ended_on.is_(None), BasicUnit.ended_on > at))
    query = select(BasicUnit).where(_mine(actor, permission, at), *there).order_by(BasicUnit.unit_id, BasicUnit.name)
    return _rows(session, session.scalars(query).all(), at)


def basic_unit(
    session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID, at: dt.date, *, lock: bool = False
) -> BasicUnit:
    """One unit, locked if it is to be written; raises `NotFound` outside the actor's divisions."""
    query = select(BasicUnit).where(BasicUnit.public_id == public_id, _mine(actor, permission, at))
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound(text("There is no such basic management unit."))
    return found


def basic_unit_row(session: Session, unit: BasicUnit, at: dt.date) -> BasicUnitRow:
    """One unit as the list shows it."""
    return _rows(session, [unit], at)[0]


def basic_unit_history(session: Session, unit: BasicUnit) -> History:
    """Every month and acceptance of a unit; of a month that was told twice, both."""
    progress, acceptance = BasicUnitProgress, BasicUnitAcceptance
    told = select(progress).where(progress.basic_unit_id == unit.id).order_by(progress.month.desc(), progress.id.desc())
    found = select(acceptance).where(acceptance.basic_unit_id == unit.id).order_by(acceptance.accepted_on.desc())
    return History(session.scalars(told).all(), session.scalars(found.order_by(acceptance.id.desc())).all())


def name_taken(session: Session, unit_id: int, name: str, but: int | None = None) -> bool:
    """Whether a town has another unit of a name that has not ended."""
    query = select(BasicUnit.id).where(BasicUnit.unit_id == unit_id, BasicUnit.name == name)
    return session.scalar(query.where(BasicUnit.ended_on.is_(None), BasicUnit.id != (but or 0))) is not None


def town_to_write(
    session: Session, actor: Actor, permission: Permission, public_id: uuid.UUID, at: dt.date
) -> int | None:
    """The internal id of a town within the actor's divisions on a day."""
    query = select(Unit.id).join(UnitVersion, UnitVersion.unit_id == Unit.id)
    there = (UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at), UnitVersion.level == 4)
    return session.scalar(query.where(Unit.public_id == public_id, *there, scoped(actor, permission, Unit.id, at)))


def _mine(actor: Actor, permission: Permission, at: dt.date) -> ColumnElement[bool]:
    """A town that ended counts on its last day, so that its units are not lost before they are given another."""
    return scoped(actor, permission, BasicUnit.unit_id, func.least(at, last_day(BasicUnit.unit_id)))


def _rows(session: Session, units: Sequence[BasicUnit], at: dt.date) -> list[BasicUnitRow]:
    ids = [one.id for one in units]
    progress = _newest_progress(session, ids, month_of(at))
    accepted = _newest_acceptance(session, ids, at)
    towns = _towns(session, [one.unit_id for one in units], at)
    return [
        BasicUnitRow(
            one,
            towns.get(one.unit_id, ""),
            progress.get(one.id),
            accepted.get(one.id),
            one.id in progress and progress[one.id].month == month_of(at),
        )
        for one in units
    ]


def _newest_progress(session: Session, ids: Sequence[int], until: dt.date) -> dict[int, BasicUnitProgress]:
    row = BasicUnitProgress
    query = select(row).where(row.basic_unit_id == any_of(ids), row.month <= until).ext(distinct_on(row.basic_unit_id))
    found = session.scalars(query.order_by(row.basic_unit_id, row.month.desc(), row.id.desc()))
    return {one.basic_unit_id: one for one in found}


def _newest_acceptance(session: Session, ids: Sequence[int], until: dt.date) -> dict[int, BasicUnitAcceptance]:
    row = BasicUnitAcceptance
    query = (
        select(row)
        .where(row.basic_unit_id == any_of(ids), row.accepted_on <= until)
        .ext(distinct_on(row.basic_unit_id))
    )
    found = session.scalars(query.order_by(row.basic_unit_id, row.accepted_on.desc(), row.id.desc()))
    return {one.basic_unit_id: one for one in found}


def _towns(session: Session, unit_ids: Sequence[int], at: dt.date) -> dict[int, str]:
    version = aliased(UnitVersion)
    day = func.least(at, last_day(version.unit_id))
    query = select(version.unit_id, version.name).where(version.unit_id == any_of(unit_ids), on(version.valid, day))
    return dict(session.execute(query.where(version.superseded_at.is_(None))).all())
