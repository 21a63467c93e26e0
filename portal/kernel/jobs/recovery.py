"""Runs whose worker is gone: begun anew or failed with a sentence, never left running or waiting for nobody."""

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
from portal.kernel.jobs.queue import put_in_queue
from portal.kernel.jobs.workshop import Workshop

LOG = logging.getLogger(__name__)

LEFT_ALONE = dt.timedelta(minutes=1)
"""A run that is not in the queue is begun at once by the command that asked for it, or never."""

DEAD = "(w.id IS NULL OR w.last_heartbeat < now() - interval '60 seconds')"

LEFT_IN_QUEUE = sql(
    f"""DELETE FROM jobs.procrastinate_jobs WHERE id IN (
    SELECT j.id FROM jobs.procrastinate_jobs j LEFT JOIN jobs.procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing' AND {DEAD}
    AND NOT EXISTS (SELECT FROM jobs.runs r WHERE r.queue_id = j.id AND r.state = 'running'))"""
)
"""What a worker had fetched and not begun when it died. A living one that is only late finds its run taken."""

LOST = sql(
    """SELECT r.id FROM jobs.runs r WHERE r.state = 'waiting' AND r.queue_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM jobs.procrastinate_jobs j WHERE j.id = r.queue_id) FOR UPDATE SKIP LOCKED"""
)


def settle(shop: Workshop) -> int:
    """Settles every run that nobody works on or will ever work on; how many there were."""
    with shop.sessions() as session:
        suspects = _suspects(session)
    settled = sum(_settle(shop, run_id) for run_id in suspects)
    with shop.sessions() as session:
        session.execute(LEFT_IN_QUEUE)
        lost = session.scalars(LOST).all()
        for run_id in lost:
            put_in_queue(session, session.get_one(Run, run_id, populate_existing=True))
    return settled + len(lost)


def _suspects(session: Session) -> Sequence[int]:
    alone = (Run.state == State.WAITING) & Run.queue_id.is_(None) & (Run.recorded_at < func.now() - LEFT_ALONE)
    return session.scalars(select(Run.id).where((Run.state == State.RUNNING) | alone).order_by(Run.id)).all()


def _settle(shop: Workshop, run_id: int) -> bool:
    with shop.sessions() as session:
        if not nobody_works_on(session, run_id):
            return False
        run = session.get_one(Run, run_id, populate_existing=True, with_for_update=True)
        if run.state == State.RUNNING:
            _break_off(shop, session, run)
            return True
        return _give_up(session, run)


def _break_off(shop: Workshop, session: Session, run: Run) -> None:
    LOG.warning("run %s (%s) was left behind by a worker that is gone", run.id, run.name)
    states.forget_in_queue(session, run.queue_id)
    states.break_off(session, run, restarts=shop.may_restart(run.name))


def _give_up(session: Session, run: Run) -> bool:
    """The command that was about to do it is gone."""
    if run.state != State.WAITING or run.queue_id is not None:
        return False
    run.state, run.ended_at = State.CANCELLED, func.clock_timestamp()
    session.flush()
    return True
