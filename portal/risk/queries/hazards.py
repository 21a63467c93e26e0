"""Hazards as the office sees them: within the actor's divisions, as a list, one by one and as GeoJSON."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import JSON, ColumnElement, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.divisions.queries import scoped, unit_by_public_id, within
from portal.divisions.queries.heirs import gone
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT, READ
from portal.risk.queries.places import names_of
from portal.risk.rules import LEVELS

SERIOUSNESS = case({level: rank for rank, level in enumerate(LEVELS)}, value=Hazard.level)
UNASSIGNED = "unassigned"
"""In use on a division that ended or gave ground, and nothing decided where it goes: for a person to assign."""
STANDINGS = ("open", "closed", "all", UNASSIGNED)


@dataclass(frozen=True)
class Chosen:
    """Which hazards are wanted: as they stand on a day, of a level, a type, within a division; "" and None for any."""

    at: dt.date
    standing: str = "open"
    level: str = ""
    type_key: str = ""
    unit: uuid.UUID | None = None


@dataclass(frozen=True)
class HazardRow:
    """A hazard with its division's name on the day asked for."""

    hazard: Hazard
    unit_name: str


def hazards(session: Session, actor: Actor, chosen: Chosen, *, limit: int = 50, offset: int = 0) -> list[HazardRow]:
    """Hazards within the actor's divisions, the most serious first."""
    query = select(Hazard).where(*wanted(session, actor, chosen)).order_by(SERIOUSNESS, Hazard.name, Hazard.id)
    found = session.scalars(query.limit(limit).offset(offset)).all()
    names = names_of(session, found, chosen.at)
    return [HazardRow(hazard, names[hazard.id]) for hazard in found]


def level_counts(session: Session, actor: Actor, chosen: Chosen) -> dict[str, int]:
    """How many of the wanted hazards each level has, in the order of the levels."""
    query = select(Hazard.level, func.count()).where(*wanted(session, actor, chosen)).group_by(Hazard.level)
    found = dict(session.execute(query).all())
    return {level: found.get(level, 0) for level in LEVELS}


def hazard(
    session: Session, actor: Actor, public_id: uuid.UUID, *, permission: Permission = READ, lock: bool = False
) -> Hazard:
    """One hazard within the actor's divisions, locked if it is to be written; raises `NotFound`."""
    query = select(Hazard).where(Hazard.public_id == public_id, in_scope(actor, permission))
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound(text("There is no such hazard."))
    return found


def hazard_features(session: Session, actor: Actor, chosen: Chosen) -> str:
    """The wanted hazards as one GeoJSON text, the most serious last so that it is drawn on top."""
    return _features(session, *wanted(session, actor, chosen))


def hazard_feature(session: Session, actor: Actor, public_id: uuid.UUID) -> str:
    """One hazard, open or closed, as GeoJSON text; empty outside the actor's divisions."""
    return _features(session, Hazard.public_id == public_id, in_scope(actor, READ))


def standing_on(standing: str, at: dt.date) -> ColumnElement[bool]:
    """Whether a hazard is open, closed, either or to be assigned on a day; none that begins later or
    was there on no day."""
    there = and_(Hazard.valid_from <= at, or_(Hazard.closed_on.is_(None), Hazard.closed_on > Hazard.valid_from))
    if standing == "all":
        return there
    if standing == UNASSIGNED:
        return and_(standing_on("open", at), unassigned(at))
    if standing == "closed":
        return and_(there, Hazard.closed_on <= at)
    return and_(there, or_(Hazard.closed_on.is_(None), Hazard.closed_on > at))


def wanted(session: Session, actor: Actor, chosen: Chosen) -> list[ColumnElement[bool]]:
    """What a hazard has to fulfil to be on the list."""
    where = [in_scope(actor, READ), standing_on(chosen.standing, chosen.at)]
    if chosen.level:
        where.append(Hazard.level == chosen.level)
    if chosen.type_key:
        where.append(Hazard.type_key == chosen.type_key)
    if chosen.unit is not None:
        root = unit_by_public_id(session, chosen.unit, chosen.at)
        where.append(within(Hazard.unit_id, [root.id], Hazard.lay_on))
    return where


def unassigned(at: dt.date) -> ColumnElement[bool]:
    """Whether nothing decides in which division it lies: its own ended."""
    return gone(Hazard.unit_id, at)


def unassigned_count(session: Session, actor: Actor, at: dt.date) -> int:
    """How many of those in use that the actor may edit are to be assigned to a division."""
    query = select(func.count()).select_from(Hazard).where(in_scope(actor, EDIT), standing_on(UNASSIGNED, at))
    return session.scalar(query) or 0


def in_scope(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Whether a hazard's division lay within the actor's on the day of which that is known."""
    return scoped(actor, permission, Hazard.unit_id, Hazard.lay_on)


def _features(session: Session, *where: ColumnElement[bool]) -> str:
    facts = func.json_build_object(
        "id", Hazard.public_id, "name", Hazard.name, "level", Hazard.level, "type", Hazard.type_key
    )
    shape = cast(func.ST_AsGeoJSON(Hazard.geom, 6, 0), JSON)
    feature = func.json_build_object("type", "Feature", "geometry", shape, "properties", facts)
    drawn = func.json_agg(aggregate_order_by(feature, SERIOUSNESS.desc(), Hazard.id))
    features = func.coalesce(drawn, cast(literal("[]"), JSON))
    query = select(cast(func.json_build_object("type", "FeatureCollection", "features", features), Text))
    return session.scalars(query.where(*where)).one()
