"""Runs of jobs as people see them; the queue itself (`jobs.procrastinate_*`) is the library's."""

from __future__ import annotations

import datetime as dt
import enum

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db.base import Base, BigKey, Json, PublicId, RecordedAt
from portal.kernel.i18n import plain
from portal.kernel.i18n import text as sentences

SCHEMA = "jobs"


class State(enum.StrEnum):
    """Where a run stands; the last three are its ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Run(Base):
    """One run of a job: who asked for what, how far it is, and how it ended.

    `message` and `failure` are sentences as plain JSON (`i18n.plain`). `attempts` counts how often a worker began it; a
    worker that was thought dead finds another number there and may write nothing more. `queue_id` is the library's
    job while there is one; of those with the same `lock` the queue does one at a time.
    """

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(ended_at IS NOT NULL) = (state IN ('done', 'failed', 'cancelled'))", name="ended"),
        CheckConstraint("done >= 0 AND (total IS NULL OR total >= 0)", name="progress"),
        Index("ix_runs_unended", "state", postgresql_where="ended_at IS NULL"),
        Index("ix_runs_account_id", "account_id"),
        Index("ix_runs_ended_at", "ended_at"),
        {"schema": SCHEMA},
    )

    id: Mapped[BigKey]
    public_id: Mapped[PublicId]
    recorded_at: Mapped[RecordedAt]
    name: Mapped[str] = mapped_column(Text)
    args: Mapped[Json]
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=State.WAITING, server_default="waiting")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    total: Mapped[int | None] = mapped_column(BigInteger)
    message: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    failure: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    started_at: Mapped[dt.datetime | None]
    beat_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    cancel_asked_at: Mapped[dt.datetime | None]
    queue_id: Mapped[int | None] = mapped_column(BigInteger)
    lock: Mapped[str | None] = mapped_column(Text)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.ended_at is not None

    @property
    def said(self) -> sentences.Text | None:
        """What it is doing, in words."""
        return plain.from_plain(self.message) if self.message else None

    @property
    def reason(self) -> sentences.Text | None:
        """Why it failed, in words."""
        return plain.from_plain(self.failure) if self.failure else None
