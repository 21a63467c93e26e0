"""Adding hazards: one from a screen, many from a file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.db.base import new_public_id
from portal.kernel.db.pages import in_pages
from portal.risk import queries
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT
from portal.risk.service.commands import AddHazard
from portal.risk.service.pages import insert_rows
from portal.risk.service.trail import announce, facts, record_batch, record_one
from portal.risk.service.wanted import Wanted, wanted


def add_hazard(session: Session, actor: Actor, command: AddHazard, today: dt.date) -> Hazard:
    """Adds a hazard. Raises `FormInvalid` by field; a division outside the actor's is one of those messages."""
    policy.require(actor, EDIT)
    checked = wanted(session, actor, [command], today)
    public_id = _insert(session, actor, checked)[0]
    record_one(session, actor, "added", public_id, None, facts(checked[0]))
    announce(session, actor)
    return queries.hazard(session, actor, public_id, permission=EDIT)


def add_hazards(session: Session, actor: Actor, commands: Iterable[AddHazard], today: dt.date) -> list[uuid.UUID]:
    """Adds many hazards a page at a time and gives their public ids in order; raises as `add_hazard` does.

    `commands` may be a stream. One row in the audit trail names them all; the rooms above hear of them once.
    """
    policy.require(actor, EDIT)
    added: list[uuid.UUID] = []
    for page in in_pages(commands):
        added += _insert(session, actor, wanted(session, actor, page, today))
    if added:
        record_batch(session, actor, "imported", {"added": added})
        announce(session, actor)
    return added


def _insert(session: Session, actor: Actor, rows: Sequence[Wanted]) -> list[uuid.UUID]:
    ids = [new_public_id() for _ in rows]
    same: dict[str, list[object]] = {"recorded_by": [actor.name] * len(rows), "row_version": [1] * len(rows)}
    insert_rows(session, rows, {"public_id": ids, **same})
    return ids
