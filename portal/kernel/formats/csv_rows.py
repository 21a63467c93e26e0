"""CSV to rows as a stream, as spreadsheets and offices write it; every cell stays the text it was."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import chain, islice
from pathlib import Path

from portal.kernel.formats.encoding import Encoding, decide_encoding, open_text
from portal.kernel.formats.limits import LIMITS, Limits
from portal.kernel.formats.probe import FileKind
from portal.kernel.formats.reading import Head, Reading, Wish
from portal.kernel.formats.rows import FileRefused, check_file
from portal.kernel.formats.table.headings import Layout, find_layout, take_sample
from portal.kernel.formats.table.records import Record
from portal.kernel.formats.table.rows import TableRows
from portal.kernel.i18n.text import text

DELIMITERS = (",", "\t", ";")

_SEP_LINE = re.compile(r"sep=([^\w\s\"']|\t)\r?\n?", re.IGNORECASE)
_SNIFFED_CHARACTERS, _SNIFFED_RECORDS = 64 * 1024, 40
_LONGEST_LINE = 4 * 1024 * 1024


def read_csv_rows(path: Path, wish: Wish, limits: Limits = LIMITS, name: str | None = None) -> Reading:
    """A table as rows with the line each begins on; blank-only cells are None, others stay as they are.

    The encoding is found as `decide_encoding` says, the delimiter by a `sep=` line, else as the one of comma, tab and
    semicolon that most lines agree on. Lines above the headings, totals and remarks below the rows are left out and
    noted. A CSV says nothing of its coordinate system.

    Rows may bring row.width, cell.excel_number, cell.too_long, cell.no_character. Raises `FileRefused` at once
    (encoding, no headings, a cap) or while rows are read (quotation marks that do not pair, too many rows).
    """
    label = name or path.name
    check_file(path, limits.file_bytes, name=label)
    encoding = decide_encoding(path, wish.encoding, label)
    table = _Table(path, label, encoding, *_delimiter(path, encoding, wish))
    records = table.records()
    sample = take_sample(records, wish.header_row)
    layout = find_layout(sample, (), wish.header_row, limits, label)
    made = TableRows(layout, limits, label, exact=True)
    return Reading(_head(table, layout), made.rows(chain(sample, records)), made.told)


def _head(table: _Table, layout: Layout) -> Head:
    encoding = table.encoding
    return Head(
        kind=FileKind.CSV.value,
        columns=layout.columns,
        encoding=encoding.name,
        encoding_basis=encoding.basis,
        sample=encoding.sample,
        header_line=layout.header_line,
        delimiter=table.delimiter,
        notes=layout.notes,
    )


@dataclass(frozen=True)
class _Table:
    """The text of one file; `skipped` is 1 where a `sep=` line comes first."""

    path: Path
    name: str
    encoding: Encoding
    delimiter: str
    skipped: int

    def records(self) -> Iterator[Record]:
        """Every record with something in it, with the line it begins on (a quoted cell may hold line ends)."""
        with open_text(self.path, self.encoding) as file:
            lines = self._lines(iter(lambda: file.readline(_LONGEST_LINE), ""))
            for _ in range(self.skipped):
                next(lines, None)
            yield from _records(lines, self.delimiter, self.name, self.skipped)

    def _lines(self, lines: Iterator[str]) -> Iterator[str]:
        for number, line in enumerate(lines, start=1):
            if len(line) >= _LONGEST_LINE:
                raise _too_long(self.name, number)
            yield line


def _records(lines: Iterator[str], delimiter: str, name: str, before: int = 0) -> Iterator[Record]:
    line = before + 1
    # Else the module itself refuses cells of 128 KB, in words that blame the quotation marks.
    csv.field_size_limit(_LONGEST_LINE)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for written in reader:
            cells = [cell if cell and not cell.isspace() else None for cell in written]
            if any(cells):
                yield Record(line, cells)
            line = before + reader.line_num + 1
    except csv.Error as error:
        raise (_too_long(name, line) if "field limit" in str(error) else _bad_quotes(name, line)) from error


def _delimiter(path: Path, encoding: Encoding, wish: Wish) -> tuple[str, int]:
    """The delimiter, and how many lines at the beginning do nothing but name it."""
    with open_text(path, encoding) as file:
        start = file.read(_SNIFFED_CHARACTERS)
    named = _SEP_LINE.match(start)
    if named:
        return wish.delimiter or named[1], 1
    return wish.delimiter or max(DELIMITERS, key=lambda delimiter: _agreement(start, delimiter)), 0


def _agreement(start: str, delimiter: str) -> int:
    """How much a delimiter explains: cuts per line times the lines that are cut alike."""
    widths: Counter[int] = Counter()
    try:
        for record in islice(_records(iter(StringIO(start, newline="")), delimiter, ""), _SNIFFED_RECORDS):
            widths[len(record.cells)] += 1
    except FileRefused:
        pass  # A quotation mark in the middle of a cell, or the end of the piece within one.
    return max(((width - 1) * count for width, count in widths.items()), default=0)


def _too_long(name: str, line: int) -> FileRefused:
    sentence = text("Line %(line)d of %(file)s is too long for a table. Save it anew as CSV.", line=line, file=name)
    return FileRefused(sentence, "file.line_too_long")


def _bad_quotes(name: str, line: int) -> FileRefused:
    sentence = text(
        "From line %(line)d of %(file)s on the quotation marks do not pair: one is not closed or not doubled.",
        file=name,
        line=line,
    )
    return FileRefused(sentence, "file.quotes")
