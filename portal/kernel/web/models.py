"""What the web layer remembers: forms that were answered, so that the same one gives the same answer."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db.base import Base, RecordedAt


class Submission(Base):
    """One sent form by its client UUID, unique per account; `answer` is where its sender was sent."""

    __tablename__ = "submissions"
    __table_args__ = {"schema": "kernel"}  # noqa: RUF012

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    client_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    recorded_at: Mapped[RecordedAt]
    endpoint: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
