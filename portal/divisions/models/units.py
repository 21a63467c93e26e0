"""Tables of the divisions room.

A `Unit` is only an identity. What is said of it lies in dated rows that never change: a correction or a later state
closes the old row (`superseded_at`) and adds new ones. One row of each kind is believed at any time for any day.
"""

from __future__ import annotations

import datetime as dt
import enum

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import text as sql

from portal.kernel.db.base import STORAGE_SRID, Base, BigKey, PublicId, RecordedAt
from portal.kernel.db.validity import Recorded, Validity, validity_checks

SCHEMA = "divisions"
BELIEVED = sql("superseded_at IS NULL")


class ShapeQuality(enum.StrEnum):
    """What a shape may be used for; only `legal` ones decide anything."""

    LEGAL = "legal"
    SURVEYED = "surveyed"
    DIGITISED = "digitised"
    SCHEMATIC = "schematic"


class Announced:
    """What is known within the office before the public may know it."""

    announced_on: Mapped[dt.date | None]
    """From this day on the public may know; empty means internal."""


class Unit(Base):
    """A unit as an identity: it stays itself through a new name, code, seat or line."""

    __tablename__ = "units"
    __table_args__ = {"schema": SCHEMA}  # noqa: RUF012

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]


class UnitVersion(Validity, Recorded, Announced, Base):
    """Name, kind, level, parent and particulars of a unit for a time."""

    __tablename__ = "unit_versions"
    __table_args__ = (
        *validity_checks(),
        CheckConstraint("parent_id <> unit_id", name="own_parent"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("population >= 0", name="population"),
        ExcludeConstraint(
            ("unit_id", "="), ("valid", "&&"), name="excl_unit_versions_one_at_a_time", using="gist", where=BELIEVED
        ),
        Index("ix_unit_versions_parent_valid", "parent_id", "valid", postgresql_using="gist"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.units.id"))
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    level: Mapped[int]
    seat: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    population: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)


class UnitCode(Validity, Recorded, Announced, Base):
    """A code means something only with its system and its time."""

    __tablename__ = "unit_codes"
    __table_args__ = (
        *validity_checks(),
        ExcludeConstraint(
            ("system", "="),
            ("code", "="),
            ("valid", "&&"),
            name="excl_unit_codes_one_unit_a_code",
            using="gist",
            where=BELIEVED,
        ),
        ExcludeConstraint(
            ("unit_id", "="),
            ("system", "="),
            ("valid", "&&"),
            name="excl_unit_codes_one_code_a_unit",
            using="gist",
            where=BELIEVED,
        ),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    system: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)


class UnitShape(Validity, Recorded, Announced, Base):
    """The territory for a time, in CGCS2000; many units have none, and that is normal."""

    __tablename__ = "unit_shapes"
    __table_args__ = (
        *validity_checks(),
        CheckConstraint("quality IN ('legal', 'surveyed', 'digitised', 'schematic')", name="quality"),
        ExcludeConstraint(
            ("unit_id", "="), ("valid", "&&"), name="excl_unit_shapes_one_at_a_time", using="gist", where=BELIEVED
        ),
        Index("ix_unit_shapes_geom", "geom", postgresql_using="gist"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    geom: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", STORAGE_SRID, spatial_index=False))
    area_m2: Mapped[float]
    """On the CGCS2000 ellipsoid."""
    quality: Mapped[str] = mapped_column(Text)
    original_crs: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)


class Ancestry(Base):
    """Who lay within whom and when, each unit within itself too. Derived from the versions, rebuildable, checked."""

    __tablename__ = "ancestry"
    __table_args__ = (
        Index("ix_ancestry_ancestor_valid", "ancestor_id", "valid", postgresql_using="gist"),
        Index("ix_ancestry_unit_valid", "unit_id", "valid", postgresql_using="gist"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    ancestor_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    depth: Mapped[int]
    valid: Mapped[Range[dt.date]] = mapped_column(DATERANGE)


class Home(Base):
    """The one home district of this installation; a single row."""

    __tablename__ = "home"
    __table_args__ = (CheckConstraint("id = 1", name="single"), {"schema": SCHEMA})

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, default=1)
    unit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("divisions.units.id"))
