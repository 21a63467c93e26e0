"""Work that comes by itself: cron lines in Shanghai time, each due moment once, whoever asks first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from procrastinate import App
from procrastinate.periodic import PeriodicTask
from procrastinate.tasks import ConfigureTaskOptions, Task
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from portal.kernel.access.actor import SYSTEM
from portal.kernel.contracts.job import Job
from portal.kernel.i18n.clock import now
from portal.kernel.jobs.models import Run
from portal.kernel.jobs.queue import QUEUE, start

EVERY = "anjie.every"

CATCH_UP = dt.timedelta(days=7)
"""What fell due while the machine was off at night is done when it comes back."""


class ShanghaiTask(PeriodicTask):  # type: ignore[type-arg]
    """The library reads cron lines in UTC."""

    @cached_property
    def croniter(self) -> Any:
        """The line's moments; a moment with a zone puts them into that zone."""
        line = super().croniter
        line.set_current(now())
        return line


def register(app: App, task: Task[..., None, ...], jobs: Iterable[Job]) -> None:
    """Lets `task` come with the job's name whenever its cron line says so."""
    for job in jobs:
        if job.every is not None:
            options = ConfigureTaskOptions(
                task_kwargs={"name": job.name}, queueing_lock=f"{EVERY}:{job.name}", queue=QUEUE
            )
            app.periodic_registry.periodic_tasks[task.name, job.name] = ShanghaiTask(
                task=task, cron=job.every, periodic_id=job.name, configure_kwargs=options
            )


def start_due(session: Session, name: str) -> Run | None:
    """A run of the job as the system, unless the last one has not ended yet."""
    session.execute(sql("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"{EVERY}:{name}"})
    unended = select(Run.id).where(Run.name == name, Run.account_id.is_(None), Run.ended_at.is_(None)).limit(1)
    if session.scalar(unended) is not None:
        return None
    return start(session, SYSTEM, name, {}, lock=f"{EVERY}:{name}")
