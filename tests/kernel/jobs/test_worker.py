"""A real worker in a process of its own: it works, stops, is killed, and another takes over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy import text as sql

from portal.kernel.jobs import states
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.queue import ask_to_stop, start
from portal.settings import CHECKOUT
from tests.kernel.jobs.conftest import OFFICER

pytestmark = pytest.mark.slow


class Workers:
    """Worker processes on one database, and what they did."""

    def __init__(self, shop, folder, url: str) -> None:
        self.shop, self.folder, self.url = shop, folder, url
        self.processes: list[subprocess.Popen] = []

    def add(self) -> subprocess.Popen:
        argv = [sys.executable, "-m", "tests.kernel.jobs.worker_process", str(self.folder), self.url]
        with (self.folder / "said").open("ab") as said:
            process = subprocess.Popen(argv, cwd=CHECKOUT, stdout=said, stderr=said)
        self.processes.append(process)
        return process

    def ask(self, name: str, lock: str | None = None, **args: object) -> Run:
        with self.shop.sessions() as session:
            return start(session, OFFICER, name, args, lock=lock)

    def seen(self, run: Run) -> Run:
        with self.shop.sessions() as session:
            return session.get_one(Run, run.id)

    def until(self, run: Run, *wanted: State, patience_s: float = 40) -> Run:
        deadline = time.monotonic() + patience_s
        while (seen := self.seen(run)).state not in wanted:
            assert time.monotonic() < deadline, f"{seen.state}: {(self.folder / 'said').read_text()}"
            time.sleep(0.05)
        return seen

    def did(self) -> list[str]:
        return [line.strip() for line in (self.folder / "log").read_text().splitlines() if line.strip() != "tick"]

    def open(self) -> None:
        (self.folder / "open").touch()

    def traces(self) -> int:
        with self.shop.sessions() as session:
            return session.scalar(select(func.count()).select_from(Run).where(Run.name == "trace"))


@pytest.fixture
def workers(own_shop, own_database, tmp_path) -> Iterator[Workers]:
    made = Workers(own_shop, tmp_path, own_database.urls.app.get_secret_value())
    yield made
    for process in made.processes:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_it_works_shows_progress_and_stops_when_asked(workers):
    worker = workers.add()
    run = workers.ask("test.wait")
    assert workers.until(run, State.RUNNING).account_id == 7
    deadline = time.monotonic() + 5
    while workers.seen(run).total != 9 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (workers.seen(run).done, workers.seen(run).total) == (1, 9)
    with workers.shop.sessions() as session:
        ask_to_stop(session, OFFICER, run.public_id)
    workers.until(run, State.CANCELLED)
    assert workers.traces() == 0
    workers.open()
    second = workers.ask("test.wait")
    workers.until(second, State.DONE)
    assert workers.traces() == 1
    began = time.monotonic()
    worker.terminate()
    assert worker.wait(10) == 0
    assert time.monotonic() - began < 5
    with workers.shop.sessions() as session:
        assert session.scalars(sql("SELECT status FROM jobs.procrastinate_jobs")).all() == []


@pytest.mark.parametrize(("name", "ends_as"), [("test.wait", State.FAILED), ("test.again", State.DONE)])
def test_killed_with_9_another_takes_over(workers, name, ends_as):
    killed = workers.add()
    run = workers.ask(name, lock="store")
    workers.until(run, State.RUNNING)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert workers.seen(run).state == State.RUNNING
    workers.open()
    workers.add()
    ended = workers.until(run, State.FAILED, State.DONE)
    assert ended.state == ends_as
    assert ended.reason == (states.MACHINE_STOPPED if ends_as == State.FAILED else None)
    assert workers.traces() == (0 if ends_as == State.FAILED else 1), "what the killed one had begun is undone"
    after = workers.ask("test.wait", lock="store")
    workers.until(after, State.DONE)


@pytest.mark.parametrize(("name", "state"), [("test.wait", State.FAILED), ("test.again", State.WAITING)])
def test_told_to_stop_it_breaks_off_what_does_not_end(workers, name, state):
    worker = workers.add()
    run = workers.ask(name)
    workers.until(run, State.RUNNING)
    worker.terminate()
    assert worker.wait(12) == 0
    assert workers.seen(run).state == state
    assert workers.traces() == 0


def test_told_to_stop_it_lets_a_job_come_to_its_end(workers):
    worker = workers.add()
    run = workers.ask("test.wait")
    workers.until(run, State.RUNNING)
    worker.terminate()
    time.sleep(1)
    workers.open()
    assert worker.wait(10) == 0
    assert workers.seen(run).state == State.DONE


def test_a_job_that_hears_nothing_is_left_behind_and_settled_by_the_next(workers):
    worker = workers.add()
    run = workers.ask("test.wait", speaks=False)
    workers.until(run, State.RUNNING)
    worker.terminate()
    assert worker.wait(14) == 1
    workers.add()
    assert workers.until(run, State.FAILED).reason == states.MACHINE_STOPPED


def test_two_workers_share_the_queue_and_do_each_run_once(workers):
    workers.open()
    runs = [workers.ask("test.wait", tag=str(number)) for number in range(30)]
    for _ in range(2):
        workers.add()
    for run in runs:
        workers.until(run, State.DONE)
    began = [word for word in workers.did() if word.startswith("began")]
    assert sorted(began) == sorted(f"began {number}" for number in range(30))


def test_of_runs_with_one_lock_one_is_done_at_a_time(workers):
    workers.open()
    runs = [workers.ask("test.wait", lock="store", tag=str(number)) for number in range(6)]
    workers.add()
    for run in runs:
        workers.until(run, State.DONE)
    assert workers.did() == [f"{word} {number}" for number in range(6) for word in ("began", "ended")]


def test_a_database_that_lets_go_in_the_midst_leaves_no_run_behind(workers, own_database, own_engine):
    workers.add()
    run = workers.ask("test.wait")
    workers.until(run, State.RUNNING)
    own_engine.dispose()
    other = create_engine(own_database.urls.app.get_secret_value())
    with other.connect() as connection:
        connection.execute(
            sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    other.dispose()
    assert workers.until(run, State.FAILED).reason == states.MACHINE_STOPPED


def test_what_comes_by_itself_comes(workers):
    workers.add()
    deadline = time.monotonic() + 75
    while not (workers.folder / "log").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert "tick" in (workers.folder / "log").read_text()
