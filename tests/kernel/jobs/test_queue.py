"""Asking for work, and asking it to stop."""

from __future__ import annotations

import pytest
from sqlalchemy import text as sql

from portal.errors import NotFound
from portal.kernel.access.actor import SYSTEM
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.queue import ask_to_stop, run_of, start
from tests.kernel.jobs.conftest import OFFICER, STRANGER

IN_QUEUE = sql("SELECT id, status::text, lock, args FROM jobs.procrastinate_jobs ORDER BY id")


def test_a_run_and_its_place_in_the_queue_are_written_together(session):
    run = start(session, OFFICER, "test.count", {"steps": 2}, lock="store")
    assert (run.state, run.account_id, run.actor_name, run.args) == (State.WAITING, 7, "李雷", {"steps": 2})
    assert session.execute(IN_QUEUE).all() == [(run.queue_id, "todo", "store", {"run_id": run.id})]


def test_a_rollback_leaves_neither(own_shop):
    with own_shop.sessions() as session:
        start(session, OFFICER, "test.count", {})
        session.rollback()
    with own_shop.sessions() as session:
        assert session.query(Run).count() == 0
        assert session.execute(IN_QUEUE).all() == []


def test_a_commit_wakes_the_workers(own_shop, own_engine):
    with own_engine.connect() as listening:
        listening.execute(sql("LISTEN procrastinate_any_queue_v1"))
        listening.commit()
        with own_shop.sessions() as session:
            start(session, OFFICER, "test.count", {})
        heard = list(listening.connection.driver_connection.notifies(timeout=5, stop_after=1))
    assert "job_inserted" in heard[0].payload


def test_what_is_done_at_once_is_not_in_the_queue(session):
    assert start(session, OFFICER, "test.count", {}, queued=False).queue_id is None
    assert session.execute(IN_QUEUE).all() == []


def test_one_sees_ones_own_runs_only(session):
    run = start(session, OFFICER, "test.count", {})
    ours = start(session, SYSTEM, "test.count", {})
    assert run_of(session, OFFICER, run.public_id) is run
    assert run_of(session, SYSTEM, ours.public_id) is ours
    for somebody, public_id in ((STRANGER, run.public_id), (OFFICER, ours.public_id), (SYSTEM, run.public_id)):
        with pytest.raises(NotFound):
            run_of(session, somebody, public_id)
        with pytest.raises(NotFound):
            ask_to_stop(session, somebody, public_id)


def test_a_waiting_run_is_stopped_at_once(session):
    run = start(session, OFFICER, "test.count", {})
    stopped = ask_to_stop(session, OFFICER, run.public_id)
    assert stopped.state == State.CANCELLED
    assert stopped.ended_at is not None
    assert session.execute(IN_QUEUE).all() == []


def test_an_ended_run_stays_as_it_is(session, run_jobs, shop):
    run = start(session, OFFICER, "test.count", {})
    run_jobs(jobs=shop.jobs.values())
    for _ in range(2):
        assert ask_to_stop(session, OFFICER, run.public_id).state != State.CANCELLED
