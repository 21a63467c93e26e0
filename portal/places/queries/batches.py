"""Many places at once, for imports: those to write, and those that rows of a file may mean."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import shapely
from sqlalchemy import BigInteger, ColumnElement, Date, LargeBinary, Row, Text, Uuid, func, select
from sqlalchemy.orm import Session

from portal.divisions.models import Unit, UnitVersion
from portal.divisions.queries import scoped
from portal.divisions.queries.scope import on
from portal.kernel.access.actor import Actor
from portal.kernel.db.unnest import table_of
from portal.places.models import Place
from portal.places.permissions import EDIT
from portal.places.queries.places import in_scope
from portal.places.rules import WORDS, Particulars

Identity: TypeAlias = tuple[int, str, str]
"""Division, name and kind: what a place without a public id is recognised by."""


@dataclass(frozen=True)
class KnownPlace:
    """A place as it is saved."""

    public_id: uuid.UUID
    row_version: int
    unit_id: int
    said: Particulars
    point: shapely.Point | None
    closed_on: dt.date | None
    lay_on: dt.date
    """The day of which its division is known."""

    @property
    def identity(self) -> Identity:
        """What it is recognised by."""
        return self.unit_id, self.said.name, self.said.kind

    @property
    def withdrawn(self) -> bool:
        """Whether it is there on no day: an import that brought it was undone."""
        return self.closed_on == self.said.valid_from


def units_to_edit(
    session: Session, actor: Actor, wanted: Iterable[tuple[uuid.UUID, dt.date]]
) -> dict[tuple[uuid.UUID, dt.date], int]:
    """Internal ids of divisions that were there on a day and on whose subtree the actor may edit places then."""
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


def places_to_write(session: Session, actor: Actor, public_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """Places within the actor's divisions, locked, by public id; always in the same order, so that two never wait
    for each other."""
    query = select(Place).where(Place.public_id.in_(public_ids), in_scope(actor, EDIT)).order_by(Place.id)
    locked = query.with_for_update(of=Place).execution_options(populate_existing=True)
    return {one.public_id: one for one in session.scalars(locked)}


def place_names(session: Session, actor: Actor, public_ids: Sequence[uuid.UUID]) -> list[str]:
    """The names of places within the actor's divisions."""
    query = select(Place.name).where(Place.public_id.in_(public_ids), in_scope(actor, EDIT))
    return list(session.scalars(query.order_by(Place.id)))


def places_known(session: Session, actor: Actor, public_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, KnownPlace]:
    """Places within the actor's divisions by public id, open or closed."""
    return {one.public_id: one for one in _known(session, actor, Place.public_id.in_(public_ids))}


def places_alike(session: Session, actor: Actor, wanted: Iterable[Identity]) -> dict[Identity, list[KnownPlace]]:
    """Places within the actor's divisions by what they are recognised by, open or closed, none of them withdrawn."""
    keys = sorted(set(wanted))
    if not keys:
        return {}
    units, names, kinds = zip(*keys, strict=True)
    asked = table_of({"unit": (BigInteger(), units), "name": (Text(), names), "kind": (Text(), kinds)})
    same = (Place.unit_id == asked.c.unit) & (Place.name == asked.c.name) & (Place.kind == asked.c.kind)
    found: dict[Identity, list[KnownPlace]] = defaultdict(list)
    for one in _known(session, actor, select(asked).where(same).exists()):
        if not one.withdrawn:
            found[one.identity].append(one)
    return found


def _known(session: Session, actor: Actor, which: ColumnElement[bool]) -> list[KnownPlace]:
    words = [getattr(Place, field) for field in WORDS]
    shape = func.ST_AsBinary(Place.geom, type_=LargeBinary)
    query = select(Place.public_id, Place.row_version, Place.unit_id, Place.closed_on, shape, Place.lay_on, *words)
    rows = session.execute(query.where(which, in_scope(actor, EDIT)).order_by(Place.id)).all()
    return [_one(row, row[4]) for row in rows]


def _one(row: Row[Any], wkb: bytes | None) -> KnownPlace:
    said = Particulars(**dict(zip(WORDS, row[6:], strict=True)))
    point = None if wkb is None else shapely.Point(shapely.get_coordinates(shapely.from_wkb(bytes(wkb)))[0])
    return KnownPlace(row.public_id, row.row_version, row.unit_id, said, point, row.closed_on, row.lay_on)
