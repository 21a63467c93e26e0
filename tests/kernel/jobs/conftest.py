"""Jobs of the tests, and workshops on the test's transaction or on a database of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.job import Job
from portal.kernel.i18n.text import text
from portal.kernel.jobs.models import Run
from portal.kernel.jobs.workshop import Workshop, on_engine, on_session
from portal.settings import Settings

OFFICER = Actor(7, "李雷")
STRANGER = Actor(8, "韩梅梅")

TITLE = text("A task of the tests")


class Stage:
    """Where the jobs of a test act: they wait at the gate, and what they did is written down."""

    def __init__(self) -> None:
        self.entered, self.gate = threading.Event(), threading.Event()
        self.did: list[object] = []


def jobs_on(stage: Stage) -> tuple[Job, ...]:
    """The jobs, on one stage."""

    def count(work, steps: int = 3) -> None:
        for step in range(1, steps + 1):
            with work.transaction() as session:
                stage.did.append((work.actor.name, step, session.scalar(select(Run.state))))
            work.progress(step, steps, text("Reading rows"))

    def refuse(work) -> None:
        with work.transaction() as session:
            session.add(Run(name="left", args={}, actor_name="left"))
            session.flush()
            raise RuleBroken(text("The store is %(what)s.", what=text("empty")))

    def break_down(_work) -> None:
        raise ZeroDivisionError("secret of the house")

    def wait(work, patience_s: float = 20) -> None:
        stage.entered.set()
        deadline = time.monotonic() + patience_s
        while not stage.gate.wait(0.02) and time.monotonic() < deadline:
            work.progress(1, 9)
        stage.did.append("waited")

    return (
        Job("test.count", TITLE, count),
        Job("test.refuse", TITLE, refuse),
        Job("test.break", TITLE, break_down),
        Job("test.wait", TITLE, wait),
        Job("test.again", TITLE, wait, restarts=True),
    )


def load(_session: Session, account_id: int, _at) -> Actor | None:
    """Account 9 was disabled."""
    return None if account_id == 9 else Actor(account_id, f"account {account_id}")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def shop(settings: Settings, session: Session, stage: Stage) -> Workshop:
    """On the test's transaction."""
    return on_session(settings, session, jobs_on(stage), load)


@pytest.fixture
def own_engine(own_database: Settings) -> Iterator[Engine]:
    engine = create_engine(own_database.urls.app.get_secret_value(), pool_size=10)
    yield engine
    engine.dispose()


@pytest.fixture
def own_shop(own_database: Settings, own_engine: Engine, stage: Stage) -> Workshop:
    """On a database of its own, with connections of its own."""
    return on_engine(own_database, own_engine, jobs_on(stage), load)
