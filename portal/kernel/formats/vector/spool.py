"""Rows waiting in a temporary file until the end of the source has told which columns there are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import msgpack

from portal.kernel.formats.child.wire import cell_problem_of, plain_cell_problem
from portal.kernel.formats.reading import ReadRow

_BLOCK = 1024 * 1024


class Spool:
    """Rows in order, on disk; `rows` gives them back once, each with all columns, and takes the file away."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="rows-")  # noqa: SIM115 - `rows` closes it
        self._packer = msgpack.Packer(use_bin_type=True, unicode_errors="surrogatepass")

    def add(self, row: ReadRow) -> None:
        """Keeps one more row."""
        problems = [plain_cell_problem(found) for found in row.problems]
        self._file.write(self._packer.pack([row.number, row.line, dict(row.values), row.shape, problems]))

    def rows(self, columns: Sequence[str]) -> Iterator[ReadRow]:
        """The rows that were kept, in order."""
        with self._file as file:
            file.seek(0)
            unpacker = msgpack.Unpacker(
                file, raw=False, unicode_errors="surrogatepass", read_size=_BLOCK, max_buffer_size=2**31 - 1
            )
            for number, line, values, shape, problems in unpacker:
                yield ReadRow(number, line, _in_order(values, columns), shape, _problems(problems))

    def close(self) -> None:
        """Takes the file away unread."""
        self._file.close()


def _in_order(values: dict[str, str | None], columns: Sequence[str]) -> dict[str, str | None]:
    return {column: values.get(column) for column in columns}


def _problems(plain: list[Any]) -> tuple[Any, ...]:
    return tuple(cell_problem_of(problem) for problem in plain)
