"""Staged rows are copies of a file: they go when it goes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.exchange.models import Import, State
from portal.exchange.service.moving import move
from portal.exchange.staging import clear_read
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.files.models import StoredFile
from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.text import text

UNDECIDED = frozenset({State.READING, State.ASKING, State.CHECKING, State.PREVIEWED})
"""Without their rows nothing can become of these any more."""


def forget_rows(session: Session, actor: Actor) -> int:
    """Clears rows, samples and earlier values of imports whose file was destroyed; how many there were."""
    query = (
        select(Import)
        .join(StoredFile, StoredFile.id == Import.file_id)
        .where(StoredFile.destroyed_at.is_not(None), Import.head.is_not(None))
    )
    forgotten = session.scalars(query).all()
    for found in forgotten:
        clear_read(session, found.id)
        found.head = found.manifest = None
        if found.state in UNDECIDED:
            found.question = to_plain(text("The file of this import has been destroyed on schedule; upload it again."))
            move(session, found, State.CANCELLED)
    if forgotten:
        trail.record(session, actor, "rows_forgotten", "exchange.import", "", after={"count": len(forgotten)})
    session.flush()
    return len(forgotten)
