"""Standard names as the office sees them: within the actor's divisions, on a day, as a list, one by one, as GeoJSON."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, Text, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from portal.divisions.queries import unit, unit_by_public_id, unit_names
from portal.divisions.queries.scope import on
from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import text
from portal.toponyms.catalogue import kinds_on
from portal.toponyms.models import Name, NameVersion
from portal.toponyms.permissions import READ
from portal.toponyms.queries.scope import lies_within, name_scope
from portal.toponyms.rules.pinyin import folded, is_han, toned

STANDINGS = ("in_use", "cancelled", "all")


@dataclass(frozen=True)
class Chosen:
    """Which names are wanted: as they are on a day, of a kind, within a division, that hold words or their Pinyin."""

    at: dt.date
    standing: str = "in_use"
    kind: str = ""
    unit: uuid.UUID | None = None
    words: str = ""


@dataclass(frozen=True)
class NameRow:
    """A version with the public id of its name and its division's name."""

    version: NameVersion
    public_id: uuid.UUID
    unit_name: str


def names(session: Session, actor: Actor, chosen: Chosen, *, limit: int = 50, offset: int = 0) -> list[NameRow]:
    """Names within the actor's divisions in the order of their Pinyin."""
    query = _names().where(*wanted(session, actor, chosen))
    query = query.order_by(NameVersion.folded, NameVersion.name, NameVersion.id).limit(limit).offset(offset)
    return rows_of(session, session.execute(query).all(), chosen.at)


def kind_counts(session: Session, actor: Actor, chosen: Chosen) -> dict[str, int]:
    """How many of the wanted names there are of each kind that occurs."""
    query = select(NameVersion.kind, func.count()).where(*wanted(session, actor, chosen)).group_by(NameVersion.kind)
    return dict(session.execute(query).all())


def name_at(
    session: Session, actor: Actor, public_id: uuid.UUID, at: dt.date, *, permission: Permission = READ
) -> NameRow:
    """One name on a day; before it began its first version, after its end its last. Raises `NotFound`."""
    versions = versions_of(session, actor, public_id, permission=permission)
    holding = [one for one in versions if one.valid_from <= at] or versions[:1]
    return rows_of(session, [(holding[-1], public_id)], at)[0]


def versions_of(
    session: Session, actor: Actor, public_id: uuid.UUID, *, permission: Permission = READ, lock: bool = False
) -> list[NameVersion]:
    """What is believed of a name, the earliest first; locked if it is to be written. Raises `NotFound`."""
    query = _believed(public_id).where(name_scope(actor, permission))
    if lock:
        session.scalars(query.with_for_update(of=NameVersion)).all()  # Who waited here reads below what came meanwhile.
        query = query.execution_options(populate_existing=True)
    found = list(session.scalars(query.order_by(NameVersion.valid_from)))
    if not found:
        raise NotFound(text("There is no such place name."))
    return found


def revision_of(session: Session, name_id: int) -> int:
    """How many rows were ever written for a name: what a form was opened at."""
    return session.scalar(select(func.count()).where(NameVersion.name_id == name_id)) or 0


def public_id_of(session: Session, name_id: int) -> uuid.UUID | None:
    """The public id of a name."""
    return session.scalar(select(Name.public_id).where(Name.id == name_id))


def replaced_rows(session: Session, name_id: int) -> Sequence[NameVersion]:
    """What was believed of a name and is no longer, the latest superseded first."""
    query = select(NameVersion).where(NameVersion.name_id == name_id, NameVersion.superseded_at.is_not(None))
    return session.scalars(query.order_by(NameVersion.superseded_at.desc(), NameVersion.valid_from.desc())).all()


def name_features(session: Session, actor: Actor, chosen: Chosen) -> str:
    """The wanted names that have a position, as one GeoJSON text."""
    return _features(session, *wanted(session, actor, chosen))


def name_feature(session: Session, row: NameRow) -> str:
    """One name as GeoJSON text; empty without a position."""
    return _features(session, NameVersion.id == row.version.id)


def rows_of(session: Session, found: Iterable[Sequence[object]], at: dt.date) -> list[NameRow]:
    """Versions and public ids with their divisions' names; of a division gone on the day, its name when the version
    began or, before that, its first."""
    pairs = [(version, public_id) for version, public_id in found]
    units = unit_names(session, (version.unit_id for version, _ in pairs), at)  # type: ignore[attr-defined]
    return [
        NameRow(version, public_id, units.get(version.unit_id) or _name_then(session, version))  # type: ignore
        for version, public_id in pairs
    ]


def wanted(session: Session, actor: Actor, chosen: Chosen) -> list[ColumnElement[bool]]:
    """The conditions of a choice."""
    where = [NameVersion.superseded_at.is_(None), on(NameVersion.valid, chosen.at), name_scope(actor, READ)]
    if chosen.standing != "all":
        where.append(NameVersion.status == chosen.standing)
    if chosen.kind:
        where.append(NameVersion.kind == chosen.kind)
    if chosen.unit is not None:
        where.append(lies_within([unit_by_public_id(session, chosen.unit, chosen.at).id]))
    if chosen.words:
        where.append(_told(chosen.words))
    return where


def _names() -> Select[NameVersion, uuid.UUID]:
    return select(NameVersion, Name.public_id).join(Name, Name.id == NameVersion.name_id)


def _believed(public_id: uuid.UUID) -> Select[NameVersion]:
    ours = select(Name.id).where(Name.public_id == public_id).scalar_subquery()
    return select(NameVersion).where(NameVersion.name_id == ours, NameVersion.superseded_at.is_(None))


def _told(words: str) -> ColumnElement[bool]:
    """Name, an earlier or former one, place, or Pinyin: with tones when some are typed, without otherwise."""
    earlier = aliased(NameVersion)
    told = [
        _holds(NameVersion.name, words),
        _holds(NameVersion.place, words),
        select(earlier.id)
        .where(earlier.name_id == NameVersion.name_id, earlier.superseded_at.is_(None))
        .where(or_(_holds(earlier.name, words), _holds(func.array_to_string(earlier.former, "\n"), words)))
        .exists(),
    ]
    sound = toned(words)
    if sound and not any(is_han(sign) for sign in words):
        plain = sound == folded(words)
        column = NameVersion.folded if plain else NameVersion.toned
        told.append(column.contains(sound, autoescape=True))
    return or_(*told)


def _holds(column: Any, words: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.icontains(words, autoescape=True)
    return found


def _name_then(session: Session, version: NameVersion) -> str:
    then = unit(session, version.unit_id, version.valid_from)
    return then.name if then else ""


def _features(session: Session, *where: ColumnElement[bool]) -> str:
    group = case({key: kind.group for key, kind in kinds_on(today()).items()}, value=NameVersion.kind, else_="")
    facts = func.json_build_object(
        "id", Name.public_id, "name", NameVersion.name, "kind", NameVersion.kind, "group", group
    )
    shape = cast(func.ST_AsGeoJSON(NameVersion.geom, 6, 0), JSON)
    feature = func.json_build_object("type", "Feature", "geometry", shape, "properties", facts)
    features = func.coalesce(func.json_agg(aggregate_order_by(feature, NameVersion.id)), cast(literal("[]"), JSON))
    query = select(cast(func.json_build_object("type", "FeatureCollection", "features", features), Text))
    query = query.select_from(NameVersion).join(Name, Name.id == NameVersion.name_id)
    return session.scalars(query.where(NameVersion.geom.is_not(None), *where)).one()
