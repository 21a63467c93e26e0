"""The room's table: hazards as they are known now. What they were before is in the audit trail; none is deleted."""

from __future__ import annotations

import datetime as dt

from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db.base import STORAGE_SRID, Base, BigKey, PublicId, RecordedAt, Versioned
from portal.risk.rules import GEOMETRIES, LENGTHS, LEVELS, LONGEST_SHAPE

SCHEMA = "risk"


def _one_of(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Hazard(Versioned, Base):
    """A danger at a place during `[valid_from, closed_on)`, as it was last assessed."""

    __tablename__ = "hazards"
    __table_args__ = (
        CheckConstraint(f"length(name) BETWEEN 1 AND {LENGTHS['name']}", name="name"),
        CheckConstraint("type_key ~ '^[a-z][a-z0-9_]{0,59}$'", name="type_key"),
        CheckConstraint(f"level IN ({_one_of(LEVELS)})", name="level"),
        CheckConstraint(f"length(season) <= {LENGTHS['season']}", name="season"),
        CheckConstraint(f"length(description) <= {LENGTHS['description']}", name="description"),
        CheckConstraint(f"length(advice) BETWEEN 1 AND {LENGTHS['advice']}", name="advice"),
        CheckConstraint(f"length(source) BETWEEN 1 AND {LENGTHS['source']}", name="source"),
        CheckConstraint(f"GeometryType(geom) IN ({_one_of(GEOMETRIES)}) AND NOT ST_IsEmpty(geom)", name="geom"),
        CheckConstraint(f"length(original_geometry) BETWEEN 1 AND {LONGEST_SHAPE}", name="original_geometry"),
        CheckConstraint("length(original_crs) BETWEEN 1 AND 60", name="original_crs"),
        CheckConstraint("assessed_on >= valid_from", name="assessed_on"),
        CheckConstraint("closed_on >= valid_from", name="closed_on"),
        CheckConstraint("(closed_on IS NULL) = (closed_reason IS NULL)", name="closed_with_reason"),
        CheckConstraint(f"length(closed_reason) BETWEEN 1 AND {LENGTHS['reason']}", name="closed_reason"),
        CheckConstraint("length(recorded_by) BETWEEN 1 AND 60", name="recorded_by"),
        Index("ix_hazards_geom", "geom", postgresql_using="gist"),
        Index("ix_hazards_unit_id_name", "unit_id", "name"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    name: Mapped[str] = mapped_column(Text)
    type_key: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    season: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    """For the office only."""
    advice: Mapped[str | None] = mapped_column(Text)
    """What to do here; without it the advice of the type stands."""
    source: Mapped[str] = mapped_column(Text)
    geom: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", STORAGE_SRID, spatial_index=False))
    original_geometry: Mapped[str] = mapped_column(Text)
    original_crs: Mapped[str] = mapped_column(Text)
    """What was drawn or typed, and the system it was declared to be in."""
    valid_from: Mapped[dt.date]
    assessed_on: Mapped[dt.date]
    """The day of the level."""
    lay_on: Mapped[dt.date]
    """The day on which it lay in its division: whose that was then may see it. The day of the assessment, until a
    change of divisions carries the hazard on: then the first day of the change, or the last of one that ended."""
    closed_on: Mapped[dt.date | None]
    """The first day on which it is no longer there."""
    closed_reason: Mapped[str | None] = mapped_column(Text)

    @property
    def shape(self) -> BaseGeometry:
        """Where it lies, in EPSG:4490, x = east."""
        return to_shape(self.geom)
