"""What lies in the file store. The row stays when the content is destroyed: it is the record of the destruction."""

from __future__ import annotations

import datetime as dt
import enum

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db.base import Base, BigKey, PublicId, RecordedAt


class Privacy(enum.StrEnum):
    """Whom the content concerns: anybody, the office, or a person."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"


class StoredFile(Base):
    """One kept file; `name` is what its sender called it, for showing only: on disk it is `stored_as`."""

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint("privacy IN ('public', 'internal', 'personal')", name="privacy"),
        CheckConstraint("length(sha256) = 64 AND size >= 0", name="content"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
        CheckConstraint("stored_as !~ '(^/|\\.\\.)'", name="stored_as"),
        Index("ix_files_stored_as", "stored_as"),
        Index("ix_files_keep_until", "keep_until", postgresql_where="destroyed_at IS NULL"),
        {"schema": "kernel"},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    owner_id: Mapped[int | None] = mapped_column(BigInteger)
    owner_name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    privacy: Mapped[str] = mapped_column(Text)
    keep_until: Mapped[dt.date | None]
    stored_as: Mapped[str] = mapped_column(Text)
    destroyed_at: Mapped[dt.datetime | None]
