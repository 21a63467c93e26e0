"""What goes out is written down: who took which list, in which filter, how many rows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.audit.trail import record
from portal.kernel.contracts.exporting import Asked

SUBJECT = "exchange.export"


def record_export(session: Session, actor: Actor, key: str, asked: Asked, file_name: str, count: int) -> None:
    """Adds a row to the audit trail; `key` names the exporter."""
    after = {"file": file_name, "rows": count, "at": asked.at, "filter": dict(asked.args)}
    record(session, actor, "exported", SUBJECT, key, after=after)
