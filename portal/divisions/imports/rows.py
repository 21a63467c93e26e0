"""Rows for the batch: from a staged unit, or as a copy of what is believed."""

from __future__ import annotations

import datetime as dt

import shapely

from portal.divisions.imports.staging import StagedUnit
from portal.divisions.models import UnitShape, UnitVersion
from portal.divisions.queries.snapshot import KnownShape
from portal.divisions.service import ShapeRow, Subject, Term, VersionRow
from portal.kernel.geo.crs import geodesic_area_m2


def term_of(known: UnitVersion | UnitShape) -> Term:
    """The days of a believed row."""
    return Term(known.valid_from, known.valid_to, known.valid_from_precision, known.announced_on, known.source)


def copy_of(known: UnitVersion, term: Term) -> VersionRow:
    """A believed version for other days."""
    return VersionRow(
        unit=known.unit_id,
        parent=known.parent_id,
        name=known.name,
        kind=known.kind,
        level=known.level,
        term=term,
        name_en=known.name_en,
        seat=known.seat,
        postcode=known.postcode,
        phone=known.phone,
        population=known.population,
    )


def copy_of_shape(known: KnownShape, term: Term) -> ShapeRow:
    """A believed shape for other days."""
    row = known.row
    return ShapeRow(row.unit_id, known.geometry, row.area_m2, row.quality, row.original_crs, term)


def shape_row(unit: Subject, staged: StagedUnit, term: Term) -> ShapeRow:
    """The shape that a staged unit brings."""
    if staged.geometry is None:
        raise ValueError("the row has no geometry")
    return ShapeRow(unit, staged.geometry, geodesic_area_m2(staged.geometry), staged.quality, staged.crs, term)


def same_shape(staged: StagedUnit, known: KnownShape) -> bool:
    """Whether a row brings the shape that is believed already, vertex by vertex, and of the same quality."""
    same = shapely.equals_exact(shapely.normalize(known.geometry), staged.geometry, tolerance=0.0)
    return bool(same) and known.row.quality == staged.quality


def earliest(*days: dt.date | None) -> dt.date | None:
    """The first of the days that are known."""
    return min((day for day in days if day is not None), default=None)
