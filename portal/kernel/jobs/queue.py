"""Asking for work: a run and its place in the queue are written in the caller's transaction, or neither is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import text
from portal.kernel.jobs.models import Run, State

QUEUE = "anjie"
TASK = "anjie.run"

DEFER = sql(
    "SELECT unnest(jobs.procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, CAST(:lock AS text), NULL, "
    "CAST(:args AS jsonb), NULL)::jobs.procrastinate_job_to_defer_v1]))"
)
CANCEL = sql("SELECT jobs.procrastinate_cancel_job_v1(:job, false, true)")


def start(
    session: Session,
    actor: Actor,
    name: str,
    args: Mapping[str, object],
    *,
    lock: str | None = None,
    queued: bool = True,
) -> Run:
    """A new run of the job `name` with plain JSON `args`; a worker takes it up as soon as the caller commits.

    Of runs with the same `lock` workers do one at a time, in their order. `queued=False` leaves it to the caller to
    do it at once (`work.run_here`).
    """
    run = Run(name=name, args=dict(args), account_id=actor.account_id, actor_name=actor.name, lock=lock)
    session.add(run)
    session.flush()
    if queued:
        put_in_queue(session, run)
    return run


def put_in_queue(session: Session, run: Run) -> None:
    """A place in the queue for a waiting run."""
    values = {"queue": QUEUE, "task": TASK, "lock": run.lock, "args": json.dumps({"run_id": run.id})}
    run.queue_id = session.scalar(DEFER, values)
    session.flush()


def run_of(session: Session, actor: Actor, public_id: uuid.UUID, *, lock: bool = False) -> Run:
    """One of the actor's own runs; raises `NotFound` for anybody else's."""
    query = select(Run).where(Run.public_id == public_id).execution_options(populate_existing=True)
    query = query.where(Run.account_id.is_(None) if actor.system else Run.account_id == actor.account_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(text("There is no such task."))
    return found


def ask_to_stop(session: Session, actor: Actor, public_id: uuid.UUID) -> Run:
    """Stops a waiting run; a running one stops the next time it says how far it is. An ended one stays as it is."""
    run = run_of(session, actor, public_id, lock=True)
    if run.state == State.WAITING:
        run.state, run.ended_at = State.CANCELLED, func.clock_timestamp()
        session.execute(CANCEL, {"job": run.queue_id})
    if not run.ended and run.cancel_asked_at is None:
        run.cancel_asked_at = func.clock_timestamp()
    session.flush()
    session.refresh(run)
    return run
