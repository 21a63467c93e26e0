"""What a reader may do with any bytes: give rows within its limits, or refuse in words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from portal.exchange.codes import documented
from portal.kernel.formats.child.readers import read_any
from portal.kernel.formats.limits import MEGABYTE, Limits
from portal.kernel.formats.opening import open_file
from portal.kernel.formats.reading import Reading, ReadRow, Wish
from portal.kernel.formats.rows import FileRefused

LIMITS = Limits(
    file_bytes=4 * MEGABYTE, rows=500, columns=60, cell_length=2_000, sheets=20, unpacked_bytes=8 * MEGABYTE,
    vertices_of_row=5_000, vertices=50_000, seconds=20, memory=768 * MEGABYTE,
)  # fmt: skip
BROKEN = {"file.crashed", "file.too_slow", "file.too_much_memory"}
"""Codes that mean that a reader failed: in a process of its own that harms nobody, but it is worth a look."""
CODES = {code.key for group in documented() for code in group.codes}
WISHES = (Wish(), Wish(encoding="gb18030"), Wish(header_row=2), Wish(delimiter=";"), Wish(kind="csv"))


def read_here(path: Path, name: str, wish: Wish) -> FileRefused | None:
    """Reads in this process: for readers that are all Python and ours."""
    try:
        _check(read_any(path, wish, LIMITS, name))
    except FileRefused as refused:
        return _checked(refused, name)
    return None


def read_apart(path: Path, name: str) -> FileRefused | None:
    """Reads as the portal does."""
    try:
        with open_file(path, Wish(), LIMITS, name=name) as reading:
            _check(reading)
    except FileRefused as refused:
        return _checked(refused, name)
    return None


def _check(reading: Reading) -> None:
    columns = reading.head.columns
    assert len(columns) == len(set(columns)) <= LIMITS.columns
    assert all(isinstance(column, str) for column in columns)
    for number, row in enumerate(reading.rows, start=1):
        assert row.number == number <= LIMITS.rows
        assert row.line >= 0
        _check_row(row, set(columns))
    assert all(str(note) for note in (*reading.head.notes, *reading.late_notes))


def _check_row(row: ReadRow, columns: set[str]) -> None:
    assert set(row.values) <= columns
    too_long = {problem.column for problem in row.problems if problem.problem.code == "cell.too_long"}
    for column, value in row.values.items():
        assert value is None or (isinstance(value, str) and (len(value) <= LIMITS.cell_length or column in too_long))
    assert row.shape is None or len(row.shape) <= 40 * (LIMITS.vertices_of_row + 10)
    _check_codes(problem.problem.code for problem in row.problems)


def _check_codes(codes: Iterable[str]) -> None:
    assert set(codes) <= CODES


def _checked(refused: FileRefused, name: str) -> FileRefused:
    _check_codes([refused.code])
    assert name in str(refused)
    return refused
