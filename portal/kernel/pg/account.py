"""Who runs the server programs: the system user `anjie` when we are root, else ourselves.

PostgreSQL refuses to run as root, and nothing that answers requests should; root only prepares and then lets go.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text

SERVICE_USER = "anjie"
PROGRAM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Account:
    """A system account and whether we must change to it first."""

    name: str
    uid: int
    gid: int
    changes: bool

    @classmethod
    def of_process(cls) -> Account:
        """The service user for root, the caller otherwise; `Misconfigured` when root has no service user to use."""
        if os.geteuid() != 0:
            return cls(str(os.geteuid()), os.geteuid(), os.getegid(), changes=False)
        try:
            entry = pwd.getpwnam(SERVICE_USER)
        except KeyError:
            raise Misconfigured(
                text("The system user %(user)s is missing; run bin/setup as root, it makes it.", user=SERVICE_USER)
            ) from None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid, changes=True)

    def command(self, argv: Sequence[str | Path], *, dies_with_us: bool = False) -> list[str]:
        """The argument list that runs `argv` as this account, through setpriv(1) where something must change."""
        options = [f"--reuid={self.name}", f"--regid={self.gid}", "--init-groups"] if self.changes else []
        if dies_with_us:
            options += ["--pdeathsig", "TERM"]
        prefix = ["setpriv", *options, "--"] if options else []
        return [*prefix, *(str(part) for part in argv)]

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        cwd: Path = Path("/"),
        env: Mapping[str, str] | None = None,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        stdout: IO[bytes] | int = subprocess.PIPE,
        dies_with_us: bool = True,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end as this account with a small environment of its own."""
        return subprocess.run(
            self.command(argv, dies_with_us=dies_with_us),
            cwd=cwd,
            env={**plain_environment(), **(env or {})},
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
        )

    def take(self, target: Path | int) -> None:
        """Hand a file (a path, or better an open descriptor) that root made over to this account."""
        if self.changes:
            os.chown(target, self.uid, self.gid)

    def closed_folder(self, path: Path) -> Path | None:
        """The first folder or file on the way to `path` that this account cannot enter or read, by its mode bits."""
        target = path.resolve()
        steps = [*reversed(target.parents), target]
        return next((step for step in steps if not self._may(step, enter=step.is_dir())), None)

    def _may(self, step: Path, *, enter: bool) -> bool:
        if not self.changes:
            return os.access(step, os.X_OK if enter else os.R_OK)
        status = step.stat()
        wanted = 0o1 if enter else 0o4
        if status.st_uid == self.uid:
            return bool(status.st_mode & wanted << 6)
        if status.st_gid in os.getgrouplist(self.name, self.gid):
            return bool(status.st_mode & wanted << 3)
        return bool(status.st_mode & wanted)


def plain_environment() -> dict[str, str]:
    """What server programs see: nothing of the caller's PG* variables, locale or home."""
    return {"PATH": PROGRAM_PATH, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": "/"}
