"""Columns of what was true for a while: valid time as a half-open interval, and when we came to know it."""

from __future__ import annotations

import datetime as dt
import enum

from sqlalchemy import CheckConstraint, Computed, DateTime, Text, func
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class Precision(enum.StrEnum):
    """How exactly a date of validity is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Validity:
    """`[valid_from, valid_to)` in the world. A date that is only known by its year says so in the precision."""

    valid_from: Mapped[dt.date]
    valid_from_precision: Mapped[str] = mapped_column(Text, default=Precision.DAY, server_default="day")
    valid_to: Mapped[dt.date | None]

    @declared_attr
    def valid(cls) -> Mapped[Range[dt.date]]:  # noqa: N805
        """The same interval as a range, for indexes and exclusion."""
        return mapped_column(DATERANGE, Computed("daterange(valid_from, valid_to, '[)')", persisted=True))


class Recorded:
    """What we believed and until when: a correction closes the old row and adds a new one, it never edits."""

    recorded_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    superseded_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


def validity_checks() -> tuple[CheckConstraint, CheckConstraint]:
    """The constraints every dated table carries."""
    return (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_order"),
        CheckConstraint("valid_from_precision IN ('day', 'month', 'year')", name="valid_from_precision"),
    )
