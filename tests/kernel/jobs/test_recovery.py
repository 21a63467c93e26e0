"""Runs whose worker is gone."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import text as sql
from sqlalchemy import update

from portal.kernel.jobs import recovery, states
from portal.kernel.jobs.locks import held
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.queue import start
from portal.kernel.jobs.work import execute
from tests.kernel.jobs.conftest import OFFICER


def left_behind(shop, name: str, attempts: int = 1) -> Run:
    """A run that a worker had begun when it was killed; its job in the queue is still the dead worker's."""
    with shop.sessions() as session:
        run = start(session, OFFICER, name, {"patience_s": 0}, lock="store")
        session.execute(sql("UPDATE jobs.procrastinate_jobs SET status = 'doing'"))
    for _ in range(attempts):
        with shop.sessions() as session:
            session.execute(update(Run).values(state=State.WAITING))
        with shop.sessions() as session:
            assert states.claim(session, run.id)
    return run


def seen(shop, run: Run) -> Run:
    with shop.sessions() as session:
        return session.get_one(Run, run.id)


def in_queue(shop) -> list[tuple[int, str]]:
    with shop.sessions() as session:
        return [tuple(row) for row in session.execute(sql("SELECT id, status::text FROM jobs.procrastinate_jobs"))]


def test_what_may_not_be_repeated_fails_with_a_sentence(own_shop):
    run = left_behind(own_shop, "test.wait")
    assert recovery.settle(own_shop) == 1
    assert (seen(own_shop, run).state, seen(own_shop, run).reason) == (State.FAILED, states.MACHINE_STOPPED)
    assert in_queue(own_shop) == []
    assert recovery.settle(own_shop) == 0


def test_what_may_be_repeated_is_queued_again(own_shop):
    run = left_behind(own_shop, "test.again")
    recovery.settle(own_shop)
    again = seen(own_shop, run)
    assert (again.state, again.failure) == (State.WAITING, None)
    assert in_queue(own_shop) == [(again.queue_id, "todo")]
    execute(own_shop, run.id)
    assert (seen(own_shop, run).state, seen(own_shop, run).attempts) == (State.DONE, 2)


def test_what_kills_its_worker_each_time_is_given_up(own_shop):
    run = left_behind(own_shop, "test.again", attempts=states.MOST_ATTEMPTS)
    recovery.settle(own_shop)
    assert seen(own_shop, run).state == State.FAILED


@pytest.mark.parametrize("name", ["test.wait", "test.again"])
def test_a_run_that_somebody_works_on_is_left_alone(own_shop, own_engine, name):
    run = left_behind(own_shop, name)
    with held(own_engine, run.id):
        assert recovery.settle(own_shop) == 0
        assert seen(own_shop, run).state == State.RUNNING
    assert recovery.settle(own_shop) == 1


def test_two_that_settle_at_once_settle_once(own_shop):
    run = left_behind(own_shop, "test.again")
    both = [threading.Thread(target=recovery.settle, args=(own_shop,)) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join(10)
    assert in_queue(own_shop) == [(seen(own_shop, run).queue_id, "todo")]


@pytest.mark.parametrize("change", ["UPDATE %s SET status = 'doing'", "DELETE FROM %s"])
def test_a_job_that_was_fetched_and_never_begun_is_queued_again(own_shop, change):
    with own_shop.sessions() as session:
        run = start(session, OFFICER, "test.again", {})
        session.execute(sql(change % "jobs.procrastinate_jobs"))
    recovery.settle(own_shop)
    assert in_queue(own_shop) == [(seen(own_shop, run).queue_id, "todo")]
    assert seen(own_shop, run).state == State.WAITING


def test_a_job_of_a_living_worker_is_left_alone(own_shop):
    with own_shop.sessions() as session:
        run = start(session, OFFICER, "test.again", {})
        session.execute(
            sql(
                "WITH w AS (SELECT worker_id FROM jobs.procrastinate_register_worker_v1()) "
                "UPDATE jobs.procrastinate_jobs SET status = 'doing', worker_id = w.worker_id FROM w"
            )
        )
    recovery.settle(own_shop)
    assert in_queue(own_shop) == [(run.queue_id, "doing")]


def test_what_a_killed_command_never_began_is_cancelled(own_shop):
    with own_shop.sessions() as session:
        old, new = (start(session, OFFICER, "test.count", {}, queued=False) for _ in range(2))
        old.recorded_at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    recovery.settle(own_shop)
    assert (seen(own_shop, old).state, seen(own_shop, new).state) == (State.CANCELLED, State.WAITING)
