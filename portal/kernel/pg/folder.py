"""The data folder: where everything lies that belongs to one installation, and how files are put into it safely."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text
from portal.kernel.pg.account import Account

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107


@dataclass(frozen=True)
class Folder:
    """Paths below one data folder.

    postgres-NN/      the cluster of PostgreSQL NN; the highest NN is the one in use
    run/              the server's socket
    files/            scans, photos, papers
    backups/          made before migrations
    log/              the server's log, a week of it
    secrets.json      role passwords and the secret key
    unused-stop       the server was started on the side and goes with its last user
    district.json     written last by `portal setup`; without it the demonstration district is served
    """

    root: Path
    account: Account

    @property
    def secrets(self) -> Path:
        """Role passwords and secret key, 0600."""
        return self.root / "secrets.json"

    @property
    def marker(self) -> Path:
        """Its presence says that a real district was set up."""
        return self.root / "district.json"

    @property
    def stops_unused(self) -> Path:
        """Its presence says that the running server stops with its last user."""
        return self.root / "unused-stop"

    @property
    def files(self) -> Path:
        """The file store."""
        return self.root / "files"

    @property
    def backups(self) -> Path:
        """Where backups go that nobody gave a name for."""
        return self.root / "backups"

    @property
    def log(self) -> Path:
        """The database server's log folder."""
        return self.root / "log"

    @property
    def socket_dir(self) -> Path:
        """`run` below the folder, or one in /tmp when that path is too long for a socket (107 bytes)."""
        inside = self.root / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return inside
        return Path("/tmp") / f"anjie-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]}"  # noqa: S108

    def cluster_dir(self, major: int) -> Path:
        """Where the cluster of one PostgreSQL major lies."""
        return self.root / f"postgres-{major}"

    def cluster_majors(self) -> list[int]:
        """Majors of the clusters that are there, newest first."""
        found = (path.parent.name.removeprefix("postgres-") for path in self.root.glob("postgres-*/PG_VERSION"))
        return sorted((int(name) for name in found if name.isdigit()), reverse=True)

    def make(self) -> None:
        """Make the folders that are missing, closed to everybody else; `Misconfigured` when they cannot be used."""
        try:
            for path in (self.root, self.files, self.backups, self.log):
                self._make_private(path)
            self._make_private(self.socket_dir)
        except (PermissionError, NotADirectoryError, FileExistsError) as problem:
            raise Misconfigured(
                text(
                    "The data folder %(path)s cannot be used: %(reason)s. Set PORTAL_DATA_DIR to a folder of your own.",
                    path=self.root,
                    reason=problem.strerror,
                )
            ) from None
        self._check_the_way()

    def write(self, path: Path, content: str) -> None:
        """Write a private file (0600) whole or not at all, and on disk before this returns."""
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
                self.account.take(handle.fileno())
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    @contextmanager
    def lock(self, name: str, *, wait: bool = True, shared: bool = False) -> Iterator[bool]:
        """Hold `.NAME.lock` for the block (it ends with the process); False instead of waiting when `wait` is off."""
        descriptor = os.open(self.root / f".{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            self.account.take(descriptor)
            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            yield _flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
        finally:
            os.close(descriptor)

    def _make_private(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
            self.account.take(path)
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if status.st_uid != self.account.uid:
            self._adopt(path, status)
        if stat.S_IMODE(status.st_mode) != 0o700:
            path.chmod(0o700)

    def _adopt(self, path: Path, status: os.stat_result) -> None:
        """Take over an empty folder that root made for us; anybody else's is refused."""
        if self.account.changes and status.st_uid == 0 and not any(path.iterdir()):
            self.account.take(path)
            return
        raise PermissionError(errno.EACCES, "it belongs to another user")

    def _check_the_way(self) -> None:
        closed = self.account.closed_folder(self.root.resolve())
        if closed is not None:
            raise Misconfigured(
                text(
                    "User %(user)s cannot enter %(closed)s on the way to the data folder %(path)s; "
                    "set PORTAL_DATA_DIR to another folder, for example /var/lib/anjie.",
                    user=self.account.name,
                    closed=closed,
                    path=self.root,
                )
            )


def _flock(descriptor: int, operation: int) -> bool:
    try:
        fcntl.flock(descriptor, operation)
    except BlockingIOError:
        return False
    return True


def sync_folder(path: Path) -> None:
    """Make a rename inside `path` survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
