"""Change files, what they did to units (lineage), and corrections of mistakes.

A change in the world and a correction of a mistake are two things with two histories: `Lineage` says what became of
units and by which document, `Correction` says what we had written down wrongly.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.divisions.models.units import SCHEMA, Announced
from portal.kernel.db.base import STORAGE_SRID, Base, BigKey, Json, PublicId, RecordedAt, Versioned

EDGES = (
    "set_up",
    "renamed",
    "recoded",
    "seat_moved",
    "boundary_adjusted",
    "split_off",
    "split_into",
    "merged_into",
    "abolished_into",
    "type_changed",
    "resubordinated",
)


class ChangeState(enum.StrEnum):
    """How far a change file is."""

    DRAFT = "draft"
    APPLIED = "applied"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Change(Versioned, Base):
    """A change file. Its content may be edited until it is effective; every step keeps a copy of what it saw."""

    __tablename__ = "changes"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'applied', 'approved', 'effective', 'completed', 'rejected', 'withdrawn')", name="state"
        ),
        CheckConstraint("kind ~ '^[a-z][a-z_]{0,59}$'", name="kind"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("length(authority_reason) <= 500", name="authority_reason"),
        CheckConstraint("length(document_number) <= 100 AND length(document_authority) <= 200", name="document"),
        CheckConstraint("length(note) <= 2000", name="note"),
        CheckConstraint("effective_on >= approved_on", name="effective_after_approval"),
        CheckConstraint("completed_on >= effective_on", name="completed_after_effect"),
        CheckConstraint(
            "state NOT IN ('effective', 'completed') OR (approved_on IS NOT NULL AND effective_on IS NOT NULL)",
            name="dates_of_state",
        ),
        Index("ix_changes_unit_id", "unit_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    """The division in whose scope the file is kept: the district whose clerk handles it."""
    kind: Mapped[str] = mapped_column(Text)
    """A key of `gis_data/catalogue/change_kinds.yaml`."""
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=ChangeState.DRAFT)
    content: Mapped[Json]
    """Units before and after, as `rules.changes.content` reads and writes it."""
    authority: Mapped[str | None] = mapped_column(Text)
    """Who approves, a key of `change_authorities.yaml`; `authority_reason` when it is not the proposed one."""
    authority_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    document_number: Mapped[str] = mapped_column(Text, default="", server_default="")
    document_authority: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The number of the approval document and who issued it, in words."""
    applied_on: Mapped[dt.date | None]
    approved_on: Mapped[dt.date | None]
    announced_on: Mapped[dt.date | None]
    effective_on: Mapped[dt.date | None]
    completed_on: Mapped[dt.date | None]
    code_published_on: Mapped[dt.date | None]
    filed_on: Mapped[dt.date | None]
    extended_on: Mapped[dt.date | None]
    """When the time to carry it out was extended, with approval, once."""
    note: Mapped[str] = mapped_column(Text, default="", server_default="")


class ChangeStep(Base):
    """One thing that was done with a change file, with the file as it was then. Only ever added."""

    __tablename__ = "change_steps"
    __table_args__ = (
        CheckConstraint("length(note) <= 1000", name="note"),
        Index("ix_change_steps_change_id", "change_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    change_id: Mapped[int] = mapped_column(ForeignKey("divisions.changes.id"))
    step: Mapped[str] = mapped_column(Text)
    """`drafted`, `edited`, or the verb of a step: `apply`, `approve`, `carry_out`, `announce`, …"""
    to_state: Mapped[str] = mapped_column(Text)
    on_date: Mapped[dt.date | None]
    """The day in the world on which it was done, where that has a meaning."""
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    copy: Mapped[Json]
    """The whole file after the step, in plain JSON."""
    wrote: Mapped[Json | None]
    """Of `carry_out`: ids of what was written and superseded."""
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)


class ChangeDocument(Base):
    """A paper of a change file: the approval, an item of the application checklist, a map."""

    __tablename__ = "change_documents"
    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 200 AND length(number) <= 100", name="title"),
        CheckConstraint("length(authority) <= 200", name="authority"),
        Index("ix_change_documents_change_id", "change_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    change_id: Mapped[int] = mapped_column(ForeignKey("divisions.changes.id"))
    item: Mapped[str] = mapped_column(Text)
    """A key of the checklist in `change_kinds.yaml`, `approval`, or `other`."""
    title: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text, default="", server_default="")
    authority: Mapped[str] = mapped_column(Text, default="", server_default="")
    dated_on: Mapped[dt.date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("kernel.files.id"))
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class ChangeShape(Base):
    """Ground that a change file speaks of: the new territory of a unit, or a piece that goes from one to another."""

    __tablename__ = "change_shapes"
    __table_args__ = (
        CheckConstraint("quality IN ('legal', 'surveyed', 'digitised', 'schematic')", name="quality"),
        Index("ix_change_shapes_change_id", "change_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    change_id: Mapped[int] = mapped_column(ForeignKey("divisions.changes.id"))
    geom: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", STORAGE_SRID, spatial_index=False))
    quality: Mapped[str] = mapped_column(Text)
    original_crs: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)


class Lineage(Announced, Base):
    """What became of units on a day: an edge from a unit to a unit, with the ground and the people that went along.

    `from_unit_id` is NULL where a unit was set up on new ground; both are the same unit for a rename, a new code, a
    seat move or another parent. Shares are parts of the whole of the unit that gives, from 0 to 1.
    """

    __tablename__ = "lineage"
    __table_args__ = (
        CheckConstraint("edge IN (" + ", ".join(f"'{edge}'" for edge in EDGES) + ")", name="edge"),
        CheckConstraint("precision IN ('day', 'month', 'year')", name="precision"),
        CheckConstraint("area_share BETWEEN 0 AND 1 AND people_share BETWEEN 0 AND 1", name="shares"),
        CheckConstraint("area_m2 >= 0 AND people >= 0", name="amounts"),
        Index("ix_lineage_from_unit_id", "from_unit_id", "happened_on"),
        Index("ix_lineage_to_unit_id", "to_unit_id", "happened_on"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    change_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.changes.id"))
    """NULL where it was derived from lists that name no document."""
    edge: Mapped[str] = mapped_column(Text)
    from_unit_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.units.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    happened_on: Mapped[dt.date]
    """The first day on which it was so: `valid_from` of what it made."""
    precision: Mapped[str] = mapped_column(Text, default="day", server_default="day")
    area_m2: Mapped[float | None]
    area_share: Mapped[Decimal | None] = mapped_column(Numeric(12, 10))
    people: Mapped[int | None] = mapped_column(BigInteger)
    people_share: Mapped[Decimal | None] = mapped_column(Numeric(12, 10))
    document: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Number of the approval document, or the list from which it was derived."""
    recorded_at: Mapped[RecordedAt]
    superseded_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class Correction(Base):
    """A mistake of ours that was put right: rows of a unit that were replaced by others, and why. Only ever added."""

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("length(reason) BETWEEN 1 AND 500 AND length(source) <= 200", name="reason"),
        Index("ix_corrections_unit_id", "unit_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    reason: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="", server_default="")
    before: Mapped[Json]
    after: Mapped[Json]
    wrote: Mapped[Json]
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
