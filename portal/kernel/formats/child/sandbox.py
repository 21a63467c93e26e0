"""What the reading process takes from itself before it looks at a file. There is no way back.

The limits always hold. No network and no other files hold where the kernel grants them to everybody (Linux 5.13 and
6.7, user namespaces); where it does not, the environment that starts the process still refuses both to GDAL.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

from portal.kernel.formats.child import landlock
from portal.kernel.formats.limits import Limits

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_OPEN_FILES = 64
_GRACE_SECONDS = 5


def seal(limits: Limits, folder: Path, parent: int) -> frozenset[str]:
    """Takes away time, memory, network and files; returns what the kernel granted: "network", "files".

    `folder` is the only place where anything can be read besides the program, and written; `parent` the process whose
    end must be ours. Raises `OSError` when the limits cannot be set.
    """
    _die_with(parent)
    _limit(limits)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    granted = {"network"} if _without_network() else set()
    if landlock.restrict(_program_folders(), folder):
        granted.add("files")
    return frozenset(granted)


def _die_with(parent: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    # Killed between our birth and this line: then nobody would have told us.
    if os.getppid() != parent:
        os._exit(1)


def _limit(limits: Limits) -> None:
    written = max(limits.unpacked_bytes, 2 * limits.file_bytes)
    caps = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_AS: (limits.memory, limits.memory),
        resource.RLIMIT_CPU: (limits.seconds, limits.seconds + _GRACE_SECONDS),
        resource.RLIMIT_FSIZE: (written, written),
        resource.RLIMIT_NOFILE: (_OPEN_FILES, _OPEN_FILES),
        resource.RLIMIT_NPROC: (0, 0),
    }
    for what, cap in caps.items():
        resource.setrlimit(what, _at_most(cap, resource.getrlimit(what)[1]))


def _at_most(cap: tuple[int, int], hard: int) -> tuple[int, int]:
    """A limit that is tighter already stays."""
    return cap if hard == resource.RLIM_INFINITY else (min(cap[0], hard), min(cap[1], hard))


def _without_network() -> bool:
    """Into a network of its own without a way out, as root directly, else in a user namespace of its own."""
    libc = _libc()
    return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def _program_folders() -> list[Path]:
    """Where Python, the packages, the project's code and the system's libraries lie."""
    code = Path(__file__).resolve().parents[3]
    named = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), *(entry for entry in sys.path if entry)}
    system = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/proc/self")
    return [code, *(Path(place) for place in (*named, *system))]


def _prctl(option: int, value: int) -> None:
    _libc().prctl(option, value, 0, 0, 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
