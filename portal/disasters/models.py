"""Tables of the disasters room.

An event is one disaster process; a report is one unit's account of it. What a report says lies in versions and what
was done with it in steps: both are only ever added. Drafts hold what was typed, as it was typed, until it is submitted.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from portal.disasters.rules.limits import LIMITS
from portal.kernel.db.base import STORAGE_SRID, Base, BigKey, Json, PublicId, RecordedAt, Versioned

SCHEMA = "disasters"
TYPED_BYTES = 65_536


class Located:
    """A position, how it was got, how exactly, as what it came in, and the place in words."""

    place: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", STORAGE_SRID, spatial_index=False))
    place_method: Mapped[str] = mapped_column(Text)
    place_accuracy_m: Mapped[float | None]
    place_original: Mapped[str | None] = mapped_column(Text)
    """Coordinates and their system as they were given."""
    place_words: Mapped[str | None] = mapped_column(Text)


def place_checks() -> tuple[CheckConstraint, ...]:
    """The constraints every located table carries."""
    return (
        CheckConstraint("place_method IN ('map', 'device', 'unit')", name="place_method"),
        CheckConstraint("place IS NOT NULL OR place_method = 'unit'", name="place_known"),
        CheckConstraint("place_accuracy_m >= 0", name="place_accuracy"),
        CheckConstraint("length(place_original) <= 200", name="place_original_length"),
        CheckConstraint(f"length(place_words) <= {LIMITS['place_words']}", name="place_words_length"),
    )


class Event(Located, Versioned, Base):
    """One disaster process: what it was, when it began, how far it reaches."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("mode IN ('actual', 'exercise')", name="mode"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {LIMITS['event_name']}", name="name_length"),
        CheckConstraint(r"typhoon_number ~ '^\d{4}$'", name="typhoon_number"),
        *place_checks(),
        UniqueConstraint("id", "mode", name="uq_events_id_mode"),
        Index("ix_events_unit_id", "unit_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    mode: Mapped[str] = mapped_column(Text)
    type_key: Mapped[str] = mapped_column(Text)
    subtype_key: Mapped[str | None] = mapped_column(Text)
    typhoon_number: Mapped[str | None] = mapped_column(Text)
    """Year and number as the China Meteorological Administration gives them, such as 2413; only for typhoons."""
    name: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[dt.datetime]
    occurred_on: Mapped[dt.date]
    """The day in Shanghai, which says how the divisions lay."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    """It reaches over this unit's whole subtree."""
    state: Mapped[str] = mapped_column(Text, default="open")
    closed_at: Mapped[dt.datetime | None]


class Report(Base):
    """One unit's report on one event as an identity; its state follows from the steps.

    Nobody edits its unit: a change of divisions that is recorded after its day carries later reports to the heir.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("kind = 'initial'", name="kind"),
        CheckConstraint("state IN ('submitted', 'returned', 'approved')", name="state"),
        CheckConstraint("number > 0", name="number"),
        # A drill's report cannot hang on a real event, nor the other way round.
        ForeignKeyConstraint(
            ["event_id", "mode"], ["disasters.events.id", "disasters.events.mode"], name="fk_reports_event_id_mode"
        ),
        Index("uq_reports_one_initial", "event_id", "unit_id", unique=True, postgresql_where=sql("kind = 'initial'")),
        Index("ix_reports_unit_id", "unit_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    event_id: Mapped[int] = mapped_column(BigInteger)
    mode: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    kind: Mapped[str] = mapped_column(Text, default="initial")
    number: Mapped[int] = mapped_column(SmallInteger, default=1)
    occurred_on: Mapped[dt.date]
    """The day in Shanghai that its first version named: whoever's divisions held the unit then may see it."""
    state: Mapped[str] = mapped_column(Text)
    """Derived from the last step, kept here to be locked and filtered; `portal check` recomputes it."""


class Draft(Versioned, Base):
    """What somebody has typed so far, raw, so that nothing unfinished is lost; it bears its report's public id."""

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'filed', 'discarded')", name="state"),
        CheckConstraint(f"octet_length(typed::text) <= {TYPED_BYTES}", name="typed_length"),
        Index("ix_drafts_unit_id", "unit_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("disasters.reports.id"), unique=True)
    typed: Mapped[Json]
    """Form field → text as typed."""
    state: Mapped[str] = mapped_column(Text, default="open")
    saved_at: Mapped[dt.datetime]
    saved_on: Mapped[dt.date]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.accounts.id"))
    saved_by: Mapped[str] = mapped_column(Text)


class ReportVersion(Located, Base):
    """What a report said when it was submitted. Never changed: a correction is the next version."""

    __tablename__ = "report_versions"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("occurred_at <= reported_at AND occurred_at <= as_at", name="clock_order"),
        *(
            CheckConstraint(f"length({column}) <= {LIMITS[column]}", name=f"{column}_length")
            for column in ("narrative", "filler", "phone", "note")
        ),
        *place_checks(),
        UniqueConstraint("report_id", "number"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    report_id: Mapped[int] = mapped_column(ForeignKey("disasters.reports.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    occurred_at: Mapped[dt.datetime]
    """When it struck here."""
    as_at: Mapped[dt.datetime]
    """The moment the figures are of."""
    reported_at: Mapped[dt.datetime]
    """When it was reported, perhaps by phone and entered later."""
    entered_at: Mapped[RecordedAt]
    narrative: Mapped[str] = mapped_column(Text)
    filler: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    """Why unusual figures are right; warnings want it."""
    catalogue_version: Mapped[int]
    rules_version: Mapped[int]


class ReportValue(Base):
    """One indicator of a version. A value that is not known has no number; an indicator without any has no row."""

    __tablename__ = "report_values"
    __table_args__ = (
        CheckConstraint("cumulative >= 0 AND realtime >= 0", name="not_negative"),
        CheckConstraint("cumulative IS NOT NULL OR realtime IS NOT NULL", name="known"),
        {"schema": SCHEMA},
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("disasters.report_versions.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(Text, primary_key=True)
    cumulative: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    realtime: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))


class ReportStep(Base):
    """What was done with a version: submitted, returned with a reason, approved."""

    __tablename__ = "report_steps"
    __table_args__ = (
        CheckConstraint("act IN ('submitted', 'returned', 'approved')", name="act"),
        CheckConstraint("(act = 'returned') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint(f"length(reason) BETWEEN 1 AND {LIMITS['reason']}", name="reason_length"),
        Index("ix_report_steps_report_id", "report_id", "id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    report_id: Mapped[int] = mapped_column(ForeignKey("disasters.reports.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("disasters.report_versions.id"))
    act: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.accounts.id"))
    actor_name: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime]
