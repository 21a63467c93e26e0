"""The reading process: `python -I -m portal.kernel.formats.child`, started by `child.process` in a private folder.

It finds the file and the request there, seals itself, reads, and writes frames to what was its standard output.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

import msgpack

from portal.kernel.formats.child import wire
from portal.kernel.formats.child.readers import read_any
from portal.kernel.formats.child.sandbox import seal
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.rows import FileRefused

_BATCH_ROWS, _BATCH_BYTES = 500, 1024 * 1024
_ROW_BYTES = 200


def main() -> None:
    """Reads one file; a refusal and a crash are frames too."""
    folder = Path.cwd()
    asked = msgpack.unpackb((folder / wire.REQUEST).read_bytes())
    pipe = _pipe()
    limits = Limits(**asked["limits"])
    seal(limits, folder, asked["parent"])
    try:
        _send_all(pipe, folder / wire.INPUT, asked, limits)
    except FileRefused as refusal:
        pipe.write(wire.pack(wire.REFUSED, wire.plain_refusal(refusal)))
    except MemoryError:
        pipe.write(wire.pack(wire.FAILED, "MemoryError"))
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:  # Whatever a file brings about, the other side hears of it in a frame.
        pipe.write(wire.pack(wire.FAILED, _where(error)))
    pipe.flush()
    # Without the goodbyes of libraries: nothing here outlives the process.
    os._exit(0)


def _pipe() -> BinaryIO:
    """The frames' way out; whatever a library prints goes nowhere."""
    out = os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return os.fdopen(out, "wb", buffering=0x10000)


def _send_all(pipe: BinaryIO, path: Path, asked: dict[str, Any], limits: Limits) -> None:
    reading = read_any(path, Wish(**asked["wish"]), limits, asked["name"])
    pipe.write(wire.pack(wire.HEAD, wire.plain_head(reading.head)))
    pipe.flush()
    batch: list[list[object]] = []
    count = weight = 0
    for row in reading.rows:
        batch.append(wire.plain_row(row, reading.head.columns))
        count, weight = count + 1, weight + _ROW_BYTES + len(row.shape or b"")
        if len(batch) >= _BATCH_ROWS or weight >= _BATCH_BYTES:
            pipe.write(wire.pack(wire.ROWS, batch))
            batch, weight = [], 0
    pipe.write(wire.pack(wire.ROWS, batch) + wire.pack(wire.END, wire.plain_end(count, reading.late_notes)))


def _where(error: Exception) -> str:
    """The kind of a crash and its place in the code, without the words of the file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"


if __name__ == "__main__":
    main()
