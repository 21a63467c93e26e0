"""The published read model: all that anonymous readers can ever see.

Publication writes it by each layer's allow-list; a revision never changes afterwards, it is superseded or withdrawn.
"""

from __future__ import annotations

import datetime as dt
import enum
import uuid

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import text as sql

from portal.kernel.db.base import Base, BigKey

SCHEMA = "published"
MERCATOR = 3857


class RevisionState(enum.StrEnum):
    """Where a revision stands; only one of a layer is live."""

    LIVE = "live"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Revision(Base):
    """One publication of one layer. The token stands in tile addresses and names the content."""

    __tablename__ = "revisions"
    __table_args__ = (
        CheckConstraint("state IN ('live', 'superseded', 'withdrawn')", name="state"),
        Index("uq_revisions_live", "layer", unique=True, postgresql_where=sql("state = 'live'")),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    layer: Mapped[str] = mapped_column(Text)
    token: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[str] = mapped_column(Text)
    published_at: Mapped[dt.datetime]
    approval_number: Mapped[str | None] = mapped_column(Text)
    """审图号; a map without one is a sample and says so."""
    sample: Mapped[bool]
    schematic: Mapped[bool]
    source: Mapped[str] = mapped_column(Text)
    record_count: Mapped[int]
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]

    @property
    def number(self) -> str:
        """The running number of the edition, which the token begins with."""
        return self.token.split("-", 1)[0]


class Record(Base):
    """One thing of a revision with its public attributes, for a time; it may have no shape."""

    __tablename__ = "records"
    __table_args__ = (
        Index("ix_records_revision_public", "revision_id", "public_id"),
        Index("ix_records_name", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    revision_id: Mapped[int] = mapped_column(ForeignKey("published.revisions.id"))
    public_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(Text)
    valid: Mapped[Range[dt.date]] = mapped_column(DATERANGE)
    attributes: Mapped[dict[str, object]] = mapped_column(JSONB)
    digest: Mapped[str] = mapped_column(Text)
    """Names the content of the record, shape included, so that two publications can be compared."""
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    """A point on the shape, for labels and "show on the map"."""


class Shape(Base):
    """The shape of a record as one zoom band draws it, already in Web Mercator and simplified."""

    __tablename__ = "shapes"
    __table_args__ = (
        Index("ix_shapes_tile", "revision_id", "band", "geom", postgresql_using="gist"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    record_id: Mapped[int] = mapped_column(ForeignKey("published.records.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("published.revisions.id"))
    band: Mapped[int] = mapped_column(SmallInteger)
    valid: Mapped[Range[dt.date]] = mapped_column(DATERANGE)
    tile: Mapped[dict[str, object]] = mapped_column(JSONB)
    """The few attributes that travel in tiles."""
    geom: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", MERCATOR, spatial_index=False))
