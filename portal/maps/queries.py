"""Every SELECT of the maps room. Public functions take the read-only session and see the published model alone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.divisions.queries.scope import on
from portal.divisions.queries.snapshot import public_ids
from portal.kernel.access.actor import Actor
from portal.kernel.geo.layer import Layer, LayerRow
from portal.kernel.geo.models import Record, Revision, RevisionState
from portal.kernel.geo.published import live_revision, records_at
from portal.maps.models import Publication
from portal.maps.rules import Change, changes, row_digest

LEVELS = ("red", "orange", "yellow", "blue")
"""Risk levels, the most serious first."""


def public_hazards(session: Session, at: dt.date, level: str = "", unit: str = "") -> Sequence[Record]:
    """Published hazards of a day, the most serious first; `unit` is the public id of a division."""
    where: list[ColumnElement[bool]] = []
    if level:
        where.append(Record.attributes["level"].astext == level)
    if unit:
        where.append(Record.attributes["unit"].astext == unit)
    found = records_at(session, "risk.hazards", at, *where)
    return sorted(found, key=lambda one: LEVELS.index(str(one.attributes["level"])))


def public_shelters(session: Session, at: dt.date) -> Sequence[Record]:
    """Published shelters and donation points of a day, kind by kind."""
    return sorted(records_at(session, "places.shelters", at), key=lambda one: str(one.attributes["kind"]))


def level_counts(session: Session, at: dt.date) -> dict[str, int]:
    """How many published hazards each level has on a day."""
    level = Record.attributes["level"].astext
    query = (
        select(level, func.count())
        .join(Revision, Revision.id == Record.revision_id)
        .where(Revision.layer == "risk.hazards", Revision.state == RevisionState.LIVE, Record.valid.op("@>")(at))
        .group_by(level)
    )
    return {str(key): count for key, count in session.execute(query)}


def withdrawn_tokens(session: Session) -> frozenset[str]:
    """Tokens of all withdrawn revisions."""
    query = select(Revision.token).where(Revision.state == RevisionState.WITHDRAWN)
    return frozenset(session.scalars(query))


def publications(session: Session, actor: Actor, limit: int = 50) -> Sequence[Publication]:
    """What was published and withdrawn, newest first; `actor` has been admitted as a publisher."""
    return session.scalars(select(Publication).order_by(Publication.id.desc()).limit(limit)).all()


def pending_changes(session: Session, layer: Layer, rows: Sequence[LayerRow]) -> list[Change]:
    """What a publication of these rows would change for the public."""
    live = live_revision(session, layer.name)
    before: dict[uuid.UUID, tuple[str, str]] = {}
    if live is not None:
        query = select(Record.public_id, Record.name, Record.digest).where(Record.revision_id == live.id)
        before = {key: (name, digest) for key, name, digest in session.execute(query)}
    return changes(before, {row.public_id: (row.name, row_digest(layer, row)) for row in rows})


NAMED = 5
"""Names that a panel lists of an edition."""


def editions_naming(session: Session, unit_ids: Sequence[int], at: dt.date) -> list[tuple[str, int, list[str]]]:
    """Live layers with how many of their entries of a day are some divisions or lie in them, and a few by name."""
    wanted = {str(one): one for one in public_ids(session, unit_ids).values()}
    names = func.array_agg(aggregate_order_by(Record.name, Record.name))
    query = (
        select(Revision.layer, func.count(), names)
        .join(Record, Record.revision_id == Revision.id)
        .where(Revision.state == RevisionState.LIVE, on(Record.valid, at))
        .where(Record.public_id.in_(wanted.values()) | Record.attributes["unit"].astext.in_(wanted))
        .group_by(Revision.layer)
        .order_by(Revision.layer)
    )
    return [(layer, count, list(found[:NAMED])) for layer, count, found in session.execute(query)]
