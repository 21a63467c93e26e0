"""What the maps room does by itself every night."""

from __future__ import annotations

from portal.divisions.layers import UNITS
from portal.kernel.contracts.job import Job, Work
from portal.kernel.i18n.clock import now
from portal.kernel.i18n.text import text
from portal.maps.service import publish_announced


def publish_what_is_due(work: Work) -> None:
    """Divisions whose day of announcement has come become public; nothing happens on any other day."""
    with work.transaction() as session:
        publish_announced(session, work.actor, UNITS, now())


JOBS = (
    Job(
        "maps.publish_announced",
        text("Publish divisions announced today"),
        publish_what_is_due,
        restarts=True,
        every="5 0 * * *",
    ),
)
