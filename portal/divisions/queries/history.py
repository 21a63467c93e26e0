"""Everything believed of all units over time, for publication."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.models import Lineage, Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.units import home_unit_id
from portal.divisions.rules import Dated, Span


@dataclass(frozen=True)
class Territory:
    """A shape in CGCS2000 with what it may be used for."""

    geometry: BaseGeometry
    area_m2: float
    quality: str
    source: str


@dataclass(frozen=True)
class Descent:
    """What became of a unit on a day, or of itself, by internal ids; `from_id` is None for one set up on new ground."""

    edge: str
    from_id: int | None
    to_id: int
    on: dt.date
    precision: str
    document: str
    announced: bool


@dataclass(frozen=True)
class History:
    """Dated rows by internal id of their unit; codes also by their system."""

    public_ids: Mapping[int, uuid.UUID]
    home_id: int | None
    versions: Mapping[int, Sequence[Dated[UnitVersion]]]
    codes: Mapping[int, Mapping[str, Sequence[Dated[str]]]]
    shapes: Mapping[int, Sequence[Dated[Territory]]]
    descents: Sequence[Descent] = ()


def history(session: Session) -> History:
    """All believed rows; whether each is announced is asked of the database's day in Shanghai."""
    today = session.scalar(select(func.current_date())) or dt.date.max
    ids = select(Unit.id, Unit.public_id)
    return History(
        public_ids=dict(session.execute(ids).all()),
        home_id=home_unit_id(session),
        versions=_versions(session, today),
        codes=_codes(session, today),
        shapes=_shapes(session, today),
        descents=_descents(session, today),
    )


def shape_sources(session: Session) -> list[str]:
    """Where the believed shapes come from, each source once."""
    query = select(UnitShape.source).where(UnitShape.superseded_at.is_(None)).distinct().order_by(UnitShape.source)
    return list(session.scalars(query))


def _versions(session: Session, today: dt.date) -> dict[int, list[Dated[UnitVersion]]]:
    found: dict[int, list[Dated[UnitVersion]]] = defaultdict(list)
    for row in session.scalars(select(UnitVersion).where(UnitVersion.superseded_at.is_(None))):
        found[row.unit_id].append(Dated(_span(row), row, _announced(row, today)))
    return found


def _codes(session: Session, today: dt.date) -> dict[int, dict[str, list[Dated[str]]]]:
    found: dict[int, dict[str, list[Dated[str]]]] = defaultdict(lambda: defaultdict(list))
    for row in session.scalars(select(UnitCode).where(UnitCode.superseded_at.is_(None)).order_by(UnitCode.system)):
        found[row.unit_id][row.system].append(Dated(_span(row), row.code, _announced(row, today)))
    return found


def _shapes(session: Session, today: dt.date) -> dict[int, list[Dated[Territory]]]:
    found: dict[int, list[Dated[Territory]]] = defaultdict(list)
    for row in session.scalars(select(UnitShape).where(UnitShape.superseded_at.is_(None))):
        territory = Territory(to_shape(row.geom), row.area_m2, row.quality, row.source)
        found[row.unit_id].append(Dated(_span(row), territory, _announced(row, today)))
    return found


def _descents(session: Session, today: dt.date) -> list[Descent]:
    query = select(Lineage).where(Lineage.superseded_at.is_(None)).order_by(Lineage.happened_on, Lineage.id)
    return [
        Descent(
            edge=row.edge,
            from_id=row.from_unit_id,
            to_id=row.to_unit_id,
            on=row.happened_on,
            precision=row.precision,
            document=row.document,
            announced=_announced(row, today),
        )
        for row in session.scalars(query)
    ]


def _span(row: UnitVersion | UnitCode | UnitShape) -> Span:
    return Span(row.valid_from, row.valid_to)


def _announced(row: UnitVersion | UnitCode | UnitShape | Lineage, today: dt.date) -> bool:
    return row.announced_on is not None and row.announced_on <= today
