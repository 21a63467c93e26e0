"""What a crosswalk of divisions rests on: units of two days, ground that went between, sizes, documents, overlaps."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from geoalchemy2 import Geography
from sqlalchemy import cast, func, select
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import Ancestry, Change, ChangeStep, Lineage, Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import on, scoped
from portal.divisions.rules.crosswalk import GROUND_EDGES, GroundEdge, Measured
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.db.base import STORAGE_SRID


@dataclass(frozen=True, slots=True)
class CrossUnit:
    """A unit of one of the two days; `code` is of the system asked for, area in m² on the ellipsoid."""

    id: int
    public_id: uuid.UUID
    name: str
    level: int
    parent: str | None
    code: str | None
    people: int | None
    area_m2: float | None


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """An edge with its document: the file of the change where there is one, else what the lineage says itself."""

    edge_id: int
    kind: str
    happened_on: dt.date
    precision: str
    change_id: uuid.UUID | None
    change_unit: int | None
    title: str
    number: str
    authority: str
    approved_on: dt.date | None
    effective_on: dt.date | None


def units_of_level(session: Session, at: dt.date, level: int, system: str) -> dict[int, CrossUnit]:
    """All units of a level on a day by internal id, in the order of their codes."""
    parent = aliased(UnitVersion)
    query = (
        select(
            Unit.id, Unit.public_id, UnitVersion.name, UnitVersion.level, parent.name.label("parent"), UnitCode.code,
            UnitVersion.population, UnitShape.area_m2,
        )
        .join(UnitVersion, UnitVersion.unit_id == Unit.id)
        .outerjoin(
            parent, (parent.unit_id == UnitVersion.parent_id) & parent.superseded_at.is_(None) & on(parent.valid, at)
        )
        .outerjoin(
            UnitCode,
            (UnitCode.unit_id == Unit.id)
            & (UnitCode.system == system)
            & UnitCode.superseded_at.is_(None)
            & on(UnitCode.valid, at),
        )
        .outerjoin(
            UnitShape, (UnitShape.unit_id == Unit.id) & UnitShape.superseded_at.is_(None) & on(UnitShape.valid, at)
        )
        .where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at), UnitVersion.level == level)
        .order_by(UnitCode.code, Unit.id)
    )  # fmt: skip
    return {row[0]: CrossUnit(*row) for row in session.execute(query)}


def ground_edges(session: Session, after: dt.date, until: dt.date, level: int, by: str) -> list[GroundEdge]:
    """Edges that carry ground out of units of a level, of the days after one up to another; `by` is area or people."""
    share = Lineage.area_share if by == "area" else Lineage.people_share
    givers = select(UnitVersion.unit_id).where(UnitVersion.level == level, UnitVersion.superseded_at.is_(None))
    turn = select(func.max(ChangeStep.id)).where(
        ChangeStep.change_id == Lineage.change_id, ChangeStep.step == "carry_out"
    )
    query = (
        select(
            Lineage.id, Lineage.edge, Lineage.from_unit_id, Lineage.to_unit_id, Lineage.happened_on, share,
            func.coalesce(turn.scalar_subquery(), 0),
        )
        .where(Lineage.superseded_at.is_(None), Lineage.happened_on > after, Lineage.happened_on <= until)
        .where(Lineage.edge.in_(sorted(GROUND_EDGES)), Lineage.from_unit_id != Lineage.to_unit_id)
        .where(Lineage.from_unit_id.in_(givers))
        .order_by(Lineage.happened_on, Lineage.id)
    )  # fmt: skip
    return [
        GroundEdge(key, kind, source or 0, target, day, None if part is None else Fraction(part), turn)
        for key, kind, source, target, day, part, turn in session.execute(query)
    ]


def founded_units(session: Session, after: dt.date, until: dt.date) -> frozenset[int]:
    """Units that were set up on ground of no other in these days."""
    query = select(Lineage.to_unit_id).where(
        Lineage.superseded_at.is_(None),
        Lineage.edge == "set_up",
        Lineage.from_unit_id.is_(None),
        Lineage.happened_on > after,
        Lineage.happened_on <= until,
    )
    return frozenset(session.scalars(query))


def on_the_way(session: Session, edge_ids: Iterable[int]) -> dict[int, OnTheWay]:
    """Edges with their documents, in the order of their days."""
    query = (
        select(Lineage, Change)
        .outerjoin(Change, Change.id == Lineage.change_id)
        .where(Lineage.id == any_of(edge_ids))
        .order_by(Lineage.happened_on, Lineage.id)
    )
    return {line.id: _document(line, change) for line, change in session.execute(query)}


def names_ever(session: Session, unit_ids: Iterable[int]) -> dict[int, str]:
    """The last name of each unit, for those that lie between the two days."""
    query = (
        select(UnitVersion.unit_id, UnitVersion.name)
        .where(UnitVersion.unit_id == any_of(unit_ids), UnitVersion.superseded_at.is_(None))
        .order_by(UnitVersion.unit_id, UnitVersion.valid_from)
    )
    return dict(session.execute(query).all())


def levels_of(session: Session, unit_ids: Iterable[int], at: dt.date) -> dict[int, int]:
    """The level of units on a day; one that did not exist is left out."""
    query = select(UnitVersion.unit_id, UnitVersion.level).where(
        UnitVersion.unit_id == any_of(unit_ids), UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at)
    )
    return dict(session.execute(query).all())


def units_seen(session: Session, actor: Actor, permission: Permission, at: dt.date) -> frozenset[int] | None:
    """The units that lie in the actor's scope on a day; None for all of them."""
    if actor.system:
        return None
    query = select(UnitVersion.unit_id).where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at))
    return frozenset(session.scalars(query.where(scoped(actor, permission, UnitVersion.unit_id, at))))


def units_below(session: Session, ancestor: int, at: dt.date) -> frozenset[int]:
    """The units at or below a unit on a day."""
    query = select(Ancestry.unit_id).where(Ancestry.ancestor_id == ancestor, on(Ancestry.valid, at))
    return frozenset(session.scalars(query))


def measured(session: Session, sources: Iterable[int], from_date: dt.date, to_date: dt.date, level: int) -> Measured:
    """Areas (m², ellipsoid) of some units of one day, and of what they have in common with those of another day."""
    old, new = aliased(UnitShape), aliased(UnitShape)
    wanted = sorted(set(sources))
    held = select(UnitShape.unit_id, UnitShape.area_m2).where(
        UnitShape.unit_id == any_of(wanted), UnitShape.superseded_at.is_(None), on(UnitShape.valid, from_date)
    )
    common = func.ST_Area(cast(func.ST_Intersection(old.geom, new.geom), Geography("GEOMETRY", STORAGE_SRID)))
    query = (
        select(old.unit_id, new.unit_id, common)
        .join(new, func.ST_Intersects(old.geom, new.geom))
        .join(UnitVersion, UnitVersion.unit_id == new.unit_id)
        .where(old.unit_id == any_of(wanted), old.superseded_at.is_(None), on(old.valid, from_date))
        .where(new.superseded_at.is_(None), on(new.valid, to_date))
        .where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, to_date), UnitVersion.level == level)
    )
    overlaps: Mapping[tuple[int, int], float] = {(a, b): area for a, b, area in session.execute(query)}
    same = held.where(on(UnitShape.valid, to_date))
    return Measured(dict(session.execute(held).all()), overlaps, frozenset(session.scalars(same)))


def _document(line: Lineage, change: Change | None) -> OnTheWay:
    return OnTheWay(
        line.id,
        line.edge,
        line.happened_on,
        line.precision,
        change.public_id if change else None,
        change.unit_id if change else None,
        change.title if change else "",
        (change.document_number if change else "") or line.document,
        change.document_authority if change else "",
        change.approved_on if change else None,
        change.effective_on if change else line.happened_on,
    )
