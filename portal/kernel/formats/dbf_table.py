"""The outside of a .dbf file: its header, and the bytes of its texts as they stand, for deciding what they mean.

Source: dBASE III/IV table layout, as Esri's shapefile description refers to it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import text

_HEADER, _FIELD = 32, 32
_END_OF_FIELDS, _DELETED = 0x0D, 0x2A
_NAME = 10
_CHUNK_BYTES = 4 * 1024 * 1024


class RawText(NamedTuple):
    """The bytes of a text; `full`: it takes all of its room, so that its end may have been cut off."""

    raw: bytes
    full: bool


@dataclass(frozen=True)
class DbfField:
    """One column: its name and type (C, N, F, D, L, M) as bytes, where in a record it stands and how long it is."""

    name: bytes
    kind: str
    start: int
    length: int


@dataclass(frozen=True)
class DbfTable:
    """What the header says. `language` is the LDID byte; `count` the number of records, deleted ones too."""

    path: Path
    count: int
    header_length: int
    record_length: int
    language: int
    fields: tuple[DbfField, ...]

    def deleted(self) -> int:
        """How many records are marked as deleted; readers pass them over."""
        return sum(int((records[:, 0] == _DELETED).sum()) for records in self._records())

    def texts(self) -> Iterator[RawText]:
        """Every text of the table with a byte beyond ASCII, without its padding: names of columns, then values."""
        yield from (RawText(field.name, len(field.name) >= _NAME) for field in self.fields if not field.name.isascii())
        texts = [field for field in self.fields if field.kind == "C" and field.length]
        for records in self._records() if texts else ():
            for field in texts:
                yield from _beyond_ascii(records[:, field.start : field.start + field.length])

    def _records(self) -> Iterator[NDArray[np.uint8]]:
        """The records as rows of bytes, some megabytes at a time."""
        each = max(1, _CHUNK_BYTES // self.record_length)
        with self.path.open("rb") as file:
            file.seek(self.header_length)
            for start in range(0, self.count, each):
                wanted = min(each, self.count - start)
                data = np.frombuffer(file.read(wanted * self.record_length), dtype=np.uint8)
                yield data[: len(data) // self.record_length * self.record_length].reshape(-1, self.record_length)


def read_dbf_header(path: Path, name: str) -> DbfTable:
    """The header of a .dbf. Raises `FileRefused` when it makes no sense or records are missing at the end."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEADER)
        if len(head) < _HEADER:
            raise _damaged(name)
        count, header_length, record_length = struct.unpack("<IHH", head[4:12])
        described = file.read(max(0, header_length - _HEADER))
    fields = _fields(described)
    if not fields or record_length < 1 + sum(field.length for field in fields):
        raise _damaged(name)
    if size < header_length + count * record_length:
        raise _cut_off(name, count, max(0, (size - header_length) // record_length))
    return DbfTable(path, count, header_length, record_length, head[29], fields)


def _fields(described: bytes) -> tuple[DbfField, ...]:
    fields: list[DbfField] = []
    start = 1
    for at in range(0, len(described) - _FIELD + 1, _FIELD):
        if described[at] == _END_OF_FIELDS:
            break
        raw = described[at : at + _FIELD]
        length = raw[16] + 256 * raw[17] if raw[11:12] == b"C" else raw[16]
        fields.append(DbfField(raw[:11].split(b"\0")[0].rstrip(b" "), chr(raw[11]), start, length))
        start += length
    return tuple(fields)


def _beyond_ascii(cells: NDArray[np.uint8]) -> Iterator[RawText]:
    length = cells.shape[1]
    for cell in cells[(cells >= 0x80).any(axis=1)]:
        raw = cell.tobytes().split(b"\0")[0].rstrip(b" ")
        yield RawText(raw, len(raw) == length)


def _damaged(name: str) -> FileRefused:
    return FileRefused(text("The table (.dbf) in %(file)s is damaged. Export it again.", file=name), "file.damaged")


def _cut_off(name: str, count: int, there: int) -> FileRefused:
    return FileRefused(
        text(
            "The table (.dbf) in %(file)s is cut off: it announces %(count)d rows, %(there)d are there. Copy or export"
            " it again, whole.",
            file=name,
            count=count,
            there=there,
        ),
        "file.damaged",
    )
