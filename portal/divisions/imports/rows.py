"""Rows for the batch: from a staged unit, or as a copy of what is believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import shapely

from portal.divisions.imports.staging import StagedUnit
from portal.divisions.queries.snapshot import KnownShape, KnownVersion
from portal.divisions.rules.quality import weakest
from portal.divisions.service import ShapeRow, Subject, Term, VersionRow
from portal.kernel.geo.crs import geodesic_area_m2

SAME_WIDTH_DEGREES = 1e-7
"""A strip of a centimetre along a whole outline is what writing and reading may leave."""


def term_of(known: KnownVersion | KnownShape) -> Term:
    """The days of a believed row."""
    return Term(known.valid_from, known.valid_to, known.valid_from_precision, known.announced_on, known.source)


def copy_of(known: KnownVersion, term: Term) -> VersionRow:
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
    return ShapeRow(known.unit_id, known.geometry, known.area_m2, known.quality, known.original_crs, term)


def shape_row(unit: Subject, staged: StagedUnit, term: Term) -> ShapeRow:
    """The shape that a staged unit brings."""
    if staged.geometry is None:
        raise ValueError("the row has no geometry")
    return ShapeRow(unit, staged.geometry, geodesic_area_m2(staged.geometry), staged.quality, staged.crs, term)


def is_made_of(parts: Sequence[KnownShape], staged: StagedUnit) -> bool:
    """Whether a row brings no more than the outline of what is known below, as exports write it for the district."""
    if not parts or staged.geometry is None or weakest(part.quality for part in parts) != staged.quality:
        return False
    union = shapely.union_all([part.geometry for part in parts])
    rest = shapely.symmetric_difference(union, staged.geometry)
    return bool(rest.area < SAME_WIDTH_DEGREES * union.length)


def earliest(*days: dt.date | None) -> dt.date | None:
    """The first of the days that are known."""
    return min((day for day in days if day is not None), default=None)
