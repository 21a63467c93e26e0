"""Applications to name, rename or cancel, every step of them, and their papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import shapely
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import text as sql

from portal.kernel.db.base import STORAGE_SRID, Base, BigKey, Json, PublicId, RecordedAt, Versioned
from portal.toponyms.catalogue import ACTS
from portal.toponyms.rules.moves import STATES
from portal.toponyms.rules.position import LONGEST_SHAPE

SCHEMA = "toponyms"


def _one_of(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Application(Versioned, Base):
    """An application. Its content may be edited until it is decided; every step keeps a copy of what it saw."""

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint(f"act IN ({_one_of(ACTS)})", name="act"),
        CheckConstraint(f"state IN ({_one_of(STATES)})", name="state"),
        CheckConstraint("kind ~ '^[a-z][a-z_]{0,59}$'", name="kind"),
        CheckConstraint("specific || generic = name AND length(name) BETWEEN 1 AND 60", name="name"),
        CheckConstraint("length(pinyin) BETWEEN 1 AND 200 AND length(folded) BETWEEN 1 AND 200", name="pinyin"),
        CheckConstraint("length(applicant) BETWEEN 1 AND 200", name="applicant"),
        CheckConstraint("length(plan) BETWEEN 1 AND 4000", name="plan"),
        CheckConstraint("length(meaning) <= 2000 AND length(nature) <= 2000 AND length(place) <= 300", name="texts"),
        CheckConstraint("length(check_reason) <= 1000", name="check_reason"),
        CheckConstraint("length(document_number) <= 100 AND length(document_authority) <= 200", name="document"),
        CheckConstraint("(geom IS NULL) = (original_geometry IS NULL)", name="original"),
        CheckConstraint(f"length(original_geometry) BETWEEN 1 AND {LONGEST_SHAPE}", name="original_geometry"),
        CheckConstraint("decided_on >= received_on", name="decided_after_receipt"),
        CheckConstraint(
            "state NOT IN ('approved', 'filed', 'announced', 'entered') "
            "OR (decided_on IS NOT NULL AND length(document_number) > 0)",
            name="document_of_decision",
        ),
        Index("ix_applications_folded", "folded", postgresql_where=sql("state IN ('received', 'complete', 'checked', "
              "'surveyed', 'consulted')")),
        Index("ix_applications_unit_id", "unit_id"),
        {"schema": SCHEMA},
    )  # fmt: skip

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    """Where the thing lies; whose it was on the day of receipt may see the application."""
    act: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name_id: Mapped[int | None] = mapped_column(ForeignKey("toponyms.names.id"))
    """The name to change or cancel; of a new one, what the approval made."""
    name: Mapped[str] = mapped_column(Text)
    specific: Mapped[str] = mapped_column(Text)
    generic: Mapped[str] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    toned: Mapped[str] = mapped_column(Text)
    specific_folded: Mapped[str] = mapped_column(Text)
    applicant: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text)
    """The plan and its reason."""
    meaning: Mapped[str] = mapped_column(Text)
    nature: Mapped[str] = mapped_column(Text)
    """Size and nature of what is named."""
    place: Mapped[str] = mapped_column(Text)
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("GEOMETRY", STORAGE_SRID, spatial_index=False))
    original_geometry: Mapped[str | None] = mapped_column(Text)
    original_crs: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="received")
    findings: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    """What the checks found last; NULL until they ran for this content."""
    check_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why findings that leave room do not keep the name out."""
    judged: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Answers of a person: `{key: {"fine": true, "note": …}}`."""
    received_on: Mapped[dt.date]
    completed_on: Mapped[dt.date | None]
    decided_on: Mapped[dt.date | None]
    effective_on: Mapped[dt.date | None]
    filed_on: Mapped[dt.date | None]
    announced_on: Mapped[dt.date | None]
    entered_on: Mapped[dt.date | None]
    document_number: Mapped[str] = mapped_column(Text, default="", server_default="")
    document_authority: Mapped[str] = mapped_column(Text, default="", server_default="")

    @property
    def shape(self) -> BaseGeometry | None:
        """Where it lies, in EPSG:4490, x = east."""
        return None if self.geom is None else shapely.force_2d(to_shape(self.geom))


class ApplicationStep(Base):
    """One thing that was done with an application, with the whole of it as it was then. Only ever added."""

    __tablename__ = "application_steps"
    __table_args__ = (
        CheckConstraint("length(note) <= 2000", name="note"),
        Index("ix_application_steps_application_id", "application_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("toponyms.applications.id"))
    step: Mapped[str] = mapped_column(Text)
    """`received`, `edited`, `looked`, or the verb of a move."""
    to_state: Mapped[str] = mapped_column(Text)
    on_date: Mapped[dt.date]
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    copy: Mapped[Json]
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)


class ApplicationDocument(Base):
    """A paper of an application: scanned, or said to lie in the paper file."""

    __tablename__ = "application_documents"
    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 200 AND length(number) <= 100", name="title"),
        Index("ix_application_documents_application_id", "application_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    application_id: Mapped[int] = mapped_column(ForeignKey("toponyms.applications.id"))
    item: Mapped[str] = mapped_column(Text)
    """A key of `materials` in `toponym_kinds.yaml`."""
    title: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text, default="", server_default="")
    dated_on: Mapped[dt.date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("kernel.files.id"))
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_by: Mapped[str | None] = mapped_column(Text)
