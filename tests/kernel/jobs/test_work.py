"""Doing a run: progress, ends of every kind, and who may still speak for it."""

from __future__ import annotations

import logging
import threading

import pytest
from sqlalchemy import select

from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.contracts.job import Cancelled, Job
from portal.kernel.i18n.text import text
from portal.kernel.jobs import states
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.queue import ask_to_stop, start
from portal.kernel.jobs.work import Hold, RunningWork, Stopped, execute, run_here
from portal.kernel.jobs.workshop import by_name, on_engine
from tests.kernel.jobs.conftest import OFFICER, TITLE, load


def begin(shop, name: str, actor: Actor = OFFICER, **args: object) -> Run:
    with shop.sessions() as session:
        return start(session, actor, name, args, queued=False)


def do(shop, name: str, actor: Actor = OFFICER, **args: object) -> Run:
    return run_here(shop, begin(shop, name, actor, **args))


def test_a_run_from_begin_to_end(shop, stage):
    shown = []
    run = run_here(shop, begin(shop, "test.count", steps=2), shown=lambda *what: shown.append(what))
    assert (run.state, run.done, run.total, str(run.said), run.attempts) == (State.DONE, 2, 2, "Reading rows", 1)
    assert run.started_at <= run.beat_at <= run.ended_at
    assert stage.did == [("account 7", 1, State.RUNNING), ("account 7", 2, State.RUNNING)]
    assert shown == [(1, 2, text("Reading rows")), (2, 2, text("Reading rows"))]


def test_the_machines_own_work_is_done_as_the_system(shop, stage):
    do(shop, "test.count", SYSTEM, steps=1)
    assert stage.did == [("system", 1, State.RUNNING)]


def test_a_refusal_is_kept_as_its_sentence_and_its_work_undone(shop, session):
    run = do(shop, "test.refuse")
    assert (run.state, str(run.reason)) == (State.FAILED, "The store is empty.")
    assert session.scalar(select(Run).where(Run.name == "left")) is None


def test_a_fault_is_logged_and_told_without_its_secret(shop, caplog):
    run = do(shop, "test.break")
    assert run.state == State.FAILED
    assert "The log of the machine says more" in str(run.reason)
    assert "secret" not in str(run.reason)
    assert "secret of the house" in caplog.text


@pytest.mark.parametrize(
    ("name", "actor", "why"),
    [
        ("test.nonsense", OFFICER, "no task named test.nonsense"),
        ("test.count", Actor(9, "disabled"), "has been disabled"),
    ],
)
def test_what_cannot_begin_fails_with_a_sentence(shop, stage, name, actor, why):
    run = do(shop, name, actor)
    assert run.state == State.FAILED
    assert why in str(run.reason)
    assert stage.did == []


def test_wrong_arguments_end_it_too(shop):
    assert do(shop, "test.count", nonsense=1).state == State.FAILED


def test_a_run_is_done_once(shop, stage):
    run = do(shop, "test.count", steps=1)
    assert run_here(shop, run).attempts == 1
    assert len(stage.did) == 1


def test_somebody_asks_to_stop(own_shop, stage):
    run = begin(own_shop, "test.wait")
    working = threading.Thread(target=execute, args=(own_shop, run.id))
    working.start()
    assert stage.entered.wait(5)
    with own_shop.sessions() as session:
        assert ask_to_stop(session, OFFICER, run.public_id).state == State.RUNNING
    working.join(5)
    with own_shop.sessions() as session:
        stopped = session.get_one(Run, run.id)
        assert (stopped.state, stopped.failure) == (State.CANCELLED, None)
    assert stage.did == []


def test_ctrl_c_ends_a_command_and_its_run(shop, session):
    def press(*_what) -> None:
        raise KeyboardInterrupt

    run = begin(shop, "test.count")
    with pytest.raises(KeyboardInterrupt):
        run_here(shop, run, shown=press)
    session.refresh(run)
    assert run.state == State.CANCELLED


def test_two_workers_one_run(own_shop, stage):
    run = begin(own_shop, "test.count", steps=5)
    both = [threading.Thread(target=execute, args=(own_shop, run.id)) for _ in range(8)]
    for one in both:
        one.start()
    for one in both:
        one.join(10)
    assert [step for _, step, _ in stage.did] == [1, 2, 3, 4, 5]


def test_a_worker_that_was_thought_dead_changes_nothing_more(own_shop, own_database, own_engine, caplog):
    """Its run was settled and begun anew by another: neither its work nor its word counts."""

    def outlived(work) -> None:
        with own_shop.sessions() as session:
            session.get_one(Run, run.id).attempts = 2
        with work.transaction() as session:
            session.add(Run(name="left", args={}, actor_name="left"))

    shop = on_engine(own_database, own_engine, [Job("test.outlived", TITLE, outlived)], load)
    run = begin(shop, "test.outlived")
    with caplog.at_level(logging.ERROR):
        execute(shop, run.id)
    with shop.sessions() as session:
        assert session.get_one(Run, run.id).state == State.RUNNING
        assert session.scalar(select(Run).where(Run.name == "left")) is None
    assert "thought dead" in caplog.text


# --- progress ---------------------------------------------------------------------------------------------------


@pytest.fixture
def written(monkeypatch) -> list[int]:
    """What was written of each progress."""
    kept, before = [], states.note

    def spy(session, run, done, total, message):
        kept.append(done)
        return before(session, run, done, total, message)

    monkeypatch.setattr(states, "note", spy)
    return kept


@pytest.fixture
def work(shop) -> RunningWork:
    run = begin(shop, "test.count")
    with shop.sessions() as session:
        claimed = states.claim(session, run.id)
    return RunningWork(shop, Hold(claimed, shop.sessions), OFFICER)


def test_progress_is_written_a_few_times_a_second(work, written):
    for done in range(1, 2001):
        work.progress(done, 2000)
    assert written[0] == 1
    assert written[-1] == 2000
    assert len(written) < 12


def test_a_new_sentence_is_written_at_once(work, written):
    for done, sentence in ((1, "Reading"), (2, "Reading"), (3, "Writing"), (4, "Writing")):
        work.progress(done, None, text(sentence))
    assert written == [1, 3]


def test_a_process_that_has_to_end_breaks_off(shop):
    run = begin(shop, "test.count")
    with shop.sessions() as session:
        claimed = states.claim(session, run.id)
    with pytest.raises(Stopped):
        RunningWork(shop, Hold(claimed, shop.sessions, stopping=lambda: True), OFFICER).progress(1, 2)


def test_a_job_may_tidy_up_when_it_is_cancelled(shop, settings, session):
    tidied = []

    def tidy(work) -> None:
        try:
            ask_to_stop(session, OFFICER, run.public_id)
            work.progress(1, 2)
        except Cancelled:
            tidied.append(True)
            raise

    shop = type(shop)(settings, by_name([Job("test.tidy", TITLE, tidy)]), load, shop.sessions, shop.hold)
    run = begin(shop, "test.tidy")
    assert run_here(shop, run).state == State.CANCELLED
    assert tidied == [True]
