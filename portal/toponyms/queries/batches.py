"""Many names at once, for imports and for adding: those that rows of a file may mean, and where one may write."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Date, Text, Uuid, func, or_, select
from sqlalchemy.orm import Session

from portal.divisions.models import Ancestry, Unit, UnitVersion
from portal.divisions.queries import scoped
from portal.divisions.queries.scope import on
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.db.unnest import table_of
from portal.toponyms.models import Name, NameVersion
from portal.toponyms.permissions import EDIT
from portal.toponyms.queries.scope import name_scope

Identity: TypeAlias = tuple[int, str, str]
"""Division, name and kind: what a name without a public id is recognised by."""


@dataclass(frozen=True)
class KnownName:
    """A name as it is believed on a day, with how many rows were ever written for it."""

    public_id: uuid.UUID
    version: NameVersion
    revision: int

    @property
    def identity(self) -> Identity:
        """What it is recognised by."""
        return self.version.unit_id, self.version.name, self.version.kind


def units_to_write(
    session: Session, actor: Actor, permission: Permission, wanted: Iterable[tuple[uuid.UUID, dt.date]]
) -> dict[tuple[uuid.UUID, dt.date], int]:
    """Internal ids of divisions that were there on a day, on whose subtree the actor holds the permission then."""
    pairs = sorted(set(wanted), key=str)
    asked = table_of({"unit": (Uuid(), [unit for unit, _ in pairs]), "day": (Date(), [day for _, day in pairs])})
    query = (
        select(asked.c.unit, asked.c.day, Unit.id)
        .join_from(asked, Unit, Unit.public_id == asked.c.unit)
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, asked.c.day))
        .where(scoped(actor, permission, Unit.id, asked.c.day))
    )
    return {(unit, day): unit_id for unit, day, unit_id in session.execute(query)}


def unit_public_ids(session: Session, ids: Iterable[int]) -> dict[int, uuid.UUID]:
    """Public ids of divisions by their internal ids."""
    return dict(session.execute(select(Unit.id, Unit.public_id).where(Unit.id.in_(sorted(set(ids))))).all())


def names_known(
    session: Session, actor: Actor, public_ids: Sequence[uuid.UUID], at: dt.date
) -> dict[uuid.UUID, KnownName]:
    """Names within the actor's divisions by public id, as they are on a day."""
    return {one.public_id: one for one in _known(session, actor, at, Name.public_id.in_(public_ids))}


def names_alike(
    session: Session, actor: Actor, wanted: Iterable[Identity], at: dt.date
) -> dict[Identity, list[KnownName]]:
    """Names within the actor's divisions by what they are recognised by, as they are on a day."""
    keys = sorted(set(wanted))
    if not keys:
        return {}
    units, names, kinds = zip(*keys, strict=True)
    asked = table_of({"unit": (BigInteger(), units), "name": (Text(), names), "kind": (Text(), kinds)})
    same = (
        (NameVersion.unit_id == asked.c.unit) & (NameVersion.name == asked.c.name) & (NameVersion.kind == asked.c.kind)
    )
    found: dict[Identity, list[KnownName]] = defaultdict(list)
    for one in _known(session, actor, at, select(asked).where(same).exists()):
        found[one.identity].append(one)
    return found


def names_of_ids(session: Session, ids: Sequence[int]) -> Mapping[int, list[NameVersion]]:
    """What is believed of names by internal id, the earliest first, locked."""
    query = select(NameVersion).where(NameVersion.name_id.in_(ids), NameVersion.superseded_at.is_(None))
    query = query.order_by(NameVersion.name_id, NameVersion.valid_from).with_for_update(of=NameVersion)
    found: dict[int, list[NameVersion]] = defaultdict(list)
    for one in session.scalars(query.execution_options(populate_existing=True)):
        found[one.name_id].append(one)
    return found


def ids_of(session: Session, public_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Internal ids of names by their public ids."""
    return dict(session.execute(select(Name.public_id, Name.id).where(Name.public_id.in_(public_ids))).all())


def revisions_of(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """How many rows were ever written for each name."""
    query = select(NameVersion.name_id, func.count()).where(NameVersion.name_id.in_(ids))
    return dict(session.execute(query.group_by(NameVersion.name_id)).all())


def subtree_of(session: Session, root: int, at: dt.date) -> set[int]:
    """Ids of the units that lie within one on a day."""
    query = select(Ancestry.unit_id).where(Ancestry.ancestor_id == root, on(Ancestry.valid, at))
    return set(session.scalars(query))


def _known(session: Session, actor: Actor, at: dt.date, which: ColumnElement[bool]) -> list[KnownName]:
    query = select(NameVersion, Name.public_id).join(Name, Name.id == NameVersion.name_id)
    holds = or_(on(NameVersion.valid, at), NameVersion.valid_from > at)
    query = query.where(which, NameVersion.superseded_at.is_(None), holds, name_scope(actor, EDIT))
    rows = session.execute(query.order_by(NameVersion.name_id, NameVersion.valid_from)).all()
    first = {version.name_id: (version, public_id) for version, public_id in reversed(rows)}
    revisions = revisions_of(session, list(first)) if first else {}
    return [KnownName(public_id, version, revisions[name_id]) for name_id, (version, public_id) in first.items()]
