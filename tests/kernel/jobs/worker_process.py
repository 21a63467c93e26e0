"""A real worker in a process of its own, with jobs that write down what they do in a folder.

python -m tests.kernel.jobs.worker_process FOLDER URL
"""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

from pydantic import SecretStr

from portal.kernel.access.actor import Actor
from portal.kernel.contracts.job import Job
from portal.kernel.i18n.text import text
from portal.kernel.jobs.models import Run
from portal.kernel.jobs.worker import serve
from portal.settings import DatabaseUrls, Settings

TITLE = text("A task of the tests")


def jobs_in(folder: Path) -> tuple[Job, ...]:
    """`wait` goes on until `FOLDER/open` is there and says how far it is; `deaf` says nothing; both write in a
    transaction before and after."""

    def log(word: str) -> None:
        with (folder / "log").open("a") as handle:
            handle.write(f"{word}\n")

    def wait(work, speaks: bool = True, tag: str = "") -> None:
        log(f"began {tag}")
        with work.transaction() as session:
            session.add(Run(name="trace", args={}, actor_name="trace", state="done", ended_at=work_time()))
            session.flush()
            while not (folder / "open").exists():
                time.sleep(0.05)
                if speaks:
                    work.progress(1, 9)
        log(f"ended {tag}")

    return (
        Job("test.wait", TITLE, wait),
        Job("test.again", TITLE, wait, restarts=True),
        Job("test.tick", TITLE, lambda work: log("tick"), every="* * * * *"),
    )


def work_time():
    from portal.kernel.i18n.clock import now

    return now()


def main(folder: str, url: str) -> None:
    logging.basicConfig(level=logging.WARNING)
    urls = DatabaseUrls(app=SecretStr(url), public=SecretStr(url))
    settings = Settings(data_dir=Path(folder), database_url=None).completed(urls, SecretStr("x"), demo=True)
    serve(settings, jobs_in(Path(folder)), lambda session, account_id, at: Actor(account_id, "somebody"))


if __name__ == "__main__":
    main(*sys.argv[1:])
