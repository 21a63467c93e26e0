"""The one door by which a file from a person is read: in a process of its own, within limits, as a stream of rows."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from portal.kernel.formats.child import wire
from portal.kernel.formats.child.process import (
    Cancelled,
    Interrupted,
    ReaderProcess,
    TimeUsedUp,
    reader_process,
)
from portal.kernel.formats.limits import LIMITS, MEGABYTE, Limits
from portal.kernel.formats.reading import Reading, ReadRow, Wish
from portal.kernel.formats.rows import FileRefused, check_file
from portal.kernel.i18n.text import Text, text

_LOG = logging.getLogger(__name__)
_NO_WISH = Wish()

T = TypeVar("T")


@contextmanager
def open_file(
    path: Path,
    wish: Wish = _NO_WISH,
    limits: Limits = LIMITS,
    *,
    name: str,
    cancelled: Cancelled | None = None,
) -> Iterator[Reading]:
    """A file being read: its head at once, its rows as they are asked for; the reader waits while nobody asks.

    `name` is what the person called it. `cancelled` is asked about five times a second; once it says yes, the reading
    ends with `FileRefused` (file.cancelled). Raises `FileRefused`, at once or while rows are taken: all that readers
    refuse, and file.too_slow, file.too_much_memory, file.crashed. Rows that came before count for nothing then: only
    when `rows` ends by itself has the file been read whole.
    """
    check_file(path, limits.file_bytes, name=name)
    with reader_process(path, wish, limits, name, cancelled) as process:
        frames = _frames(process, name)
        head = _checked(wire.head_of, _expected(next(frames), wire.HEAD, name), name)
        late_notes: list[Text] = []
        yield Reading(head, _rows(frames, head.columns, name, late_notes), late_notes)


def _rows(
    frames: Iterator[tuple[str, Any]], columns: Sequence[str], name: str, late_notes: list[Text]
) -> Iterator[ReadRow]:
    count = 0
    for kind, payload in frames:
        if kind == wire.END:
            sent, notes = _checked(wire.end_of, payload, name)
            if sent != count:
                raise _crashed(name)
            late_notes += notes
            return
        for plain in _expected((kind, payload), wire.ROWS, name):
            count += 1
            yield _checked(partial(wire.row_of, columns=columns), plain, name)
    raise _crashed(name)


def _frames(process: ReaderProcess, name: str) -> Iterator[tuple[str, Any]]:
    """The frames with data. Refusals are raised, and so is the reason why there are no more before the end."""
    try:
        for body in process.frames():
            kind, payload = wire.unpack(body)
            if kind == wire.REFUSED:
                raise wire.refusal_of(payload)
            if kind == wire.FAILED:
                raise _failed(str(payload), process.limits, name)
            yield kind, payload
    except Interrupted as error:
        raise FileRefused(text("Reading %(file)s was cancelled.", file=name), "file.cancelled") from error
    except TimeUsedUp as error:
        raise _too_slow(process.limits, name) from error
    except wire.BrokenFrame as error:
        _LOG.warning("The reader of a file sent what is no frame: %s", error)
        raise _crashed(name) from error
    raise _ended(process, name)


def _expected(frame: tuple[str, Any], kind: str, name: str) -> Any:
    if frame[0] != kind or (kind == wire.ROWS and not isinstance(frame[1], list)):
        raise _crashed(name)
    return frame[1]


def _checked(take: Callable[[Any], T], plain: Any, name: str) -> T:
    try:
        return take(plain)
    except wire.BrokenFrame as error:
        _LOG.warning("The reader of a file sent what it never sends: %s", error)
        raise _crashed(name) from error


def _ended(process: ReaderProcess, name: str) -> FileRefused:
    code = process.exit_code()
    _LOG.warning("The reader of a file ended with %s before the end of the file", code)
    if code == -signal.SIGXCPU:
        return _too_slow(process.limits, name)
    return _crashed(name)


def _failed(what: str, limits: Limits, name: str) -> FileRefused:
    if what == "MemoryError":
        return FileRefused(
            text(
                "Reading %(file)s takes more than %(limit)d MB of memory. Split it, or simplify its shapes.",
                file=name,
                limit=limits.memory // MEGABYTE,
            ),
            "file.too_much_memory",
        )
    _LOG.warning("The reader of a file failed: %s", what)
    return _crashed(name)


def _too_slow(limits: Limits, name: str) -> FileRefused:
    return FileRefused(
        text("Reading %(file)s takes longer than %(seconds)d seconds. Split it.", file=name, seconds=limits.seconds),
        "file.too_slow",
    )


def _crashed(name: str) -> FileRefused:
    return FileRefused(
        text("The reader of %(file)s ended unexpectedly; the file may be damaged. Export it again.", file=name),
        "file.crashed",
    )
