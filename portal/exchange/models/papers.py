"""Papers: running numbers, what was issued under them, and the bureau's own Word templates."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db.base import Base, BigKey, PublicId, RecordedAt

SCHEMA = "exchange"


class Number(Base):
    """The last number of a series that a unit has given in a year. Whoever takes the next locks the row until the end
    of the transaction, so that a paper which comes to nothing leaves no hole."""

    __tablename__ = "numbers"
    __table_args__ = (CheckConstraint("last > 0", name="last"), {"schema": SCHEMA})

    series: Mapped[str] = mapped_column(Text, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class NumberPattern(Base):
    """How the numbers of a series are written; the latest row holds. Only ever added to."""

    __tablename__ = "number_patterns"
    __table_args__ = (CheckConstraint("length(pattern) BETWEEN 1 AND 80", name="pattern"), {"schema": SCHEMA})

    id: Mapped[BigKey]
    recorded_at: Mapped[RecordedAt]
    series: Mapped[str] = mapped_column(Text)
    pattern: Mapped[str] = mapped_column(Text)
    actor_name: Mapped[str] = mapped_column(Text)


class PaperTemplate(Base):
    """One version of a bureau's Word template. Only ever added to."""

    __tablename__ = "paper_templates"
    __table_args__ = (
        CheckConstraint("locale IN ('zh_Hans_CN', 'en')", name="locale"),
        CheckConstraint("length(note) <= 500", name="note"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    paper: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    note: Mapped[str] = mapped_column(Text)
    actor_name: Mapped[str] = mapped_column(Text)


class TemplateChoice(Base):
    """Which version is used from now on, none is that of the house; the latest row holds. Only ever added to."""

    __tablename__ = "template_choices"
    __table_args__ = (
        CheckConstraint("locale IN ('zh_Hans_CN', 'en')", name="locale"),
        Index("ix_template_choices_paper", "paper", "locale", "id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    recorded_at: Mapped[RecordedAt]
    paper: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("exchange.paper_templates.id"))
    actor_name: Mapped[str] = mapped_column(Text)


class IssuedPaper(Base):
    """One paper as it left the house. Never changed; it can only be declared void, and keeps its number."""

    __tablename__ = "papers"
    __table_args__ = (
        UniqueConstraint("series", "unit_id", "year", "number"),
        CheckConstraint("locale IN ('zh_Hans_CN', 'en')", name="locale"),
        CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL)", name="void"
        ),
        CheckConstraint("length(void_reason) BETWEEN 1 AND 500", name="void_reason"),
        Index("ix_papers_unit_id", "unit_id"),
        Index("ix_papers_subject", "paper", "subject"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    paper: Mapped[str] = mapped_column(Text)
    subject: Mapped[uuid.UUID] = mapped_column(Uuid)
    subject_unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    title: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.date]
    """The day the paper speaks of."""
    locale: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    series: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("divisions.units.id"))
    """Who issued it: whose series the number is of."""
    year: Mapped[int]
    number: Mapped[int]
    number_text: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("exchange.paper_templates.id"))
    template_sha256: Mapped[str] = mapped_column(Text)
    docx_file_id: Mapped[int] = mapped_column(ForeignKey("kernel.files.id"))
    docx_sha256: Mapped[str] = mapped_column(Text)
    pdf_file_id: Mapped[int] = mapped_column(ForeignKey("kernel.files.id"))
    pdf_sha256: Mapped[str] = mapped_column(Text)
    voided_at: Mapped[dt.datetime | None]
    voided_by: Mapped[str | None] = mapped_column(Text)
    void_reason: Mapped[str | None] = mapped_column(Text)

    @property
    def void(self) -> bool:
        """Whether it no longer counts."""
        return self.voided_at is not None


class PaperBatch(Base):
    """Many papers printed together for one person; the file comes when the job is done."""

    __tablename__ = "paper_batches"
    __table_args__ = (
        CheckConstraint("form IN ('pdf', 'zip')", name="form"),
        CheckConstraint("locale IN ('zh_Hans_CN', 'en')", name="locale"),
        Index("ix_paper_batches_account_id", "account_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    paper: Mapped[str] = mapped_column(Text)
    subject: Mapped[uuid.UUID] = mapped_column(Uuid)
    title: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.date]
    form: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    base: Mapped[str] = mapped_column(Text)
    """What the addresses in the QR codes begin with."""
    run: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    papers: Mapped[int | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("kernel.files.id"))
