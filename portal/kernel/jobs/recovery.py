"""Runs whose worker is gone: begun anew or failed with a sentence, never left running."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from portal.kernel.jobs import states
from portal.kernel.jobs.locks import nobody_works_on
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.workshop import Workshop

LOG = logging.getLogger(__name__)

LEFT_ALONE = dt.timedelta(minutes=1)
"""A run that is not in the queue is begun at once by the command that asked for it, or never."""

DEAD = "(w.id IS NULL OR w.last_heartbeat < now() - interval '60 seconds')"

FETCHED_AND_DROPPED = sql(
    f"""SELECT jobs.procrastinate_retry_job_v2(j.id, now(), NULL, NULL, NULL)
    FROM jobs.procrastinate_jobs j JOIN jobs.runs r ON r.queue_id = j.id AND r.state = 'waiting'
    LEFT JOIN jobs.procrastinate_workers w ON w.id = j.worker_id WHERE j.status = 'doing' AND {DEAD}"""
)
"""A worker died between taking a job from the queue and beginning its run; two that begin it meet at `claim`."""

LEFT_IN_QUEUE = sql(
    f"""DELETE FROM jobs.procrastinate_jobs WHERE id IN (
    SELECT j.id FROM jobs.procrastinate_jobs j LEFT JOIN jobs.procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing' AND {DEAD}
    AND NOT EXISTS (SELECT FROM jobs.runs r WHERE r.queue_id = j.id AND r.state IN ('waiting', 'running')))"""
)


def settle(shop: Workshop) -> int:
    """Settles every run that says it is running while nobody works on it; how many there were."""
    with shop.sessions() as session:
        suspects = _suspects(session)
    settled = sum(_settle(shop, run_id) for run_id in suspects)
    with shop.sessions() as session:
        session.execute(FETCHED_AND_DROPPED)
        session.execute(LEFT_IN_QUEUE)
    return settled


def _suspects(session: Session) -> Sequence[int]:
    alone = (Run.state == State.WAITING) & Run.queue_id.is_(None) & (Run.recorded_at < func.now() - LEFT_ALONE)
    return session.scalars(select(Run.id).where((Run.state == State.RUNNING) | alone).order_by(Run.id)).all()


def _settle(shop: Workshop, run_id: int) -> bool:
    with shop.sessions() as session:
        if not nobody_works_on(session, run_id):
            return False
        run = session.get_one(Run, run_id, populate_existing=True, with_for_update=True)
        return _break_off(shop, session, run)


def _break_off(shop: Workshop, session: Session, run: Run) -> bool:
    if run.state == State.WAITING and run.queue_id is None:
        run.state, run.ended_at = State.CANCELLED, func.clock_timestamp()
        session.flush()
        return True
    if run.state != State.RUNNING:
        return False
    LOG.warning("run %s (%s) was left behind by a worker that is gone", run.id, run.name)
    states.forget_in_queue(session, run.queue_id)
    states.break_off(session, run, restarts=shop.may_restart(run.name))
    return True
