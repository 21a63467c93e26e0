"""Rows for the batch from a staged unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import shapely

from portal.divisions.imports.staging import StagedUnit
from portal.divisions.queries.snapshot import KnownShape
from portal.divisions.rules.quality import weakest
from portal.divisions.service import ShapeRow, Subject, Term
from portal.kernel.geo.crs import geodesic_area_m2

SAME_WIDTH_DEGREES = 1e-7
"""A strip of a centimetre along a whole outline is what writing and reading may leave."""


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
