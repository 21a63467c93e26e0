"""Writing the published model: the one place that does, from each layer's allow-list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from geoalchemy2.shape import from_shape
from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from portal.kernel.geo.layer import Layer, LayerRow
from portal.kernel.geo.models import MERCATOR, Record, Revision, RevisionState, Shape
from portal.maps.rules import allowed, drawn_attributes, fingerprint, label_point, row_digest
from portal.maps.shapes import draw_bands


@dataclass(frozen=True)
class Legal:
    """What the law wants to stand on a public map: 审图号, or that it is a sample; source; schematic lines."""

    approval_number: str | None
    sample: bool
    source: str
    schematic: bool


def write(session: Session, layer: Layer, rows: Sequence[LayerRow], legal: Legal, now: dt.datetime) -> Revision:
    """Makes a new live revision of a layer, or gives back the live one when nothing differs."""
    _one_at_a_time(session, layer)
    live = session.scalars(_live(layer)).one_or_none()
    digests = [row_digest(layer, row) for row in rows]
    content = fingerprint(layer, digests, (legal.approval_number, legal.sample, legal.source, legal.schematic))
    if live is not None and live.token.endswith(content):
        return live
    if live is not None:
        set_state(session, live, RevisionState.SUPERSEDED)
    revision = _add_revision(session, layer, rows, legal, now, content)
    keys = _add_records(session, layer, revision, rows)
    _add_shapes(session, layer, revision, rows, keys)
    return revision


def set_state(session: Session, revision: Revision, state: RevisionState) -> None:
    """Supersedes or withdraws a revision; its content stays as it was."""
    session.execute(update(Revision).where(Revision.id == revision.id).values(state=state))
    session.refresh(revision)


def _live(layer: Layer) -> Select[Revision]:
    return select(Revision).where(Revision.layer == layer.name, Revision.state == RevisionState.LIVE)


def _one_at_a_time(session: Session, layer: Layer) -> None:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(layer.name))))


def _add_revision(
    session: Session, layer: Layer, rows: Sequence[LayerRow], legal: Legal, now: dt.datetime, content: str
) -> Revision:
    number = session.scalar(select(func.count()).select_from(Revision).where(Revision.layer == layer.name)) or 0
    west, south, east, north = _bounds(rows)
    revision = Revision(
        layer=layer.name,
        token=f"{number + 1}-{content}",
        state=RevisionState.LIVE,
        published_at=now,
        approval_number=legal.approval_number,
        sample=legal.sample,
        schematic=legal.schematic,
        source=legal.source,
        record_count=len(rows),
        west=west,
        south=south,
        east=east,
        north=north,
    )
    session.add(revision)
    session.flush()
    return revision


def _add_records(session: Session, layer: Layer, revision: Revision, rows: Sequence[LayerRow]) -> list[int]:
    values = [_record(layer, revision, row) for row in rows]
    if not values:
        return []
    statement = insert(Record).returning(Record.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, values))


def _record(layer: Layer, revision: Revision, row: LayerRow) -> dict[str, object]:
    lon, lat = label_point(row.geometry)
    return {
        "revision_id": revision.id,
        "public_id": row.public_id,
        "name": row.name,
        "valid": Range(row.valid_from, row.valid_to),
        "attributes": allowed(layer, row),
        "digest": row_digest(layer, row),
        "lon": lon,
        "lat": lat,
    }


def _add_shapes(
    session: Session, layer: Layer, revision: Revision, rows: Sequence[LayerRow], keys: Sequence[int]
) -> None:
    tiles = [drawn_attributes(layer, row) for row in rows]
    values = [
        {
            "record_id": keys[i],
            "revision_id": revision.id,
            "band": band,
            "valid": Range(rows[i].valid_from, rows[i].valid_to),
            "tile": tiles[i],
            "geom": from_shape(shape, srid=MERCATOR),
        }
        for band, drawn in enumerate(draw_bands(layer, rows))
        for i, shape in drawn.items()
    ]
    if values:
        session.execute(insert(Shape), values)


def _bounds(rows: Sequence[LayerRow]) -> tuple[float | None, ...]:
    boxes = [row.geometry.bounds for row in rows if row.geometry is not None]
    if not boxes:
        return (None, None, None, None)
    west, south, east, north = zip(*boxes, strict=True)
    return (min(west), min(south), max(east), max(north))
