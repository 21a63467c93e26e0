"""Is the process that `postmaster.pid` names really our server?

A pid in a file proves nothing after `kill -9` or a reboot: it may be gone, be a zombie, or belong to somebody else by
now, and PostgreSQL itself then refuses to start. Every server process works inside its data directory, which the
kernel tells us; that is the proof used here.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PID_FILE = "postmaster.pid"
ORPHAN_PATIENCE_S = 5.0


def recorded_pid(data_dir: Path) -> int | None:
    """The pid in the file, whatever it means today."""
    try:
        return int((data_dir / PID_FILE).read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def running_pid(data_dir: Path) -> int | None:
    """The pid of the live server of this data directory, or None."""
    pid = recorded_pid(data_dir)
    return pid if pid is not None and _works_in(pid, data_dir) else None


def clear_remains(data_dir: Path, socket_dir: Path) -> None:
    """After a crash: wait for, then end, orphaned server processes, and remove lock files that name no server of ours.

    Orphans go first: a new server must never run beside an old one that still writes.
    """
    _end_orphans(data_dir)
    for stale in (data_dir / PID_FILE, *socket_dir.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)


def _end_orphans(data_dir: Path) -> None:
    for number in (None, signal.SIGQUIT, signal.SIGKILL):
        if number is not None:
            for pid in _workers(data_dir):
                _signal(pid, number)
        if _all_gone(data_dir):
            return


def _all_gone(data_dir: Path) -> bool:
    deadline = time.monotonic() + ORPHAN_PATIENCE_S
    while any(_workers(data_dir)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _workers(data_dir: Path) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _works_in(int(entry.name), data_dir):
            yield int(entry.name)


def _works_in(pid: int, data_dir: Path) -> bool:
    try:
        here = Path(f"/proc/{pid}/cwd").readlink()
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return False
    return here == data_dir.resolve() and name in {"postgres", "postmaster"}


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
