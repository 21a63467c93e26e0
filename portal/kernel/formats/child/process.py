"""Starting the reading process, listening to it, ending it; everything it leaves is taken away."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import msgpack

from portal.kernel.formats.child import wire
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.vector.environment import GDAL_ENVIRONMENT
from portal.kernel.pg.account import Account, plain_environment

Cancelled = Callable[[], bool]

_PREFIX = "anjie-read-"
_STALE_SECONDS = 24 * 3600
_LOOK_SECONDS = 0.2
_GOODBYE_SECONDS = 5.0
_BLOCK = 256 * 1024

_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class Interrupted(Exception):
    """Somebody said that the reading is no longer wanted."""


class TimeUsedUp(Exception):
    """The process let us wait longer than the limit."""


@dataclass
class ReaderProcess:
    """A running reader. `waited` is the time spent waiting for it, which alone counts against the limit: a slow taker
    of rows holds the process up, not the other way round."""

    process: subprocess.Popen[bytes]
    limits: Limits
    cancelled: Cancelled
    waited: float = 0.0
    _buffer: bytearray = field(default_factory=bytearray)

    def frames(self) -> Iterator[bytes]:
        """The bodies of frames, as long as whole ones come. Raises `Interrupted`, `TimeUsedUp`, `wire.BrokenFrame`."""
        while (head := self._take(wire.LENGTH_BYTES)) is not None:
            length = int.from_bytes(head, "big")
            if length > wire.MOST_BYTES:
                raise wire.BrokenFrame("too long")
            body = self._take(length)
            if body is None:
                return
            yield body

    def exit_code(self) -> int | None:
        """How the process ended once its pipe is closed; None when it does not end by itself."""
        with suppress(subprocess.TimeoutExpired):
            return self.process.wait(_GOODBYE_SECONDS)
        return None

    def _take(self, count: int) -> bytes | None:
        while len(self._buffer) < count:
            block = self._more()
            if not block:
                return None
            self._buffer += block
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _more(self) -> bytes:
        out = self.process.stdout
        if out is None:
            return b""
        with selectors.DefaultSelector() as waiting:
            waiting.register(out, selectors.EVENT_READ)
            while not self._ready(waiting):
                pass
        return os.read(out.fileno(), _BLOCK)

    def _ready(self, waiting: selectors.BaseSelector) -> bool:
        if self.cancelled():
            raise Interrupted
        started = time.monotonic()
        ready = bool(waiting.select(_LOOK_SECONDS))
        self.waited += time.monotonic() - started
        if self.waited > self.limits.seconds:
            raise TimeUsedUp
        return ready


@contextmanager
def reader_process(
    path: Path, wish: Wish, limits: Limits, name: str, cancelled: Cancelled | None = None
) -> Iterator[ReaderProcess]:
    """A process that reads a copy of `path` in a private folder; both are gone afterwards, whatever happens."""
    account = _account()
    with _private_folder(account) as folder:
        _prepare(folder, path, _request(wish, limits, name), account)
        process = _start(folder, account)
        try:
            yield ReaderProcess(process, limits, cancelled or (lambda: False))
        finally:
            _end(process)


def _account() -> Account:
    """The service user for root, where that user can run the program; else ourselves."""
    ours = Account(str(os.geteuid()), os.geteuid(), os.getegid(), changes=False)
    if os.geteuid() != 0:
        return ours
    with suppress(Exception):
        service = Account.of_process()
        needed = (Path(sys.executable), Path(sys.prefix), Path(__file__), Path(tempfile.gettempdir()))
        if all(service.closed_folder(place) is None for place in needed):
            return service
    return ours


@contextmanager
def _private_folder(account: Account) -> Iterator[Path]:
    _sweep(account)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        account.take(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(account: Account) -> None:
    """Takes away what a process left that was killed together with its reader."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            status = left.lstat()
            if status.st_uid == account.uid and time.time() - status.st_mtime > _STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def _prepare(folder: Path, path: Path, request: bytes, account: Account) -> None:
    (folder / wire.REQUEST).write_bytes(request)
    shutil.copyfile(path, folder / wire.INPUT)
    for made in (folder / wire.REQUEST, folder / wire.INPUT):
        made.chmod(0o600)
        account.take(made)


def _request(wish: Wish, limits: Limits, name: str) -> bytes:
    asked = {"wish": asdict(wish), "limits": asdict(limits), "name": name, "parent": os.getpid()}
    packed: bytes = msgpack.packb(asked, unicode_errors="surrogatepass")
    return packed


def _start(folder: Path, account: Account) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-m", "portal.kernel.formats.child"],
        cwd=folder,
        env={**plain_environment(), **GDAL_ENVIRONMENT, **_ENVIRONMENT, "HOME": str(folder), "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=account.uid if account.changes else None,
        group=account.gid if account.changes else None,
        extra_groups=[] if account.changes else None,
        umask=0o077,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GOODBYE_SECONDS)
    out: IO[bytes] | None = process.stdout
    if out is not None:
        out.close()
