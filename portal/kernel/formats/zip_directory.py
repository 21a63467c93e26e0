"""How large the directory of a zip says it is, read before the directory itself."""

from __future__ import annotations

import struct
from typing import IO

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL = 64 * 1024 + 22 + 20 + 56  # The longest comment, the end record, and the two records of zip64.
_SEE_64 = 0xFFFFFFFF


def directory_size(file: IO[bytes]) -> int | None:
    """Bytes of the central directory by the end record (APPNOTE 4.3.14, 4.3.16); None when there is no end record."""
    tail = _tail(file)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        return None
    size = int(struct.unpack_from("<L", tail, at + 12)[0])
    return size if size != _SEE_64 else _size_64(tail[:at])


def _size_64(tail: bytes) -> int | None:
    at = tail.rfind(_END_64)
    return int(struct.unpack_from("<Q", tail, at + 40)[0]) if 0 <= at <= len(tail) - 56 else None


def _tail(file: IO[bytes]) -> bytes:
    file.seek(0, 2)
    file.seek(max(0, file.tell() - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    return tail
