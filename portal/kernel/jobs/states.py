"""How a run passes from one state to the next. Only who began it last may say more of it (`attempts`)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.text import Text, text
from portal.kernel.jobs.locks import hold_here
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.queue import put_in_queue

MOST_ATTEMPTS = 3
"""A job that kills its worker each time must not kill it for ever."""

MACHINE_STOPPED = text("The machine stopped while this was running; nothing was changed. Start it again.")

NOW = func.clock_timestamp()
FRESH = {"populate_existing": True, "synchronize_session": False}


class Superseded(Exception):
    """The run was settled or begun anew by somebody else: this worker was thought dead."""


def claim(session: Session, run_id: int) -> Run | None:
    """Begins a waiting run; None when it is not waiting any more, so that of two workers one comes too late."""
    began = {"state": State.RUNNING, "attempts": Run.attempts + 1, "started_at": NOW, "beat_at": NOW}
    begun = update(Run).where(Run.id == run_id, Run.state == State.WAITING)
    begun = begun.values(**began, done=0, total=None, message=None)
    return session.scalar(begun.returning(Run), execution_options=FRESH)


def note(session: Session, run: Run, done: int, total: int | None, message: Text | None) -> bool:
    """Keeps how far a run is; whether somebody asked it to stop."""
    said = {"done": done, "total": total, "message": to_plain(message) if message else None, "beat_at": NOW}
    noted = update(Run).where(*_ours(run)).values(**said).returning(Run.cancel_asked_at)
    row = session.execute(noted, execution_options={"synchronize_session": False}).one_or_none()
    if row is None:
        raise Superseded
    return row[0] is not None


def join(session: Session, run: Run) -> None:
    """Makes a transaction part of the run's work; raises `Superseded` when the run is somebody else's by now."""
    hold_here(session, run.id)
    if session.scalar(select(Run.id).where(*_ours(run))) is None:
        raise Superseded


def end(session: Session, run: Run, state: State, failure: Text | None = None) -> None:
    """Ends a run; of one that somebody else settled nothing is changed."""
    last = {"state": state, "ended_at": NOW, "failure": to_plain(failure) if failure else None}
    session.execute(update(Run).where(*_ours(run)).values(**last), execution_options={"synchronize_session": False})


def break_off(session: Session, run: Run, *, restarts: bool) -> None:
    """The machine stopped in the midst of it: back into the queue if it may be repeated, else failed."""
    if not restarts or run.attempts >= MOST_ATTEMPTS:
        end(session, run, State.FAILED, MACHINE_STOPPED)
        return
    back = update(Run).where(*_ours(run)).values(state=State.WAITING)
    waiting = session.scalar(back.returning(Run), execution_options=FRESH)
    if waiting is not None:
        put_in_queue(session, waiting)


def forget_in_queue(session: Session, queue_id: int | None) -> None:
    """Takes the library's job away from a worker that is gone."""
    session.execute(sql("DELETE FROM jobs.procrastinate_jobs WHERE id = :job"), {"job": queue_id})


def _ours(run: Run) -> tuple[ColumnElement[bool], ...]:
    return (Run.id == run.id, Run.state == State.RUNNING, Run.attempts == run.attempts)
