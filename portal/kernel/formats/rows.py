"""The door every file passes first, and what rows and cells may be at most."""

import re
import stat
from pathlib import Path

from portal.errors import BadInput
from portal.kernel.formats.limits import LIMITS
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

MAX_ROWS = LIMITS.rows
MAX_COLUMNS = LIMITS.columns
MAX_CELL = LIMITS.cell_length

_MEGABYTE = 1024 * 1024
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")
_BLANK = b" \t\r\n\v\f\xef\xbb\xbf"


class FileRefused(BadInput):
    """A file that cannot be read at all; the sentence names it, `code` is stable and documented ("file.empty")."""

    def __init__(self, message: object, code: str = "file.unreadable") -> None:
        super().__init__(message)
        self.code = code


def check_file(path: Path, max_bytes: int = LIMITS.file_bytes, *, name: str | None = None) -> None:
    """Raises `FileRefused` for a path that is missing, a directory, no regular file, too large, empty or blank.

    The size is asked before anything is read. `name` is shown instead of the path's own (uploads have another one).
    """
    label = name or path.name
    size = _regular_size(path, label)
    if size > max_bytes:
        raise FileRefused(_too_large(label, size, max_bytes), "file.too_large")
    if size == 0:
        raise FileRefused(text("%(file)s is empty (0 bytes).", file=label), "file.empty")
    if _is_blank(path, label):
        raise FileRefused(text("%(file)s holds nothing but blank space.", file=label), "file.empty")


def read_bytes(path: Path, max_bytes: int = LIMITS.file_bytes, *, name: str | None = None) -> bytes:
    """The checked file's bytes; never more than `max_bytes`, even if it grows meanwhile. Raises `FileRefused`."""
    check_file(path, max_bytes, name=name)
    with path.open("rb") as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise FileRefused(_too_large(name or path.name, len(data), max_bytes), "file.too_large")
    return data


def check_row_count(count: int, name: str) -> None:
    """Raises `FileRefused` when a file has more rows than `MAX_ROWS`."""
    if count > MAX_ROWS:
        many = text("%(file)s has more than %(limit)d rows; split it.", file=name, limit=MAX_ROWS)
        raise FileRefused(many, "file.too_many_rows")


def check_column_count(count: int, name: str) -> None:
    """Raises `FileRefused` when a file has more columns than `MAX_COLUMNS`."""
    if count > MAX_COLUMNS:
        raise FileRefused(
            text("%(file)s has %(count)d columns; the most is %(limit)d.", file=name, count=count, limit=MAX_COLUMNS),
            "file.too_many_columns",
        )


def cell_problem(value: str) -> Problem | None:
    """Why a text can be stored by no one: over `MAX_CELL` characters, or with characters that are none."""
    if len(value) > MAX_CELL:
        long = text("The value has %(count)d characters; the most is %(limit)d.", count=len(value), limit=MAX_CELL)
        return Problem("cell.too_long", long)
    if _NO_CHARACTER.search(value):
        return Problem("cell.no_character", text("The value holds a character that is none (NUL or half of a pair)."))
    return None


def _regular_size(path: Path, label: str) -> int:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileRefused(text("%(file)s does not exist.", file=label)) from error
    except OSError as error:
        raise FileRefused(_unreadable(label, error)) from error
    if stat.S_ISDIR(status.st_mode):
        raise FileRefused(text("%(file)s is a folder, not a file.", file=label))
    if not stat.S_ISREG(status.st_mode):
        raise FileRefused(text("%(file)s is not a regular file.", file=label))
    return status.st_size


def _is_blank(path: Path, label: str) -> bool:
    try:
        with path.open("rb") as file:
            return not any(block.strip(_BLANK) for block in iter(lambda: file.read(_MEGABYTE), b""))
    except OSError as error:
        raise FileRefused(_unreadable(label, error)) from error


def _unreadable(label: str, error: OSError) -> Text:
    return text("%(file)s cannot be read: %(reason)s.", file=label, reason=error.strerror or "?")


def _too_large(label: str, size: int, limit: int) -> Text:
    return text(
        "%(file)s is too large: %(size).1f MB; the most is %(limit).1f MB.",
        file=label,
        size=size / _MEGABYTE,
        limit=limit / _MEGABYTE,
    )
