"""What the gazetteer holds beyond the versions of units: values by year, the yearly review of towns, text entries."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.divisions.models.units import BELIEVED, SCHEMA
from portal.kernel.db.base import Base, BigKey, Json, PublicId, RecordedAt, Versioned

FIRST_YEAR, LAST_YEAR = 1900, 2200


class GazetteerValue(Base):
    """What a cell held: a field of a unit for a year. Only ever added; the believed one is not superseded."""

    __tablename__ = "gazetteer_values"
    __table_args__ = (
        CheckConstraint("field ~ '^[a-z][a-z_]{0,59}$'", name="field"),
        CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="year"),
        CheckConstraint("length(value) BETWEEN 1 AND 500", name="value"),
        CheckConstraint("length(source) BETWEEN 1 AND 300", name="source"),
        CheckConstraint("way IN ('typed', 'pasted', 'imported', 'reviewed')", name="way"),
        Index("uq_gazetteer_values_one_believed", "unit_id", "field", "year", unique=True, postgresql_where=BELIEVED),
        Index("ix_gazetteer_values_unit_id", "unit_id", "field", "year"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    field: Mapped[str] = mapped_column(Text)
    """A key of `gis_data/catalogue/gazetteer_fields.yaml`."""
    year: Mapped[int]
    value: Mapped[str | None] = mapped_column(Text)
    """As `rules.gazetteer.cells` writes it; NULL where the cell was emptied."""
    as_of: Mapped[dt.date | None]
    """The day of which the value is, where that is known more exactly than the year."""
    source: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text, default="typed", server_default="typed")
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    superseded_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class GazetteerReview(Versioned, Base):
    """The review of a year: the towns of a district confirm or correct their rows until a day that the clerk sets."""

    __tablename__ = "gazetteer_reviews"
    __table_args__ = (
        UniqueConstraint("unit_id", "year"),
        CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="year"),
        CheckConstraint("length(note) <= 1000", name="note"),
        CheckConstraint("due_on >= opened_on", name="due_on"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    year: Mapped[int]
    at: Mapped[dt.date]
    """The day of which the units are asked."""
    opened_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[str | None] = mapped_column(Text)


class GazetteerReviewRow(Versioned, Base):
    """One unit of a review and what its town said of it."""

    __tablename__ = "gazetteer_review_rows"
    __table_args__ = (
        UniqueConstraint("review_id", "unit_id"),
        CheckConstraint("answer IN ('confirmed', 'corrected')", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("length(note) <= 1000", name="note"),
        Index("ix_gazetteer_review_rows_town_id", "review_id", "town_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    review_id: Mapped[int] = mapped_column(ForeignKey("divisions.gazetteer_reviews.id"))
    town_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    shown: Mapped[Json | None]
    """The values that stood in the row when it was answered."""
    answered_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[str | None] = mapped_column(Text)


class GazetteerProposal(Base):
    """A correction that a town proposes for one cell; only its decision is filled in, once."""

    __tablename__ = "gazetteer_proposals"
    __table_args__ = (
        CheckConstraint("field ~ '^[a-z][a-z_]{0,59}$'", name="field"),
        CheckConstraint("length(value) BETWEEN 1 AND 500 AND length(was) <= 500", name="value"),
        CheckConstraint("decision IN ('taken', 'declined', 'replaced')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("length(reason) <= 500", name="reason"),
        Index("ix_gazetteer_proposals_row_id", "row_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    row_id: Mapped[int] = mapped_column(ForeignKey("divisions.gazetteer_review_rows.id"))
    field: Mapped[str] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    was: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    decision: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str | None] = mapped_column(Text)


class GazetteerEntry(Base):
    """A section of a unit's text entry (政区大典), as it was written; a later version supersedes it."""

    __tablename__ = "gazetteer_entries"
    __table_args__ = (
        CheckConstraint("section ~ '^[a-z][a-z_]{0,59}$'", name="section"),
        CheckConstraint("length(body) BETWEEN 1 AND 10000", name="body"),
        CheckConstraint("length(source) BETWEEN 1 AND 300", name="source"),
        CheckConstraint("state IN ('draft', 'reviewed')", name="state"),
        CheckConstraint(
            "(state = 'reviewed') = (reviewer IS NOT NULL) AND (reviewer IS NULL) = (reviewed_on IS NULL)",
            name="reviewed",
        ),
        CheckConstraint("length(reviewer) BETWEEN 1 AND 100", name="reviewer"),
        Index("uq_gazetteer_entries_one_believed", "unit_id", "section", unique=True, postgresql_where=BELIEVED),
        Index("ix_gazetteer_entries_unit_id", "unit_id", "section"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    section: Mapped[str] = mapped_column(Text)
    """A key of `gis_data/catalogue/gazetteer_sections.yaml`."""
    body: Mapped[str] = mapped_column(Text)
    """Plain text; an empty line ends a paragraph."""
    source: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="draft", server_default="draft")
    reviewer: Mapped[str | None] = mapped_column(Text)
    reviewed_on: Mapped[dt.date | None]
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    superseded_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
