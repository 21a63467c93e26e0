"""Staged rows are copies of a file: they go when it goes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.exchange.models import Import
from portal.exchange.staging import clear_read
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.files.models import StoredFile


def forget_rows(session: Session, actor: Actor) -> int:
    """Clears the rows and samples of imports whose file was destroyed; how many there were."""
    query = (
        select(Import)
        .join(StoredFile, StoredFile.id == Import.file_id)
        .where(StoredFile.destroyed_at.is_not(None), Import.head.is_not(None))
    )
    forgotten = session.scalars(query).all()
    for found in forgotten:
        clear_read(session, found.id)
        found.head = None
    if forgotten:
        trail.record(session, actor, "rows_forgotten", "exchange.import", "", after={"count": len(forgotten)})
    session.flush()
    return len(forgotten)
