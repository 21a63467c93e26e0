"""What the file store does by itself each night."""

from __future__ import annotations

from portal.kernel.contracts.job import Job, Work
from portal.kernel.files.store import destroy_due
from portal.kernel.files.sweep import sweep
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.text import text
from portal.kernel.pg.installation import folder_of


def destroy_what_is_due(work: Work) -> None:
    """Not during a backup, which has measured what it is about to copy: then the next night does it."""
    folder = folder_of(work.settings)
    with folder.lock("files", wait=False) as alone:
        if not alone:
            return
        with work.transaction() as session:
            destroy_due(session, folder, today())
        with work.transaction() as session:
            sweep(session, folder)


JOBS = (
    Job(
        "files.destroy_due",
        text("Destroying files whose time is over"),
        destroy_what_is_due,
        restarts=True,
        every="40 3 * * *",
    ),
)
