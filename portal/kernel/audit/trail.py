"""Writing and reading the audit trail."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.audit.models import AuditEntry

PRIVATE = "•••"
"""Stands where a private column changed: the trail names the column, never the value."""


def record(
    session: Session,
    actor: Actor,
    verb: str,
    subject: str,
    subject_id: object,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    private: Sequence[str] = (),
) -> AuditEntry:
    """Adds one row; `subject` is the table's room and noun such as `risk.hazard`."""
    entry = AuditEntry(
        actor_id=actor.account_id,
        actor_name=actor.name,
        verb=verb,
        subject=subject,
        subject_id=str(subject_id),
        before=_plain(before, private),
        after=_plain(after, private),
    )
    session.add(entry)
    return entry


def entries(session: Session, *, before_id: int | None = None, limit: int = 100) -> Sequence[AuditEntry]:
    """Newest first; `before_id` continues an earlier page."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return session.scalars(query).all()


def _plain(values: Mapping[str, object] | None, private: Sequence[str]) -> dict[str, object] | None:
    if values is None:
        return None
    return {key: PRIVATE if key in private else _json(value) for key, value in values.items()}


def _json(value: object) -> object:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(inner) for inner in value]
    return value
