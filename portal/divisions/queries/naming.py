"""Units by the names and codes that files write, with the days on which each is called so and lies in one's scope."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.divisions.models import Ancestry, Unit, UnitCode, UnitVersion
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission


@dataclass(frozen=True)
class NamedUnit:
    """A unit for the days `[since, until)`; `system` is the code system it was found by, "" for a name."""

    id: int
    public_id: uuid.UUID
    name: str
    parent: str | None
    level: int
    since: dt.date
    until: dt.date | None
    system: str = ""

    def on(self, day: dt.date) -> bool:
        """Whether it is so on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def label(self) -> str:
        """The name behind that of the unit above, which tells two of one name apart."""
        return f"{self.parent} {self.name}" if self.parent and self.level > 4 else self.name


Named = Mapping[str, list[NamedUnit]]
NamedSelect: TypeAlias = Select[str, int, uuid.UUID, str, str, int, dt.date, dt.date | None, str]


def units_named(session: Session, actor: Actor, permission: Permission, names: Iterable[str]) -> Named:
    """All units that ever bore one of the names within the actor's scope, by name."""
    query = _within(actor, permission, UnitVersion.name, UnitVersion.valid)
    return _by_key(session, query.where(UnitVersion.name.in_(sorted(set(names)))))


def units_coded(session: Session, actor: Actor, permission: Permission, codes: Iterable[str]) -> Named:
    """All units that ever bore one of the codes, of whatever system, within the actor's scope, by code."""
    days = UnitVersion.valid.op("*")(UnitCode.valid)
    query = _within(actor, permission, UnitCode.code, days, UnitCode.system).join(
        UnitCode, (UnitCode.unit_id == UnitVersion.unit_id) & UnitCode.superseded_at.is_(None)
    )
    query = query.where(UnitCode.code.in_(sorted(set(codes))), UnitCode.valid.op("&&")(UnitVersion.valid))
    return _by_key(session, query)


def _within(
    actor: Actor,
    permission: Permission,
    key: InstrumentedAttribute[str],
    days: ColumnElement[object] | InstrumentedAttribute[object],
    system: InstrumentedAttribute[str] | None = None,
) -> NamedSelect:
    above = aliased(UnitVersion)
    held = days.op("*")(func.coalesce(above.valid, UnitVersion.valid))
    if not actor.system:
        held = held.op("*")(Ancestry.valid)
    system_of = system if system is not None else literal("")
    columns = (key, Unit.id, Unit.public_id, UnitVersion.name, above.name, UnitVersion.level)
    query = select(*columns, func.lower(held), func.upper(held), system_of).where(~func.isempty(held))
    query = query.join_from(UnitVersion, Unit, Unit.id == UnitVersion.unit_id).outerjoin(
        above,
        (above.unit_id == UnitVersion.parent_id)
        & above.superseded_at.is_(None)
        & above.valid.op("&&")(UnitVersion.valid),
    )
    if not actor.system:
        query = query.join(Ancestry, Ancestry.unit_id == UnitVersion.unit_id).where(
            Ancestry.ancestor_id.in_(sorted(actor.scope(permission)))
        )
    return query.where(UnitVersion.superseded_at.is_(None))


def _by_key(session: Session, query: NamedSelect) -> Named:
    found: dict[str, list[NamedUnit]] = defaultdict(list)
    for key, unit_id, public_id, name, parent, level, since, until, system in session.execute(query):
        found[key].append(NamedUnit(unit_id, public_id, name, parent, level, since, until, system))
    return found
