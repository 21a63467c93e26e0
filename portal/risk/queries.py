"""Every SELECT of the risk room."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import JSON, ColumnElement, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.divisions.models import Unit, UnitShape
from portal.divisions.queries import UnitAt, scoped, unit, unit_by_public_id, unit_names, within
from portal.divisions.queries.scope import on
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.text import text
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT, READ
from portal.risk.rules import LEVELS

SERIOUSNESS = case({level: rank for rank, level in enumerate(LEVELS)}, value=Hazard.level)
SOURCES_NAMED = 3
STANDINGS = ("open", "closed", "all")


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
    query = select(Hazard).where(*_wanted(session, actor, chosen)).order_by(SERIOUSNESS, Hazard.name, Hazard.id)
    found = session.scalars(query.limit(limit).offset(offset)).all()
    names = names_of(session, found, chosen.at)
    return [HazardRow(hazard, names[hazard.id]) for hazard in found]


def level_counts(session: Session, actor: Actor, chosen: Chosen) -> dict[str, int]:
    """How many of the wanted hazards each level has, in the order of the levels."""
    query = select(Hazard.level, func.count()).where(*_wanted(session, actor, chosen)).group_by(Hazard.level)
    found = dict(session.execute(query).all())
    return {level: found.get(level, 0) for level in LEVELS}


def hazard(
    session: Session, actor: Actor, public_id: uuid.UUID, *, permission: Permission = READ, lock: bool = False
) -> Hazard:
    """One hazard within the actor's divisions, locked if it is to be written; raises `NotFound`."""
    query = select(Hazard).where(Hazard.public_id == public_id, _in_scope(actor, permission))
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound(text("There is no such hazard."))
    return found


def hazard_features(session: Session, actor: Actor, chosen: Chosen) -> str:
    """The wanted hazards as one GeoJSON text, the most serious last so that it is drawn on top."""
    return _features(session, *_wanted(session, actor, chosen))


def hazard_feature(session: Session, actor: Actor, public_id: uuid.UUID) -> str:
    """One hazard, open or closed, as GeoJSON text; empty outside the actor's divisions."""
    return _features(session, Hazard.public_id == public_id, _in_scope(actor, READ))


def unit_to_edit(session: Session, actor: Actor, public_id: uuid.UUID, at: dt.date) -> UnitAt:
    """A division on whose subtree the actor may edit hazards on a day; raises `NotFound` for any other."""
    held = select(Unit.id).where(Unit.public_id == public_id, scoped(actor, EDIT, Unit.id, at))
    if session.scalar(held) is None:
        raise NotFound(text("There is no such division on this date."))
    return unit_by_public_id(session, public_id, at)


def unit_of(session: Session, hazard: Hazard) -> UnitAt | None:
    """The division of a hazard as it was on the day of its assessment."""
    return unit(session, hazard.unit_id, hazard.assessed_on)


def territory_of(session: Session, hazard: Hazard) -> BaseGeometry | None:
    """The shape of the hazard's division on the day of its assessment, in EPSG:4490; many divisions have none."""
    query = select(UnitShape.geom).where(
        UnitShape.unit_id == hazard.unit_id, UnitShape.superseded_at.is_(None), on(UnitShape.valid, hazard.assessed_on)
    )
    geom = session.scalar(query)
    return None if geom is None else to_shape(geom)


def open_hazards(session: Session, at: dt.date) -> Sequence[tuple[Hazard, uuid.UUID]]:
    """All hazards that are not closed on a day with the public id of their division; what a publication may read."""
    query = (
        select(Hazard, Unit.public_id)
        .join(Unit, Unit.id == Hazard.unit_id)
        .where(_standing("open", at))
        .order_by(SERIOUSNESS, Hazard.id)
    )
    return [(hazard, unit) for hazard, unit in session.execute(query)]


def sources(session: Session, at: dt.date) -> list[str]:
    """The sources that most open hazards name."""
    query = select(Hazard.source).where(_standing("open", at)).group_by(Hazard.source)
    return list(session.scalars(query.order_by(func.count().desc(), Hazard.source).limit(SOURCES_NAMED)))


def names_of(session: Session, found: Iterable[Hazard], at: dt.date) -> dict[int, str]:
    """The names of the hazards' divisions on a day by hazard id; of one that was gone then, its name at assessment."""
    found = list(found)
    names = unit_names(session, (hazard.unit_id for hazard in found), at)
    return {hazard.id: names.get(hazard.unit_id) or _name_then(session, hazard) for hazard in found}


def _name_then(session: Session, hazard: Hazard) -> str:
    then = unit_of(session, hazard)
    return then.name if then else ""


def _wanted(session: Session, actor: Actor, chosen: Chosen) -> list[ColumnElement[bool]]:
    where = [_in_scope(actor, READ), _standing(chosen.standing, chosen.at)]
    if chosen.level:
        where.append(Hazard.level == chosen.level)
    if chosen.type_key:
        where.append(Hazard.type_key == chosen.type_key)
    if chosen.unit is not None:
        root = unit_by_public_id(session, chosen.unit, chosen.at)
        where.append(within(Hazard.unit_id, [root.id], Hazard.assessed_on))
    return where


def _in_scope(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    return scoped(actor, permission, Hazard.unit_id, Hazard.assessed_on)


def _standing(standing: str, at: dt.date) -> ColumnElement[bool]:
    there = Hazard.valid_from <= at
    if standing == "all":
        return there
    if standing == "closed":
        return and_(there, Hazard.closed_on <= at)
    return and_(there, or_(Hazard.closed_on.is_(None), Hazard.closed_on > at))


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
