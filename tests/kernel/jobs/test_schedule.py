"""Work that comes by itself, by the clock of Shanghai."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from portal.app import declared_jobs, declared_rooms
from portal.kernel.contracts.job import Job
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.jobs import schedule
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.upkeep import JOBS
from portal.kernel.jobs.worker import Worker
from portal.kernel.jobs.workshop import by_name, on_session
from tests.kernel.jobs.conftest import TITLE


def test_cron_lines_are_read_in_shanghai(settings, session):
    job = Job("test.nightly", TITLE, lambda work: None, every="20 3 * * *")
    worker = Worker(on_session(settings, session, [job]), 1)
    (task,) = worker._app.periodic_registry.periodic_tasks.values()
    noon = dt.datetime(2026, 2, 28, 12, tzinfo=SHANGHAI).timestamp()
    due = dt.datetime.fromtimestamp(task.croniter.get_next(ret_type=float, start_time=noon), SHANGHAI)
    assert due == dt.datetime(2026, 3, 1, 3, 20, tzinfo=SHANGHAI)


def test_what_is_due_begins_as_the_system_unless_the_last_has_not_ended(session):
    first = schedule.start_due(session, "test.nightly")
    assert (first.account_id, first.actor_name, first.args) == (None, "system", {})
    assert schedule.start_due(session, "test.nightly") is None
    assert schedule.start_due(session, "test.other") is not None
    session.execute(update(Run).values(state=State.DONE, ended_at=dt.datetime.now(dt.UTC)))
    assert schedule.start_due(session, "test.nightly") is not None


def test_every_job_of_the_house_has_a_name_of_its_own_and_a_readable_line(settings, session):
    jobs = declared_jobs(declared_rooms())
    assert {"jobs.destroy_old", "files.destroy_due"} <= set(by_name(jobs))
    worker = Worker(on_session(settings, session, jobs), 1)
    for task in worker._app.periodic_registry.periodic_tasks.values():
        assert task.croniter.get_next(ret_type=float) > 0


def test_old_runs_are_destroyed(session, run_jobs):
    now = dt.datetime.now(dt.UTC)
    for name, days in (("old", 91), ("new", 89)):
        ended = now - dt.timedelta(days=days)
        session.add(Run(name=name, args={}, actor_name="x", state=State.FAILED, ended_at=ended))
    session.add(Run(name="unended", args={}, actor_name="x", state=State.RUNNING, recorded_at=now - dt.timedelta(400)))
    schedule.start_due(session, JOBS[0].name)
    assert [run.state for run in run_jobs()] == [State.DONE]
    assert set(session.scalars(select(Run.name))) == {"new", "unended", "jobs.destroy_old"}
