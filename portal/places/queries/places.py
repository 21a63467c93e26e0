"""Places as the office sees them: within the actor's divisions, as a list, one by one and as GeoJSON."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import JSON, ColumnElement, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.divisions.queries import scoped, unit, unit_by_public_id, unit_names, within
from portal.divisions.queries.heirs import gave_ground, gone
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import text
from portal.places.catalogue import kinds_on
from portal.places.models import Place
from portal.places.permissions import EDIT, READ

UNASSIGNED = "unassigned"
"""In use on a division that ended or gave ground, and nothing decided where it goes: for a person to assign."""
STANDINGS = ("open", "closed", "all", UNASSIGNED)


@dataclass(frozen=True)
class Chosen:
    """Which places are wanted: as they stand on a day, of a kind, within a division, whose name or address holds
    words; "" and None for any."""

    at: dt.date
    standing: str = "open"
    kind: str = ""
    unit: uuid.UUID | None = None
    words: str = ""


@dataclass(frozen=True)
class PlaceRow:
    """A place with its division's name on the day asked for."""

    place: Place
    unit_name: str


def places(session: Session, actor: Actor, chosen: Chosen, *, limit: int = 50, offset: int = 0) -> list[PlaceRow]:
    """Places within the actor's divisions, kind by kind in the order of the catalogue."""
    query = select(Place).where(*_wanted(session, actor, chosen)).order_by(_rank(), Place.name, Place.id)
    found = session.scalars(query.limit(limit).offset(offset)).all()
    names = names_of(session, found, chosen.at)
    return [PlaceRow(one, names[one.id]) for one in found]


def kind_counts(session: Session, actor: Actor, chosen: Chosen) -> dict[str, int]:
    """How many of the wanted places there are of each kind that occurs."""
    query = select(Place.kind, func.count()).where(*_wanted(session, actor, chosen)).group_by(Place.kind)
    return dict(session.execute(query).all())


def place(
    session: Session, actor: Actor, public_id: uuid.UUID, *, permission: Permission = READ, lock: bool = False
) -> Place:
    """One place within the actor's divisions, locked if it is to be written; raises `NotFound`."""
    query = select(Place).where(Place.public_id == public_id, in_scope(actor, permission))
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound(text("There is no such place."))
    return found


def place_features(session: Session, actor: Actor, chosen: Chosen) -> str:
    """The wanted places that have a position, as one GeoJSON text."""
    return _features(session, *_wanted(session, actor, chosen))


def place_feature(session: Session, actor: Actor, public_id: uuid.UUID) -> str:
    """One place, open or closed, as GeoJSON text; empty outside the actor's divisions and without a position."""
    return _features(session, Place.public_id == public_id, in_scope(actor, READ))


def names_of(session: Session, found: Iterable[Place], at: dt.date) -> dict[int, str]:
    """The names of the places' divisions on a day by place id; of one that was gone then, its name at the check."""
    found = list(found)
    names = unit_names(session, (one.unit_id for one in found), at)
    return {one.id: names.get(one.unit_id) or _name_then(session, one) for one in found}


def standing_on(standing: str, at: dt.date) -> ColumnElement[bool]:
    """Whether a place is open, closed, either or to be assigned on a day; none that begins later or
    was there on no day."""
    there = and_(Place.valid_from <= at, or_(Place.closed_on.is_(None), Place.closed_on > Place.valid_from))
    if standing == "all":
        return there
    if standing == UNASSIGNED:
        return and_(standing_on("open", at), unassigned(at))
    if standing == "closed":
        return and_(there, Place.closed_on <= at)
    return and_(there, or_(Place.closed_on.is_(None), Place.closed_on > at))


def unassigned(at: dt.date) -> ColumnElement[bool]:
    """Whether nothing decides in which division it lies: its own ended, or gave ground that cannot
    be compared with a place without a position."""
    ended = gone(Place.unit_id, at)
    return or_(ended, and_(Place.geom.is_(None), gave_ground(Place.unit_id, Place.lay_on, at)))


def unassigned_count(session: Session, actor: Actor, at: dt.date) -> int:
    """How many of those in use that the actor may edit are to be assigned to a division."""
    query = select(func.count()).select_from(Place).where(in_scope(actor, EDIT), standing_on(UNASSIGNED, at))
    return session.scalar(query) or 0


def in_scope(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Whether a place's division lay within the actor's on the day of which that is known."""
    return scoped(actor, permission, Place.unit_id, Place.lay_on)


def _wanted(session: Session, actor: Actor, chosen: Chosen) -> list[ColumnElement[bool]]:
    where = [in_scope(actor, READ), standing_on(chosen.standing, chosen.at)]
    if chosen.kind:
        where.append(Place.kind == chosen.kind)
    if chosen.unit is not None:
        root = unit_by_public_id(session, chosen.unit, chosen.at)
        where.append(within(Place.unit_id, [root.id], Place.lay_on))
    if chosen.words:
        told = (Place.name, Place.address)
        where.append(or_(*(column.icontains(chosen.words, autoescape=True) for column in told)))
    return where


def _name_then(session: Session, one: Place) -> str:
    then = unit(session, one.unit_id, one.lay_on)
    return then.name if then else ""


def _rank() -> ColumnElement[int]:
    """Kinds in the order of today's catalogue, whatever day is looked at."""
    kinds = kinds_on(today())
    return case({key: rank for rank, key in enumerate(kinds)}, value=Place.kind, else_=len(kinds))


def _features(session: Session, *where: ColumnElement[bool]) -> str:
    group = case({key: kind.group for key, kind in kinds_on(today()).items()}, value=Place.kind, else_="")
    facts = func.json_build_object("id", Place.public_id, "name", Place.name, "kind", Place.kind, "group", group)
    shape = cast(func.ST_AsGeoJSON(Place.geom, 6, 0), JSON)
    feature = func.json_build_object("type", "Feature", "geometry", shape, "properties", facts)
    features = func.coalesce(func.json_agg(aggregate_order_by(feature, Place.id)), cast(literal("[]"), JSON))
    query = select(cast(func.json_build_object("type", "FeatureCollection", "features", features), Text))
    return session.scalars(query.where(Place.geom.is_not(None), *where)).one()
