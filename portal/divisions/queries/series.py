"""What the base holds of units that lists may speak of: codes, versions and edges of all times."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.models import Lineage, UnitCode, UnitVersion
from portal.divisions.queries.many import any_of
from portal.divisions.queries.snapshot import KnownVersion

COUNTY_DIGITS = 6
"""Codes of this length are GB/T 2260 in every system; longer ones mean something in their own system only."""


@dataclass(frozen=True, slots=True)
class HeldCode:
    """A believed row of a code."""

    id: int
    unit_id: int
    system: str
    code: str
    valid_from: dt.date
    valid_to: dt.date | None
    source: str


@dataclass(frozen=True, slots=True)
class HeldEdge:
    """A believed edge that no change file wrote."""

    id: int
    edge: str
    from_unit_id: int | None
    to_unit_id: int
    happened_on: dt.date
    document: str


def held_codes(session: Session, system: str) -> list[HeldCode]:
    """All codes of a system, and those of counties and above in every system."""
    columns = [getattr(UnitCode, field.name) for field in fields(HeldCode)]
    which = (UnitCode.system == system) | (func.length(UnitCode.code) == COUNTY_DIGITS)
    query = select(*columns).where(UnitCode.superseded_at.is_(None), which).order_by(UnitCode.id)
    return [HeldCode(*row) for row in session.execute(query)]


def held_versions(session: Session, unit_ids: Iterable[int]) -> Mapping[int, Sequence[KnownVersion]]:
    """All believed versions of units, by unit and day."""
    columns = [getattr(UnitVersion, field.name) for field in fields(KnownVersion)]
    query = select(*columns).where(UnitVersion.superseded_at.is_(None), UnitVersion.unit_id == any_of(unit_ids))
    found: dict[int, list[KnownVersion]] = defaultdict(list)
    for row in session.execute(query.order_by(UnitVersion.valid_from)):
        found[row.unit_id].append(KnownVersion(*row))
    return found


def held_edges(session: Session, unit_ids: Iterable[int]) -> list[HeldEdge]:
    """Edges to units that were derived from lists."""
    columns = [getattr(Lineage, field.name) for field in fields(HeldEdge)]
    query = select(*columns).where(
        Lineage.superseded_at.is_(None), Lineage.change_id.is_(None), Lineage.to_unit_id == any_of(unit_ids)
    )
    return [HeldEdge(*row) for row in session.execute(query)]
