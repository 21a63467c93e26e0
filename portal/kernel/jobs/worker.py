"""The worker: takes runs from the queue, a few at a time, until it is told to stop.

The queue library fetches, listens and schedules on one event loop; jobs run in threads of this process. Told to stop
(SIGTERM), it takes nothing new, gives running jobs a few seconds, breaks them off where they next say how far they
are, and ends after ten seconds in any case: what still runs then is settled by the next worker (`recovery`).
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Coroutine, Iterable
from contextlib import suppress

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.jobs import DeleteJobCondition
from sqlalchemy import func, update

from portal.kernel.contracts.job import Job
from portal.kernel.db.session import urls
from portal.kernel.jobs import recovery, schedule
from portal.kernel.jobs.models import Run
from portal.kernel.jobs.queue import QUEUE, TASK
from portal.kernel.jobs.work import execute
from portal.kernel.jobs.workshop import LoadActor, Workshop, open_workshop
from portal.settings import Settings

LOG = logging.getLogger(__name__)

FINISH_S = 6.0
"""Running jobs may come to their own end."""

END_S = 10.0
"""Then this process is gone, whatever runs."""

LOOK_EVERY_S = 1.0
"""A new job is told at once; one that waited for another's lock, or that was put back, is found by looking."""

SETTLE_EVERY_S = 60.0
BEAT_EVERY_S = 10.0
OLDEST_TICK_S = schedule.CATCH_UP.total_seconds()


def serve(settings: Settings, jobs: Iterable[Job], load_actor: LoadActor) -> None:
    """Works until SIGTERM or SIGINT; raises what the database raises when it is not there."""
    runs_at_once = max(1, settings.jobs)
    with open_workshop(settings, jobs, load_actor, runs_at_once) as shop:
        asyncio.run(Worker(shop, runs_at_once).serve())


class Worker:
    """One worker process."""

    def __init__(self, shop: Workshop, runs_at_once: int) -> None:
        self._shop, self._runs_at_once = shop, runs_at_once
        self._running: set[int] = set()
        self._breaking_off = threading.Event()
        self._app = self._make_app()

    async def serve(self) -> None:
        """Settles what a dead worker left, then works."""
        await asyncio.to_thread(recovery.settle, self._shop)
        async with self._app.open_async():
            working = asyncio.create_task(self._work())
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, self._stop, working)
            beside = [asyncio.create_task(self._settle_again()), asyncio.create_task(self._beat())]
            with suppress(asyncio.CancelledError):
                await working
            for task in beside:
                task.cancel()

    def _make_app(self) -> App:
        address = urls(self._shop.settings).app.get_secret_value().replace("+psycopg", "", 1)
        options = "-c search_path=jobs,public -c statement_timeout=30000"
        connector = PsycopgConnector(conninfo=address, kwargs={"options": options}, min_size=1, max_size=4)
        app = App(connector=connector, periodic_defaults={"max_delay": OLDEST_TICK_S})
        app.task(name=TASK, queue=QUEUE, pass_context=True)(self._run)
        every = app.task(name=schedule.EVERY, queue=QUEUE)(self._start_due)
        schedule.register(app, every, self._shop.jobs.values())
        return app

    def _work(self) -> Coroutine[None, None, None]:
        return self._app.run_worker_async(
            queues=[QUEUE],
            concurrency=self._runs_at_once,
            fetch_job_polling_interval=LOOK_EVERY_S,
            shutdown_graceful_timeout=FINISH_S,
            delete_jobs=DeleteJobCondition.ALWAYS.value,
            install_signal_handlers=False,
        )

    def _run(self, context: JobContext, *, run_id: int) -> None:
        self._running.add(run_id)
        try:
            execute(self._shop, run_id, stopping=self._breaking_off.is_set)
        finally:
            self._running.discard(run_id)

    def _start_due(self, *, name: str, timestamp: int) -> None:
        with self._shop.sessions() as session:
            schedule.start_due(session, name)

    def _stop(self, working: asyncio.Task[None]) -> None:
        if working.cancelling():
            return
        working.cancel()
        for after_s, act in ((FINISH_S, self._breaking_off.set), (END_S, self._end)):
            timer = threading.Timer(after_s, act)
            timer.daemon = True
            timer.start()

    def _end(self) -> None:
        LOG.error("jobs %s did not end in time and are left behind", sorted(self._running))
        os._exit(1)

    async def _settle_again(self) -> None:
        while True:
            await asyncio.sleep(SETTLE_EVERY_S)
            try:
                await asyncio.to_thread(recovery.settle, self._shop)
            except Exception:
                LOG.exception("runs of dead workers could not be settled; trying again")

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            if self._running:
                with suppress(Exception):
                    await asyncio.to_thread(self._say_alive, list(self._running))

    def _say_alive(self, run_ids: list[int]) -> None:
        with self._shop.sessions() as session:
            alive = update(Run).where(Run.id.in_(run_ids), Run.ended_at.is_(None))
            session.execute(alive.values(beat_at=func.clock_timestamp()))
