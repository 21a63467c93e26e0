"""Many hazards at once, for imports: those to write, and those that rows of a file may mean."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import BigInteger, ColumnElement, Date, LargeBinary, Row, Text, Uuid, func, select
from sqlalchemy.orm import Session

from portal.divisions.models import Unit, UnitVersion
from portal.divisions.queries import scoped
from portal.divisions.queries.scope import on
from portal.kernel.access.actor import Actor
from portal.kernel.db.unnest import table_of
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT
from portal.risk.queries.hazards import in_scope
from portal.risk.rules import Particulars

Identity: TypeAlias = tuple[int, str, str]
"""Division, name and type: what a hazard without a public id is recognised by."""

WORDS = ("name", "type_key", "level", "season", "description", "advice", "source", "valid_from", "assessed_on")


@dataclass(frozen=True)
class KnownHazard:
    """A hazard as it is saved, light enough for a hundred thousand."""

    public_id: uuid.UUID
    row_version: int
    unit_id: int
    said: Particulars
    shape: BaseGeometry
    closed_on: dt.date | None
    lay_on: dt.date
    """The day of which its division is known."""

    @property
    def identity(self) -> Identity:
        """What it is recognised by."""
        return self.unit_id, self.said.name, self.said.type_key

    @property
    def withdrawn(self) -> bool:
        """Whether it is there on no day: an import that brought it was undone."""
        return self.closed_on == self.said.valid_from


def units_to_edit(
    session: Session, actor: Actor, wanted: Iterable[tuple[uuid.UUID, dt.date]]
) -> dict[tuple[uuid.UUID, dt.date], int]:
    """Internal ids of divisions that were there on a day and on whose subtree the actor may edit hazards then."""
    pairs = sorted(wanted, key=str)
    asked = table_of({"unit": (Uuid(), [unit for unit, _ in pairs]), "day": (Date(), [day for _, day in pairs])})
    query = (
        select(asked.c.unit, asked.c.day, Unit.id)
        .join_from(asked, Unit, Unit.public_id == asked.c.unit)
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, asked.c.day))
        .where(scoped(actor, EDIT, Unit.id, asked.c.day))
    )
    return {(unit, day): unit_id for unit, day, unit_id in session.execute(query)}


def unit_public_ids(session: Session, ids: Iterable[int]) -> dict[int, uuid.UUID]:
    """Public ids of divisions by their internal ids."""
    return dict(session.execute(select(Unit.id, Unit.public_id).where(Unit.id.in_(sorted(ids)))).all())


def hazards_to_write(session: Session, actor: Actor, public_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Hazard]:
    """Hazards within the actor's divisions, locked, by public id; always in the same order, so that two never wait
    for each other."""
    query = select(Hazard).where(Hazard.public_id.in_(public_ids), in_scope(actor, EDIT)).order_by(Hazard.id)
    locked = query.with_for_update(of=Hazard).execution_options(populate_existing=True)
    return {hazard.public_id: hazard for hazard in session.scalars(locked)}


def hazard_names(session: Session, actor: Actor, public_ids: Sequence[uuid.UUID]) -> list[str]:
    """The names of hazards within the actor's divisions."""
    query = select(Hazard.name).where(Hazard.public_id.in_(public_ids), in_scope(actor, EDIT))
    return list(session.scalars(query.order_by(Hazard.id)))


def hazards_known(session: Session, actor: Actor, public_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, KnownHazard]:
    """Hazards within the actor's divisions by public id, open or closed."""
    return {one.public_id: one for one in _known(session, actor, Hazard.public_id.in_(public_ids))}


def hazards_alike(session: Session, actor: Actor, wanted: Iterable[Identity]) -> dict[Identity, list[KnownHazard]]:
    """Hazards within the actor's divisions by what they are recognised by, open or closed, none of them withdrawn."""
    keys = sorted(set(wanted))
    if not keys:
        return {}
    units, names, kinds = zip(*keys, strict=True)
    asked = table_of({"unit": (BigInteger(), units), "name": (Text(), names), "type_key": (Text(), kinds)})
    same = (Hazard.unit_id == asked.c.unit) & (Hazard.name == asked.c.name) & (Hazard.type_key == asked.c.type_key)
    found: dict[Identity, list[KnownHazard]] = defaultdict(list)
    for one in _known(session, actor, select(asked).where(same).exists()):
        if not one.withdrawn:
            found[one.identity].append(one)
    return found


def _known(session: Session, actor: Actor, which: ColumnElement[bool]) -> list[KnownHazard]:
    words = [getattr(Hazard, field) for field in WORDS]
    shape = func.ST_AsBinary(Hazard.geom, type_=LargeBinary)
    query = select(Hazard.public_id, Hazard.row_version, Hazard.unit_id, Hazard.closed_on, shape, Hazard.lay_on, *words)
    rows = session.execute(query.where(which, in_scope(actor, EDIT)).order_by(Hazard.id)).all()
    shapes = shapely.from_wkb([bytes(row[4]) for row in rows])
    return [_one(row, shape) for row, shape in zip(rows, shapes, strict=True)]


def _one(row: Row[Any], shape: BaseGeometry) -> KnownHazard:
    said = Particulars(**dict(zip(WORDS, row[6:], strict=True)))
    return KnownHazard(row.public_id, row.row_version, row.unit_id, said, shape, row.closed_on, row.lay_on)
