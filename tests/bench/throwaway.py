"""A database server of its own with the durability that offices get; gone at the end, also on Ctrl-C.

What a run killed with -9 leaves behind, the next run ends and clears away: its `alive` file is no longer locked.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from portal.kernel.db import migrate
from portal.kernel.pg import databases
from portal.kernel.pg.installation import Installation, installation
from portal.settings import Settings

PLACE = Path("/var/tmp")
PREFIX = "anjie-bench-"
TEMPLATE = "bench_template"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def throwaway() -> Iterator[Installation]:
    """A running installation whose served database is still missing; `fresh_database` makes it from a template."""
    _sweep()
    run = Path(tempfile.mkdtemp(dir=PLACE, prefix=f"{PREFIX}{os.getpid()}-"))
    with _interruptible(), (run / "alive").open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            run.chmod(0o755)
            yield _migrated(run)
        finally:
            _be_deaf()
            _clear(run)


@contextmanager
def fresh_database(here: Installation) -> Iterator[Settings]:
    """Complete settings of the served database, migrated and empty; dropped after the block."""
    databases.create(here.cluster, here.served, template=TEMPLATE)
    try:
        yield here.completed()
    finally:
        databases.drop(here.cluster, here.served)


def vacuum(here: Installation) -> None:
    """What autovacuum would have done some minutes later."""
    with here.cluster.connect(here.served) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _migrated(run: Path) -> Installation:
    here = _installation_of(run)
    here.start()
    migrate.upgrade(here.completed().urls.owner.get_secret_value())
    databases.rename(here.cluster, {here.served: TEMPLATE})
    return here


def _installation_of(run: Path) -> Installation:
    return installation(Settings(data_dir=run / "data", database_url=None))


def _clear(run: Path) -> None:
    if (run / "data" / "secrets.json").exists():
        _installation_of(run).cluster.stop()
    shutil.rmtree(run, ignore_errors=True)


def _sweep() -> None:
    for alive in PLACE.glob(f"{PREFIX}*/alive"):
        with alive.open("w") as handle:
            if _locked(handle):
                _clear(alive.parent)


def _locked(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal all end the run the same way."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    kept = {number: signal.signal(number, interrupt) for number in STOPS}
    try:
        yield
    finally:
        for number, before in kept.items():
            signal.signal(number, before)


def _be_deaf() -> None:
    """A second Ctrl-C must not cut the clearing short."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
