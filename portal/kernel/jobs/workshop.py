"""All that doing a run needs, wired once: the jobs that are known, who people are, and the way into the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.errors import NotFound
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.job import Job
from portal.kernel.db.session import make_engine, urls
from portal.kernel.i18n.text import text
from portal.kernel.jobs.locks import held
from portal.settings import Settings

LoadActor = Callable[[Session, int, dt.datetime], Actor | None]
"""An account's id and the moment; None once it is disabled."""

Sessions = Callable[[], AbstractContextManager[Session]]

CONNECTIONS_A_RUN = 4
"""Its lock, and three transactions at once at most."""


@dataclass(frozen=True)
class Workshop:
    """`sessions` opens a session that commits at the end of its block.

    `hold` keeps others off a run during its block and gives sessions on the very connection that does so: whoever can
    still write there still holds the run.
    """

    settings: Settings
    jobs: Mapping[str, Job]
    load_actor: LoadActor
    sessions: Sessions
    hold: Callable[[int], AbstractContextManager[Sessions]]

    def job(self, name: str) -> Job:
        """The job of a name; raises `NotFound` for one that this version does not know."""
        if name not in self.jobs:
            raise NotFound(text("This version knows no task named %(name)s.", name=name))
        return self.jobs[name]

    def may_restart(self, name: str) -> bool:
        """Whether a run of this name may begin anew after it was broken off."""
        return name in self.jobs and self.jobs[name].restarts


def nobody(_session: Session, _account_id: int, _at: dt.datetime) -> Actor | None:
    """For commands: they ask as the system, no account is looked up."""
    return None


@contextmanager
def open_workshop(
    settings: Settings, jobs: Iterable[Job], load_actor: LoadActor = nobody, runs_at_once: int = 1
) -> Iterator[Workshop]:
    """A workshop with connections of its own, whose statements may take as long as work does."""
    engine = make_engine(
        urls(settings).app,
        statement_timeout_ms=settings.job_statement_timeout_ms,
        pool_size=CONNECTIONS_A_RUN * runs_at_once + 2,
    )
    try:
        yield on_engine(settings, engine, jobs, load_actor)
    finally:
        engine.dispose()


def on_engine(settings: Settings, engine: Engine, jobs: Iterable[Job], load_actor: LoadActor = nobody) -> Workshop:
    """A workshop on connections of the caller."""

    @contextmanager
    def hold(run_id: int) -> Iterator[Sessions]:
        with held(engine, run_id) as connection:
            yield _sessions_on(connection)

    return Workshop(settings, by_name(jobs), load_actor, _sessions_on(engine), hold)


def on_session(settings: Settings, session: Session, jobs: Iterable[Job], load_actor: LoadActor = nobody) -> Workshop:
    """A workshop inside one transaction of the caller: what would be committed becomes a savepoint of it."""

    @contextmanager
    def savepoint() -> Iterator[Session]:
        with session.begin_nested():
            session.expire_all()  # A transaction of its own would know nothing yet either.
            yield session

    return Workshop(settings, by_name(jobs), load_actor, savepoint, lambda _run_id: nullcontext(savepoint))


def _sessions_on(bind: Engine | Connection) -> Sessions:
    return sessionmaker(bind, expire_on_commit=False, autoflush=False).begin


def by_name(jobs: Iterable[Job]) -> dict[str, Job]:
    """Jobs by their names; two of the same name are a fault of ours."""
    known: dict[str, Job] = {}
    for job in jobs:
        if job.name in known:
            raise ValueError(f"two jobs are named {job.name}")
        known[job.name] = job
    return known
