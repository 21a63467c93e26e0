"""Rows of many units at once: the one way in which divisions are written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TypeAlias

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.divisions.models import Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.many import any_of
from portal.divisions.service.adding import add_rows
from portal.kernel.db.base import STORAGE_SRID, new_public_id


@dataclass(frozen=True)
class NewUnit:
    """Stands for a unit that has no id yet."""

    public_id: uuid.UUID = field(default_factory=new_public_id)


Subject: TypeAlias = int | NewUnit
"""A unit by its internal id, or one that the batch brings."""


@dataclass(frozen=True)
class Term:
    """What every dated row carries: from when until when, how exactly known, public from when, said by whom."""

    valid_from: dt.date
    valid_to: dt.date | None
    valid_from_precision: str
    announced_on: dt.date | None
    source: str


@dataclass(frozen=True)
class VersionRow:
    """What a unit was for a time."""

    unit: Subject
    parent: Subject | None
    name: str
    kind: str
    level: int
    term: Term
    name_en: str | None = None
    seat: str | None = None
    postcode: str | None = None
    phone: str | None = None
    population: int | None = None


@dataclass(frozen=True)
class CodeRow:
    """A code that a unit bore for a time."""

    unit: Subject
    system: str
    code: str
    term: Term


@dataclass(frozen=True)
class ShapeRow:
    """The territory of a unit for a time; the geometry is a multipolygon in CGCS2000."""

    unit: Subject
    geometry: BaseGeometry
    area_m2: float
    quality: str
    original_crs: str
    term: Term


@dataclass
class Batch:
    """New units, new rows, and the ids of the rows that are believed no longer."""

    new: list[NewUnit] = field(default_factory=list)
    versions: list[VersionRow] = field(default_factory=list)
    codes: list[CodeRow] = field(default_factory=list)
    shapes: list[ShapeRow] = field(default_factory=list)
    old_versions: list[int] = field(default_factory=list)
    old_codes: list[int] = field(default_factory=list)
    old_shapes: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True)
class Written:
    """What a batch became: ids of the new units, and of the rows that were added."""

    units: Mapping[NewUnit, int]
    versions: Sequence[int]
    codes: Sequence[int]
    shapes: Sequence[int]


def write_batch(session: Session, batch: Batch) -> Written:
    """Writes all rows and gives their ids; old rows are closed before others take their days."""
    ids = _add_units(session, batch.new)
    _supersede(session, UnitVersion, batch.old_versions)
    _supersede(session, UnitCode, batch.old_codes)
    _supersede(session, UnitShape, batch.old_shapes)
    return Written(
        ids,
        _add(session, UnitVersion, (_version(row, ids) for row in batch.versions)),
        _add(session, UnitCode, (_code(row, ids) for row in batch.codes)),
        _add(session, UnitShape, (_shape(row, ids) for row in batch.shapes)),
    )


def _add_units(session: Session, new: Sequence[NewUnit]) -> dict[NewUnit, int]:
    added = add_rows(session, Unit, ({"public_id": unit.public_id} for unit in new), "public_id")
    ids = {public_id: unit_id for unit_id, public_id in added}
    return {unit: ids[unit.public_id] for unit in new}


def _supersede(session: Session, table: type[UnitVersion | UnitCode | UnitShape], ids: Sequence[int]) -> None:
    if ids:
        session.execute(update(table).where(table.id == any_of(ids)).values(superseded_at=func.now()))


def _add(
    session: Session, table: type[UnitVersion | UnitCode | UnitShape], rows: Iterable[dict[str, object]]
) -> list[int]:
    return [row_id for row_id, _ in add_rows(session, table, rows, "unit_id")]


def _version(row: VersionRow, ids: Mapping[NewUnit, int]) -> dict[str, object]:
    parent = None if row.parent is None else _id(row.parent, ids)
    said = {name: getattr(row, name) for name in ("name", "name_en", "kind", "level")}
    details = {name: getattr(row, name) for name in ("seat", "postcode", "phone", "population")}
    return {"unit_id": _id(row.unit, ids), "parent_id": parent, **said, **details, **vars(row.term)}


def _code(row: CodeRow, ids: Mapping[NewUnit, int]) -> dict[str, object]:
    return {"unit_id": _id(row.unit, ids), "system": row.system, "code": row.code, **vars(row.term)}


def _shape(row: ShapeRow, ids: Mapping[NewUnit, int]) -> dict[str, object]:
    return {
        "unit_id": _id(row.unit, ids),
        "geom": shapely.to_wkb(shapely.set_srid(row.geometry, STORAGE_SRID), include_srid=True),
        "area_m2": row.area_m2,
        "quality": row.quality,
        "original_crs": row.original_crs,
        **vars(row.term),
    }


def _id(subject: Subject, ids: Mapping[NewUnit, int]) -> int:
    return ids[subject] if isinstance(subject, NewUnit) else subject
