"""Divisions for files: shapes of published ones, and what units are called in the columns of upper rooms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, aliased

from portal.divisions.models import Ancestry, UnitVersion
from portal.divisions.queries.choices import TOWN, first_code
from portal.divisions.queries.scope import on
from portal.kernel.db.base import STORAGE_SRID
from portal.kernel.geo.geometry import round_coordinates
from portal.kernel.geo.models import Shape
from portal.kernel.geo.published import FINEST_BAND


@dataclass(frozen=True)
class UnitColumns:
    """How files name a unit on a day: its first code, its name, and the town it lies in or is; "" for none."""

    code: str
    name: str
    town: str


def public_shapes(session: Session, record_ids: Sequence[int]) -> dict[int, BaseGeometry]:
    """Every vertex of published shapes by record, in EPSG:4490 to 8 decimals, as they were before publication."""
    degrees = func.ST_Transform(Shape.geom, STORAGE_SRID)
    query = select(Shape.record_id, degrees).where(Shape.band == FINEST_BAND, Shape.record_id.in_(record_ids))
    return {record: round_coordinates(to_shape(shape)) for record, shape in session.execute(query)}


def unit_columns(session: Session, unit_ids: Iterable[int], at: dt.date) -> dict[int, UnitColumns]:
    """The columns of units by internal id; one that was not there on the day is left out."""
    query = (
        select(UnitVersion.unit_id, first_code(UnitVersion.unit_id, at), UnitVersion.name, _town(at))
        .where(UnitVersion.unit_id.in_(sorted(set(unit_ids))))
        .where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at))
    )
    return {unit: UnitColumns(code or "", name, town or "") for unit, code, name, town in session.execute(query)}


def _town(at: dt.date) -> ScalarSelect[str]:
    """The name of the town that a unit lies in, or is."""
    town = aliased(UnitVersion)
    return (
        select(town.name)
        .join(Ancestry, Ancestry.ancestor_id == town.unit_id)
        .where(Ancestry.unit_id == UnitVersion.unit_id, on(Ancestry.valid, at))
        .where(town.level == TOWN, town.superseded_at.is_(None), on(town.valid, at))
        .limit(1)
        .scalar_subquery()
    )
