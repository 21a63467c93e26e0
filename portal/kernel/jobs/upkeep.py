"""What the jobs do for themselves: runs that ended long ago are destroyed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func

from portal.kernel.contracts.job import Job, Work
from portal.kernel.i18n.text import text
from portal.kernel.jobs.models import Run

KEPT = dt.timedelta(days=90)


def destroy_old_runs(work: Work) -> None:
    """Arguments and sentences of a run may speak of people; after 90 days nobody asks how it went."""
    with work.transaction() as session:
        session.execute(delete(Run).where(Run.ended_at < func.now() - KEPT))


JOBS = (
    Job(
        "jobs.destroy_old",
        text("Destroying the records of old tasks"),
        destroy_old_runs,
        restarts=True,
        every="20 3 * * *",
    ),
)
