"""Landlock, by which a process gives up all files but a few, without being root (Linux 5.13; TCP since 6.7).

Source: Linux, Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE_BIT, _REFER_BIT = 14, 13
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | 1 << _TRUNCATE_BIT
_TCP = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def restrict(readable: Iterable[Path], writable: Path) -> bool:
    """From now on only what lies beneath `readable` and `writable` can be opened; False where the kernel cannot.

    The process must have set no_new_privs. Paths that do not exist are passed over.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:
        return False
    everything = _all_rights(version)
    ruleset = _create(libc, everything, version)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(libc, ruleset, path, _READ & everything)
        _allow(libc, ruleset, writable, everything)
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _all_rights(version: int) -> int:
    """Every right on files that this kernel knows: 13 at first, then moving between folders, then truncating."""
    known = _REFER_BIT if version == 1 else _TRUNCATE_BIT if version == 2 else _TRUNCATE_BIT + 1
    return (1 << known) - 1


def _create(libc: ctypes.CDLL, files: int, version: int) -> int:
    asked = _Ruleset(files, _TCP if version >= 4 else 0)
    size = ctypes.sizeof(_Ruleset) if version >= 4 else ctypes.sizeof(ctypes.c_uint64)
    return int(libc.syscall(_CREATE_RULESET, ctypes.byref(asked), ctypes.c_size_t(size), 0))


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        allowed = rights if path.is_dir() else rights & _ON_FILES
        rule = _PathBeneath(allowed, place)
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)
