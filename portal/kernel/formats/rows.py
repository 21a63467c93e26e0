"""What every reader gives: rows with line numbers and raw text; and the door every file passes first."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.formats.limits import LIMITS
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

MAX_BYTES = 64 * 1024 * 1024
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


@dataclass(frozen=True)
class Row:
    """One record: `line` (from 1) where it begins in the file, raw values as text by column, and its geometry.

    `number` counts the records from 1, since a file may hold all of them on one line. The geometry holds the file's
    own numbers, in whatever system the file or the user declares; nothing is converted.
    """

    line: int
    values: Mapping[str, str | None]
    geometry: BaseGeometry | None = None
    number: int = 0


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in one row: its line and number, and the column and raw value where one is to blame."""

    line: int
    column: str | None
    value: str | None
    problem: Problem
    number: int = 0


@dataclass(frozen=True)
class ReadFile:
    """A file as read: rows in file order, columns in order of appearance, and what was wrong row by row.

    `rows` holds the rows with problems too, so that they can be given back with the reason; `sound_rows` does not.
    `declared_crs` is what the file itself says of its system, verbatim; None when it says nothing.
    """

    name: str
    rows: list[Row]
    columns: tuple[str, ...]
    declared_crs: str | None
    encoding: str
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def sound_rows(self) -> list[Row]:
        """The rows without an error; notes do not count."""
        bad = {found.number for found in self.problems if found.problem.level == "error"}
        return [row for row in self.rows if row.number not in bad]


def check_file(path: Path, max_bytes: int = MAX_BYTES, *, name: str | None = None) -> None:
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


def read_bytes(path: Path, max_bytes: int = MAX_BYTES, *, name: str | None = None) -> bytes:
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
            text("%(file)s has %(count)d columns; the most is %(limit)d.", file=name, count=count, limit=MAX_COLUMNS)
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
