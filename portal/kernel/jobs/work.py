"""Doing a run: in the worker, or at once in this process for commands and tests."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.errors import AnjieError, NotFound
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.contracts.job import Cancelled
from portal.kernel.i18n.clock import now
from portal.kernel.i18n.text import Text, text
from portal.kernel.jobs import states
from portal.kernel.jobs.models import Run, State
from portal.kernel.jobs.workshop import Sessions, Workshop
from portal.settings import Settings

LOG = logging.getLogger(__name__)

EVERY_S = 0.25
"""Progress is written at most this often; a sentence of another kind at once."""

WRITE_AGAIN_S = (0.2, 1.0, 3.0)
"""How a run ended must be kept, also when the database is just starting again."""

Shown = Callable[[int, int | None, Text | None], None]
"""Told of each progress: done, total, sentence."""


class Stopped(Exception):
    """This process has to end; the run is broken off where it said how far it is."""


def _never() -> bool:
    return False


def _untold(_done: int, _total: int | None, _message: Text | None) -> None:
    return None


@dataclass(frozen=True)
class Hold:
    """A run that this process has begun. `sessions` are on the connection that keeps others off it."""

    run: Run
    sessions: Sessions
    stopping: Callable[[], bool] = _never
    shown: Shown = _untold


class RunningWork:
    """What a job's function is given (`contracts.job.Work`)."""

    def __init__(self, shop: Workshop, hold: Hold, actor: Actor) -> None:
        self._shop, self._hold, self._run, self._actor = shop, hold, hold.run, actor
        self._written_at = 0.0
        self._written: Text | None = None

    @property
    def settings(self) -> Settings:
        """Complete settings."""
        return self._shop.settings

    @property
    def actor(self) -> Actor:
        """Who asked for it, with the rights they have now."""
        return self._actor

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, unless the run is somebody else's by now."""
        with self._shop.sessions() as session:
            states.join(session, self._run)
            yield session

    def progress(self, done: int, total: int | None, message: Text | None = None) -> None:
        """Shows how far it is; raises `Cancelled` when somebody asked to stop."""
        if self._hold.stopping():
            raise Stopped
        self._hold.shown(done, total, message)
        if self._is_due(done, total, message):
            self._write(done, total, message)

    def _is_due(self, done: int, total: int | None, message: Text | None) -> bool:
        another = (message.msgid if message else None) != (self._written.msgid if self._written else None)
        return another or done == total or time.monotonic() - self._written_at >= EVERY_S

    def _write(self, done: int, total: int | None, message: Text | None) -> None:
        with self._hold.sessions() as session:
            asked_to_stop = states.note(session, self._run, done, total, message)
        self._written_at, self._written = time.monotonic(), message
        if asked_to_stop:
            raise Cancelled


def run_here(shop: Workshop, run: Run, shown: Shown = _untold) -> Run:
    """Does a waiting run at once in this process and returns it as it ended."""
    execute(shop, run.id, shown=shown)
    with shop.sessions() as session:
        return session.get_one(Run, run.id, populate_existing=True)


def execute(shop: Workshop, run_id: int, *, stopping: Callable[[], bool] = _never, shown: Shown = _untold) -> None:
    """Does a run from its claim to its end; whatever happens, it ends. Does nothing when it is not waiting."""
    with shop.hold(run_id) as sessions:
        with sessions() as session:
            run = states.claim(session, run_id)
        if run is not None:
            _do(shop, Hold(run, sessions, stopping, shown))


def _do(shop: Workshop, hold: Hold) -> None:
    run = hold.run
    try:
        job = shop.job(run.name)
        job.run(RunningWork(shop, hold, _actor_of(shop, run)), **run.args)
    except KeyboardInterrupt:
        _end(shop, run, State.CANCELLED)
        raise
    except states.Superseded:
        LOG.error("run %s (%s) was taken from this worker, which was thought dead", run.id, run.name)
    except Exception as error:
        _end_badly(shop, run, error)
    else:
        _end(shop, run, State.DONE)


def _end_badly(shop: Workshop, run: Run, error: Exception) -> None:
    if isinstance(error, Cancelled):
        _end(shop, run, State.CANCELLED)
    elif isinstance(error, Stopped) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        _break_off(shop, run)
    elif isinstance(error, AnjieError):
        _end(shop, run, State.FAILED, _sentence(error))
    else:
        LOG.exception("run %s (%s) failed", run.id, run.name, exc_info=error)
        _end(shop, run, State.FAILED, text("An unexpected error stopped this. The log of the machine says more."))


def _actor_of(shop: Workshop, run: Run) -> Actor:
    """Who asked, as they are now; raises `NotFound` when the account is disabled."""
    if run.account_id is None:
        return SYSTEM
    with shop.sessions() as session:
        actor = shop.load_actor(session, run.account_id, now())
    if actor is None:
        raise NotFound(text("The account that asked for this has been disabled."))
    return actor


def _sentence(error: AnjieError) -> Text:
    return error.message if isinstance(error.message, Text) else Text(str(error.message))


def _end(shop: Workshop, run: Run, state: State, failure: Text | None = None) -> None:
    _persist(shop, lambda session: states.end(session, run, state, failure))


def _break_off(shop: Workshop, run: Run) -> None:
    _persist(shop, lambda session: states.break_off(session, run, restarts=shop.may_restart(run.name)))


def _persist(shop: Workshop, write: Callable[[Session], None]) -> None:
    """Tries a few times; what cannot be written at all is found by `recovery`: nobody holds the run then."""
    for wait_s in (*WRITE_AGAIN_S, None):
        try:
            with shop.sessions() as session:
                write(session)
            return
        except DBAPIError:
            if wait_s is None:
                raise
            LOG.warning("the database did not take how a run ended; trying again")
            time.sleep(wait_s)
