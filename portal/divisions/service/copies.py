"""Believed rows written anew for other days."""

from __future__ import annotations

from portal.divisions.models import Lineage
from portal.divisions.queries.changes.standing import StandingCode
from portal.divisions.queries.snapshot import KnownShape, KnownVersion
from portal.divisions.service.batch import CodeRow, ShapeRow, Term, VersionRow


def term_of(known: KnownVersion | KnownShape | StandingCode) -> Term:
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


def copy_of_code(known: StandingCode, term: Term) -> CodeRow:
    """A believed code for other days."""
    return CodeRow(known.unit_id, known.system, known.code, term)


def copy_of_edge(edge: Lineage, **changed: object) -> Lineage:
    """A believed edge with something else said of it."""
    own = {"id", "recorded_at", "superseded_at"}
    said = {column.name: getattr(edge, column.name) for column in Lineage.__table__.columns if column.name not in own}
    return Lineage(**said | changed)
