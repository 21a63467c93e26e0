"""Imports on their way in, and what was read and said of their rows.

The tables of rows are unlogged: they hold copies of a file that is still there, and are read again when a crash emptied
them. They go with the file, by the same schedule.
"""

from __future__ import annotations

import datetime as dt
import enum
import uuid

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db.base import STORAGE_SRID, Base, BigKey, Json, PublicId, RecordedAt, Versioned

SCHEMA = "exchange"


class State(enum.StrEnum):
    """Where an import stands. A failed step leads back to the state in which a person can act."""

    READING = "reading"
    ASKING = "asking"
    CHECKING = "checking"
    PREVIEWED = "previewed"
    ENTERING = "entering"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Import(Versioned, Base):
    """One file on its way in.

    `wish` is how the file is to be read, `head` what it says of itself, `setup` what the person answered (columns,
    options, coordinate system), `counts` the outcome of the last check, `manifest` what was written.
    """

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        Index("ix_imports_account_id", "account_id", "id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)
    """Key of the importer, `room:things`."""
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("kernel.files.id"))
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    run: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    """Public id of the job that works on it now, or worked last."""
    wish: Mapped[Json]
    head: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    setup: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    question: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it asks again: a sentence as plain data."""
    counts: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    manifest: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    checked_at: Mapped[dt.datetime | None]
    entered_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]


class StagedRow(Base):
    """A row as it stands in the file: texts in the order of the columns, shape as WKB in the file's own numbers."""

    __tablename__ = "staged_rows"
    __table_args__ = {"schema": SCHEMA, "prefixes": ["UNLOGGED"]}  # noqa: RUF012

    import_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    raw: Mapped[list[object]] = mapped_column(JSONB)
    shape: Mapped[bytes | None] = mapped_column(LargeBinary)


class ParsedRow(Base):
    """The same row with typed values by field and its shape in CGCS2000; only rows that could be understood."""

    __tablename__ = "parsed_rows"
    __table_args__ = (
        Index("ix_parsed_rows_geom", "geom", postgresql_using="gist"),
        {"schema": SCHEMA, "prefixes": ["UNLOGGED"]},
    )

    import_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    fields: Mapped[Json]
    written: Mapped[Json]
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("GEOMETRY", STORAGE_SRID, spatial_index=False))


class RowOutcome(Base):
    """What will become of a row."""

    __tablename__ = "row_outcomes"
    __table_args__ = (
        CheckConstraint("action IN ('new', 'changed', 'unchanged', 'refused')", name="action"),
        {"schema": SCHEMA, "prefixes": ["UNLOGGED"]},
    )

    import_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(Text)
    target: Mapped[str | None] = mapped_column(Text)
    changes: Mapped[dict[str, object] | None] = mapped_column(JSONB)


class RowFinding(Base):
    """One thing wrong, or worth a note, in a row; number 0 is the file as a whole."""

    __tablename__ = "row_findings"
    __table_args__ = (
        CheckConstraint("stage IN ('reading', 'checking')", name="stage"),
        CheckConstraint("level IN ('error', 'note')", name="level"),
        Index("ix_row_findings_import_id_number", "import_id", "number"),
        {"schema": SCHEMA, "prefixes": ["UNLOGGED"]},
    )

    id: Mapped[BigKey]
    import_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int]
    line: Mapped[int]
    stage: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    column: Mapped[str | None] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    sentence: Mapped[Json]


class Heading(Base):
    """Which field a heading meant when such a file went in last."""

    __tablename__ = "headings"
    __table_args__ = {"schema": SCHEMA}  # noqa: RUF012

    what: Mapped[str] = mapped_column(Text, primary_key=True)
    heading: Mapped[str] = mapped_column(Text, primary_key=True)
    field: Mapped[str] = mapped_column(Text)
    used_at: Mapped[dt.datetime]
