"""What several code systems say of the same digits on a day: beside each other, never merged."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.models import Unit, UnitCode, UnitVersion
from portal.divisions.queries.lists import list_at, rows_of
from portal.divisions.queries.scope import on


@dataclass(frozen=True)
class Said:
    """What one system says of a code: the unit that is registered under it, and what its last list wrote."""

    name: str | None = None
    public_id: uuid.UUID | None = None
    listed: str | None = None
    list_key: str | None = None


@dataclass(frozen=True)
class SideRow:
    """A code with what each system says; a system that does not have it is not among the keys."""

    code: str
    said: Mapping[str, Said] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether two systems that both have the code mean different units by it."""
        return len({said.public_id or said.listed for said in self.said.values()}) > 1


def side_by_side(session: Session, at: dt.date, systems: Sequence[str], prefix: str = "") -> list[SideRow]:
    """Codes that begin with a prefix, sorted; of each system the unit of the day and the row of its last list."""
    found: dict[str, dict[str, Said]] = defaultdict(dict)
    for system, code, name, public_id in _registered(session, at, systems, prefix):
        found[code][system] = Said(name, public_id)
    for system in systems:
        for code, listed, key in _listed(session, at, system, prefix):
            known = found[code].get(system, Said())
            found[code][system] = Said(known.name, known.public_id, listed, key)
    return [SideRow(code, {one: found[code][one] for one in systems if one in found[code]}) for code in sorted(found)]


def _registered(
    session: Session, at: dt.date, systems: Sequence[str], prefix: str
) -> Sequence[tuple[str, str, str, uuid.UUID]]:
    query = (
        select(UnitCode.system, UnitCode.code, UnitVersion.name, Unit.public_id)
        .join(Unit, Unit.id == UnitCode.unit_id)
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .where(UnitCode.system.in_(list(systems)), UnitCode.superseded_at.is_(None), on(UnitCode.valid, at))
        .where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at))
    )
    if prefix:
        query = query.where(UnitCode.code.startswith(prefix, autoescape=True))
    return [(system, code, name, public_id) for system, code, name, public_id in session.execute(query)]


def _listed(session: Session, at: dt.date, system: str, prefix: str) -> Sequence[tuple[str, str, str]]:
    kept = list_at(session, system, at, prefix)
    if kept is None:
        return []
    rows: dict[str, tuple[str, str, str]] = {}
    for row in rows_of(session, kept.id, prefix):
        rows[row.code] = (row.code, row.name, kept.key)
        if row.parent_code and row.parent_name and row.parent_code.startswith(prefix):
            rows.setdefault(row.parent_code, (row.parent_code, row.parent_name, kept.key))
    return list(rows.values())
