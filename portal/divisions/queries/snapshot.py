"""What is believed about a day, as an import needs it to tell new from known."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from portal.divisions.models import Ancestry, Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.many import any_of
from portal.divisions.queries.scope import on

Code = tuple[str, str]
"""Code system and code."""

Identity = tuple[str, int | None, str]
"""Name, parent and kind: what a unit without a known code is recognised by."""


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """A version that is believed, as `models.UnitVersion`, without the weight of one."""

    id: int
    unit_id: int
    parent_id: int | None
    name: str
    name_en: str | None
    kind: str
    level: int
    seat: str | None
    postcode: str | None
    phone: str | None
    population: int | None
    valid_from: dt.date
    valid_to: dt.date | None
    valid_from_precision: str
    announced_on: dt.date | None
    source: str


@dataclass(frozen=True, slots=True)
class KnownCode:
    """A code that is believed, from a day on."""

    unit_id: int
    system: str
    code: str
    valid_from: dt.date


@dataclass(frozen=True, slots=True)
class KnownShape:
    """A shape that is believed, as `models.UnitShape`; the geometry in CGCS2000."""

    id: int
    unit_id: int
    area_m2: float
    quality: str
    original_crs: str
    valid_from: dt.date
    valid_to: dt.date | None
    valid_from_precision: str
    announced_on: dt.date | None
    source: str
    geometry: BaseGeometry


@dataclass(frozen=True)
class Snapshot:
    """Versions and codes of a day, and what is known to follow it. Units are named by internal id."""

    at: dt.date
    versions: Mapping[int, KnownVersion]
    codes: Sequence[KnownCode]
    later_codes: Sequence[KnownCode]
    """Codes whose days begin after the day, the soonest first."""
    ends: Mapping[int, dt.date]
    """The day on which a unit ceases to be, where that is known."""

    @cached_property
    def bearers(self) -> Mapping[Code, int]:
        """Who bears a code on the day."""
        return {(row.system, row.code): row.unit_id for row in self.codes}

    @cached_property
    def codes_of(self) -> Mapping[tuple[int, str], str]:
        """Codes of the day by unit and system."""
        return {(row.unit_id, row.system): row.code for row in self.codes}

    @cached_property
    def later_bearers(self) -> Mapping[Code, KnownCode]:
        """The next row in which a code is borne after the day."""
        return {(row.system, row.code): row for row in reversed(self.later_codes)}

    @cached_property
    def next_codes(self) -> Mapping[tuple[int, str], dt.date]:
        """From when on a unit bears its next code of a system."""
        return {(row.unit_id, row.system): row.valid_from for row in reversed(self.later_codes)}

    @cached_property
    def named(self) -> Mapping[Identity, Sequence[int]]:
        """The units that bear a name below a parent and are of a kind on the day."""
        found: dict[Identity, list[int]] = defaultdict(list)
        for unit_id, version in self.versions.items():
            found[version.name, version.parent_id, version.kind].append(unit_id)
        return found


def snapshot(session: Session, at: dt.date) -> Snapshot:
    """Everything believed about a day but the shapes."""
    versions = _columns(UnitVersion, KnownVersion).where(UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at))
    codes = _columns(UnitCode, KnownCode).where(UnitCode.superseded_at.is_(None))
    later = codes.where(UnitCode.valid_from > at).order_by(UnitCode.valid_from)
    return Snapshot(
        at,
        {row.unit_id: KnownVersion(*row) for row in session.execute(versions)},
        [KnownCode(*row) for row in session.execute(codes.where(on(UnitCode.valid, at)))],
        [KnownCode(*row) for row in session.execute(later)],
        _ends(session),
    )


def public_ids(session: Session, unit_ids: Iterable[int]) -> dict[int, uuid.UUID]:
    """The public ids of units."""
    query = select(Unit.id, Unit.public_id).where(Unit.id == any_of(unit_ids))
    return dict(session.execute(query).all())


def units_within(session: Session, roots: Iterable[int], at: dt.date) -> frozenset[int]:
    """The units at or below some others on a day."""
    query = select(Ancestry.unit_id).where(Ancestry.ancestor_id.in_(sorted(roots)), on(Ancestry.valid, at))
    return frozenset(session.scalars(query))


def shapes_of(session: Session, unit_ids: Iterable[int], at: dt.date) -> dict[int, KnownShape]:
    """The shapes of units on a day."""
    return _shapes(session, at, UnitShape.unit_id == any_of(unit_ids))


def shapes_below(session: Session, parent_ids: Iterable[int], at: dt.date) -> dict[int, KnownShape]:
    """The shapes of the units directly below some parents on a day."""
    below = select(UnitVersion.unit_id).where(
        UnitVersion.parent_id == any_of(parent_ids),
        UnitVersion.superseded_at.is_(None),
        on(UnitVersion.valid, at),
    )
    return shapes_of(session, session.scalars(below), at)


def next_shapes(session: Session, unit_ids: Iterable[int], at: dt.date) -> dict[int, dt.date]:
    """From when on a unit has its next shape after a day."""
    query = (
        select(UnitShape.unit_id, func.min(UnitShape.valid_from))
        .where(UnitShape.unit_id == any_of(unit_ids), UnitShape.superseded_at.is_(None))
        .where(UnitShape.valid_from > at)
        .group_by(UnitShape.unit_id)
    )
    return dict(session.execute(query).all())


def _shapes(session: Session, at: dt.date, which: ColumnElement[bool]) -> dict[int, KnownShape]:
    plain = [getattr(UnitShape, field.name) for field in fields(KnownShape) if field.name != "geometry"]
    query = select(*plain, func.ST_AsBinary(UnitShape.geom)).where(
        UnitShape.superseded_at.is_(None), on(UnitShape.valid, at), which
    )
    rows = session.execute(query).all()
    geometries = shapely.from_wkb([bytes(row[-1]) for row in rows])
    return {row.unit_id: KnownShape(*(*row[:-1], shape)) for row, shape in zip(rows, geometries, strict=True)}


def _columns(table: type[UnitVersion | UnitCode], kind: type[KnownVersion | KnownCode]) -> Select[Any]:
    return select(*(getattr(table, field.name) for field in fields(kind)))


def _ends(session: Session) -> dict[int, dt.date]:
    query = (
        select(UnitVersion.unit_id, func.max(UnitVersion.valid_to))
        .where(UnitVersion.superseded_at.is_(None))
        .group_by(UnitVersion.unit_id)
    )
    open_ended = func.bool_or(UnitVersion.valid_to.is_(None))
    return {unit_id: end for unit_id, end in session.execute(query.having(~open_ended)) if end is not None}
