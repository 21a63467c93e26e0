"""Steps of an import from state to state, and the jobs that do the work of a step."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.exchange.models import Import, State
from portal.exchange.rules import check_move
from portal.exchange.staging import clear_read
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.text import Text
from portal.kernel.jobs.queue import start

BACK = {
    State.READING: State.CANCELLED,
    State.CHECKING: State.ASKING,
    State.ENTERING: State.PREVIEWED,
    State.UNDOING: State.DONE,
}
"""Where a step leads when it could not be done."""


def move(session: Session, found: Import, to: State) -> None:
    """Moves an import on; raises `RuleBroken` when it is not where it was thought to be."""
    check_move(found.state, to)
    found.state = to
    session.flush()


def work_on(session: Session, actor: Actor, found: Import, job: str) -> None:
    """Starts the job of a step; one import is worked on by one job at a time."""
    started = start(session, actor, job, {"import_id": str(found.public_id)}, lock=f"import {found.public_id}")
    found.run = started.public_id
    session.flush()


def fall_back(session: Session, found: Import, reason: Text | None) -> None:
    """Leads a step that could not be done back to where a person can act, with the reason."""
    found.question = to_plain(reason) if reason else None
    to = BACK.get(State(found.state))
    if to is not None:
        move(session, found, to)


def cancel(session: Session, actor: Actor, found: Import) -> None:
    """Puts an import away before anything was written; its rows go, the trail keeps that it was there."""
    move(session, found, State.CANCELLED)
    clear_read(session, found.id)
    trail.record(session, actor, "cancelled", "exchange.import", found.public_id, after={"file": found.file_name})
    session.flush()
