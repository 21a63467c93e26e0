"""Basic management units (基本管理单元): parts of a town with services of their own, no divisions, no code."""

from __future__ import annotations

import datetime as dt

from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import to_shape
from shapely.geometry import Point
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.divisions.models.units import SCHEMA
from portal.kernel.db.base import STORAGE_SRID, Base, BigKey, Json, PublicId, RecordedAt, Versioned


class BasicUnit(Versioned, Base):
    """A basic management unit during `[set_up_on, ended_on)`; it lies in one town."""

    __tablename__ = "basic_units"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        CheckConstraint("length(area) <= 300 AND length(note) <= 1000", name="words"),
        CheckConstraint("length(source) BETWEEN 1 AND 200", name="source"),
        CheckConstraint("ended_on >= set_up_on", name="ended_on"),
        Index("ix_basic_units_unit_id", "unit_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    name: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)
    """What it reaches over, in words: streets, committees."""
    position: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", STORAGE_SRID, spatial_index=False))
    set_up_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)

    @property
    def point(self) -> Point | None:
        """Its middle in EPSG:4490."""
        return None if self.position is None else Point(to_shape(self.position).coords[0])


class BasicUnitProgress(Base):
    """What a town said of a month, of all items. Only ever added: the last one of a month counts."""

    __tablename__ = "basic_unit_progress"
    __table_args__ = (
        CheckConstraint("date_trunc('month', month) = month", name="month"),
        CheckConstraint("length(note) <= 1000", name="note"),
        Index("ix_basic_unit_progress_basic_unit_id", "basic_unit_id", "month"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    basic_unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.basic_units.id"))
    month: Mapped[dt.date]
    """Its first day."""
    items: Mapped[Json]
    """By key of the item: `facility`, `posts`, `opened_on`, as `rules.basic_units` reads and writes them."""
    note: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)


class BasicUnitAcceptance(Base):
    """What an acceptance found, item by item. Only ever added."""

    __tablename__ = "basic_unit_acceptances"
    __table_args__ = (
        CheckConstraint("result IN ('passed', 'failed')", name="result"),
        CheckConstraint("length(authority) BETWEEN 1 AND 100 AND length(document) <= 100", name="words"),
        CheckConstraint("length(note) <= 1000", name="note"),
        Index("ix_basic_unit_acceptances_basic_unit_id", "basic_unit_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    basic_unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.basic_units.id"))
    accepted_on: Mapped[dt.date]
    authority: Mapped[str] = mapped_column(Text)
    """Who accepted."""
    result: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)
    """Number of the document that says so."""
    items: Mapped[Json]
    """Key of the item → whether it was accepted."""
    note: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
