"""What every write of a change file shares: opening it for writing, its copy in the history, the audit row."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from portal.divisions.models import Change, ChangeStep
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.queries.changes import change, last_step
from portal.errors import Difference, Stale
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.i18n.text import text

TEXTS = ("title", "note", "authority", "authority_reason", "document_number", "document_authority")
DAYS = (
    "applied_on",
    "approved_on",
    "announced_on",
    "effective_on",
    "completed_on",
    "code_published_on",
    "filed_on",
    "extended_on",
)
SUBJECT = "divisions.change"


def open_file(
    session: Session, actor: Actor, public_id: uuid.UUID, row_version: int, yours: Mapping[str, object]
) -> Change:
    """A file locked for writing. Raises `NotFound`, and `Stale` with who saved what since `row_version` was read."""
    file = change(session, actor, public_id, permission=CHANGE_UNITS, lock=True)
    if file.row_version != row_version:
        raise _stale(session, file, yours)
    return file


def keep_step(
    session: Session,
    actor: Actor,
    file: Change,
    step: str,
    *,
    on: dt.date | None = None,
    note: str = "",
    wrote: Mapping[str, object] | None = None,
) -> ChangeStep:
    """Adds one line to the file's history, with the file as it is now, and one to the audit trail."""
    session.flush()
    kept = ChangeStep(
        change_id=file.id,
        step=step,
        to_state=str(file.state),
        on_date=on,
        note=note,
        copy=copy_of_file(file),
        wrote=dict(wrote) if wrote is not None else None,
        recorded_by=actor.name,
    )
    session.add(kept)
    after = {"step": step, "state": str(file.state), "on": on, "note": note}
    trail.record(session, actor, "stepped", SUBJECT, file.public_id, after=after)
    session.flush()
    return kept


def copy_of_file(file: Change) -> dict[str, object]:
    """The whole file as plain JSON."""
    days = {name: day.isoformat() if (day := getattr(file, name)) else None for name in DAYS}
    return {
        "kind": file.kind,
        "state": str(file.state),
        **{name: getattr(file, name) for name in TEXTS},
        **days,
        "content": file.content,
        "row_version": file.row_version,
    }


def _stale(session: Session, file: Change, yours: Mapping[str, object]) -> Stale:
    last = last_step(session, file)
    by = last.recorded_by if last else file.recorded_by
    fields = [name for name in yours if name != "content" and getattr(file, name, None) != yours[name]]
    differences: Sequence[Difference] = [Difference(name, getattr(file, name), yours[name]) for name in fields]
    if "content" in yours and yours["content"] != file.content:
        differences = [*differences, Difference("content", file.content, yours["content"])]
    return Stale(text("%(who)s saved this change file while you had it open.", who=by), differences)
