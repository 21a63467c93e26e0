"""`portal worker`: does the jobs that wait in the queue; and the child of `portal up` that runs it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time

import click

from portal.cli.wiring import connect_rooms
from portal.errors import Misconfigured
from portal.kernel.i18n.terminal import complain
from portal.kernel.i18n.text import text
from portal.kernel.pg.installation import complete, folder_of
from portal.kernel.web import serve
from portal.settings import Settings, from_environment

LONGEST_WAIT_S = 60.0
HEALTHY_AFTER_S = 60.0


@click.command()
def worker() -> None:
    """Do the jobs that wait in the queue: imports, prints, what comes every night. Stay until Ctrl-C.

    bin/serve runs one by itself, unless PORTAL_JOBS is 0 there. One more needs the same database and data folder.
    PORTAL_JOBS says how many jobs are done at once (2).
    """
    settings = from_environment()
    _become_service_user(settings)
    logging.basicConfig(level=logging.WARNING, format="worker: %(levelname)s %(name)s: %(message)s")
    from portal.app import account_loader, declared_jobs, declared_rooms  # The whole house; `--help` need not wait.
    from portal.kernel.jobs.worker import serve as work

    connect_rooms()
    rooms = declared_rooms()
    work(complete(settings), declared_jobs(rooms), account_loader(rooms))


def _become_service_user(settings: Settings) -> None:
    """Root lets go before it touches what people sent."""
    account = folder_of(settings).account
    if account.changes:
        data_dir = str(settings.data_dir.absolute())
        argv = account.command([sys.executable, "-m", "portal.cli", "worker"])
        os.execvpe(argv[0], argv, {**os.environ, "PORTAL_DATA_DIR": data_dir, "HOME": data_dir})  # noqa: S606


class WorkerChild:
    """The worker of one `portal up`: started when first tended, and again, ever later, when it ends by itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = self._again_at = 0.0
        self._wait_s = 1.0

    def tend(self) -> None:
        """Starts it where it does not run; to be called every second or so."""
        if self._settings.jobs == 0:
            return
        if self._process is not None and self._process.poll() is not None:
            self._wait_before_again(self._process.returncode)
            self._process = None
        if self._process is None and time.monotonic() >= self._again_at:
            self._start()

    def ask_to_end(self) -> None:
        """The polite signal, without waiting."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ends it: politely, then for good."""
        if self._process is not None:
            serve.stop(self._process)

    def _start(self) -> None:
        try:
            self._process = serve.start_worker(self._settings, folder_of(self._settings).account, os.environ)
        except (OSError, Misconfigured) as problem:
            complain(text("The worker cannot be started: %(reason)s", reason=str(problem)))
            self._wait_before_again(None)
        self._started_at = time.monotonic()

    def _wait_before_again(self, code: int | None) -> None:
        if time.monotonic() - self._started_at > HEALTHY_AFTER_S:
            self._wait_s = 1.0
        self._again_at = time.monotonic() + self._wait_s
        if code is not None:
            complain(
                text(
                    "The worker ended unexpectedly (exit code %(code)s); starting it again in %(seconds)s s.",
                    code=code,
                    seconds=int(self._wait_s),
                )
            )
        self._wait_s = min(self._wait_s * 2, LONGEST_WAIT_S)
