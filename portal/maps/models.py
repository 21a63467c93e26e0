"""The maps room's own table: who published or withdrew what, with its legal fields. Only ever added to."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db.base import Base, BigKey, PublicId, RecordedAt


class Publication(Base):
    """One act of publishing or withdrawing a layer."""

    __tablename__ = "publications"
    __table_args__ = (
        CheckConstraint("act IN ('published', 'withdrawn')", name="act"),
        CheckConstraint("act = 'withdrawn' OR sample OR approval_number IS NOT NULL", name="legal_fields"),
        {"schema": "maps"},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    act: Mapped[str] = mapped_column(Text)
    layer: Mapped[str] = mapped_column(Text)
    token: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    approval_number: Mapped[str | None] = mapped_column(Text)
    sample: Mapped[bool]
    note: Mapped[str | None] = mapped_column(Text)

    @property
    def number(self) -> str:
        """The running number of the edition, which the token begins with."""
        return self.token.split("-", 1)[0]
