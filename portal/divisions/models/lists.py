"""Lists of divisions as they were published, kept whole: each can be given back row by row, in its order."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.divisions.models.units import SCHEMA
from portal.kernel.db.base import Base, BigKey, PublicId, RecordedAt


class DivisionList(Base):
    """A list of one code system as of a day. `scope` is the prefix of the codes it speaks of, empty for all."""

    __tablename__ = "lists"
    __table_args__ = (
        UniqueConstraint("system", "as_of", "scope"),
        UniqueConstraint("key"),
        CheckConstraint("precision IN ('day', 'month', 'year')", name="precision"),
        CheckConstraint("length(key) BETWEEN 1 AND 100 AND length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("length(source) BETWEEN 1 AND 300", name="source"),
        CheckConstraint("scope ~ '^[0-9]{0,12}$'", name="scope"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$' AND rows >= 0", name="content"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(Text)
    """What people call it by: system, day and scope, such as `nbs-2016-12-31-310107`."""
    title: Mapped[str] = mapped_column(Text)
    system: Mapped[str] = mapped_column(Text)
    as_of: Mapped[dt.date]
    precision: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text, default="", server_default="")
    source: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    """Of the rows in their order, as `rules.series.content_hash` reckons it."""
    rows: Mapped[int]
    recorded_at: Mapped[RecordedAt]
    recorded_by: Mapped[str] = mapped_column(Text)


class ListRow(Base):
    """A row as it was written; what a list does not say is NULL."""

    __tablename__ = "list_rows"
    __table_args__ = (
        CheckConstraint("position >= 1", name="position"),
        Index("ix_list_rows_code", "code", "list_id"),
        {"schema": SCHEMA},
    )

    list_id: Mapped[int] = mapped_column(ForeignKey("divisions.lists.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """From 1."""
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
    parent_code: Mapped[str | None] = mapped_column(Text)
    parent_name: Mapped[str | None] = mapped_column(Text)


class ListGap(Base):
    """A row whose parent its list does not have: where the unit was put instead, and whether that is as it should be.

    `direct` says that nothing is missing: the digits stand for "directly below the province", which is no unit.
    """

    __tablename__ = "list_gaps"
    __table_args__ = ({"schema": SCHEMA},)

    list_id: Mapped[int] = mapped_column(ForeignKey("divisions.lists.id"), primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    wanted: Mapped[str] = mapped_column(Text)
    """The code that the parent would bear."""
    used: Mapped[str | None] = mapped_column(Text)
    """The code of the nearest unit above that the list has; NULL where it has none."""
    direct: Mapped[bool]
