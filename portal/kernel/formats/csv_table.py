"""CSV to rows, as spreadsheets and offices write it; every cell stays the text it was."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import shapely

from portal.errors import BadInput
from portal.kernel.formats.encoding import decode_declared
from portal.kernel.formats.rows import (
    MAX_BYTES,
    FileRefused,
    ReadFile,
    Row,
    RowProblem,
    cell_problem,
    check_column_count,
    check_row_count,
    read_bytes,
)
from portal.kernel.geo.degrees import parse_degrees
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

DELIMITERS = (",", "\t", ";")

# How Excel and WPS show, and so save, a long number in a cell that is not text: capital E, plus, two digits.
_EXCEL_NUMBER = re.compile(r"\s*[+-]?\d(?:\.\d+)?E\+\d{2,3}\s*", re.ASCII)


@dataclass(frozen=True)
class PointColumns:
    """The two columns that hold a position, x = east: decimal degrees, degrees-minutes-seconds, or plane metres."""

    lon: str
    lat: str


@dataclass
class _Table:
    """The header and what has been gathered under it so far."""

    name: str
    header: list[str]
    points: PointColumns | None
    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Of the row being read, from 1."""
        return len(self.rows) + 1

    def report(self, line: int, problem: Problem, column: str | None = None, value: str | None = None) -> None:
        self.problems.append(RowProblem(line, column, value, problem, self.number))


_Record = tuple[int, list[str]]


def read_csv(
    path: Path,
    *,
    max_bytes: int = MAX_BYTES,
    encoding: str | None = None,
    delimiter: str | None = None,
    lon_column: str | None = None,
    lat_column: str | None = None,
    name: str | None = None,
) -> ReadFile:
    """A table with one header row as rows: one a record, with the line it begins on; empty cells are None.

    `encoding`: None is strict UTF-8 (a byte order mark is fine); "gb18030" must be declared. `delimiter`: None takes
    that of comma, tab and semicolon which splits the header most. With `lon_column` and `lat_column` each row gets a
    point with the numbers as written. Blank lines and lines of empty cells are passed over. `declared_crs` is None: a
    CSV says nothing of its system.

    Wrong rows are in `problems`: row.width, cell.excel_number, cell.too_long, cell.no_character, point.*. Raises
    `FileRefused` (encoding, header missing, empty or double, open quotation mark, over a cap).
    """
    label = name or path.name
    source, read_as = decode_declared(read_bytes(path, max_bytes, name=name), label, encoding)
    records = _records(source, delimiter or _sniffed(source), label)
    header = _header(next(records, (1, []))[1], label)
    table = _Table(label, header, _point_columns(header, lon_column, lat_column, label))
    for line, cells in records:
        _add_row(line, cells, table)
        check_row_count(len(table.rows), label)
    return ReadFile(label, table.rows, tuple(header), None, read_as, table.problems)


def _records(source: str, delimiter: str, name: str) -> Iterator[_Record]:
    """Every record with something in it, with the line it begins on (a quoted cell may hold line ends)."""
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(_bad_quotes(name, line)) from error


def _sniffed(source: str) -> str:
    widths = {delimiter: _header_width(source, delimiter) for delimiter in DELIMITERS}
    widest = max(DELIMITERS, key=lambda delimiter: widths[delimiter])
    return widest if widths[widest] > 1 else DELIMITERS[0]


def _header_width(source: str, delimiter: str) -> int:
    try:
        return len(next(_records(source, delimiter, ""), (1, []))[1])
    except FileRefused:
        return 0


def _header(cells: Sequence[str], name: str) -> list[str]:
    header = [cell.strip() for cell in _without_empty_tail(cells)]
    check_column_count(len(header), name)
    if not header:
        raise FileRefused(text("%(file)s has no header row.", file=name))
    for number, column in enumerate(header, start=1):
        _check_heading(number, column, header, name)
    return header


def _check_heading(number: int, column: str, header: Sequence[str], name: str) -> None:
    if not column:
        raise FileRefused(text("Column %(number)d of %(file)s has no heading.", number=number, file=name))
    if header.index(column) + 1 != number:
        raise FileRefused(text("%(file)s has the heading “%(column)s” twice.", file=name, column=column[:50]))
    problem = cell_problem(column)
    if problem:
        raise FileRefused(
            text("Heading %(number)d of %(file)s: %(reason)s", number=number, file=name, reason=problem.text)
        )


def _point_columns(header: Sequence[str], lon: str | None, lat: str | None, name: str) -> PointColumns | None:
    if lon is None and lat is None:
        return None
    for column in (lon, lat):
        if column not in header:
            raise FileRefused(_no_column(name, column or "", header))
    return PointColumns(lon or "", lat or "")


def _add_row(line: int, cells: list[str], table: _Table) -> None:
    width = len(table.header)
    trimmed = cells if len(cells) <= width else [*cells[:width], *_without_empty_tail(cells[width:])]
    values = {column: cell or None for column, cell in zip(table.header, trimmed, strict=False)}
    values.update(dict.fromkeys(table.header[len(trimmed) :]))
    _check_cells(line, values, table)
    if len(trimmed) != width:
        table.report(line, _wrong_width(len(trimmed), width))
        table.rows.append(Row(line, values, None, table.number))
    else:
        table.rows.append(Row(line, values, _point(line, values, table), table.number))


def _check_cells(line: int, values: dict[str, str | None], table: _Table) -> None:
    for column, value in values.items():
        problem = (cell_problem(value) or _excel_problem(value)) if value else None
        if problem:
            table.report(line, problem, column, value)


def _excel_problem(value: str) -> Problem | None:
    if not _EXCEL_NUMBER.fullmatch(value):
        return None
    damaged = text(
        "Excel turned this code into %(value)s; its digits are lost. Format the column as text and enter it again.",
        value=value.strip(),
    )
    return Problem("cell.excel_number", damaged)


def _point(line: int, values: dict[str, str | None], table: _Table) -> shapely.Point | None:
    columns = table.points
    if columns is None or (values[columns.lon] is None and values[columns.lat] is None):
        return None
    x = _coordinate(line, columns.lon, values, table)
    y = _coordinate(line, columns.lat, values, table)
    return None if x is None or y is None else shapely.Point(x, y)


def _coordinate(line: int, column: str, values: dict[str, str | None], table: _Table) -> float | None:
    value = values[column]
    try:
        if value is None:
            raise BadInput(text("One half of the position is missing."))
        return parse_degrees(value)
    except BadInput as error:
        sentence = error.message if isinstance(error.message, Text) else text(str(error.message))
        table.report(line, Problem("point.no_number", sentence), column, value)
        return None


def _without_empty_tail(cells: Sequence[str]) -> list[str]:
    """Spreadsheets write delimiters for columns that only once held something."""
    used = [number for number, cell in enumerate(cells, start=1) if cell.strip()]
    return list(cells[: used[-1]]) if used else []


def _wrong_width(found: int, expected: int) -> Problem:
    sentence = text(
        "The row has %(found)d cells, the header %(expected)d; is a delimiter missing or not quoted?",
        found=found,
        expected=expected,
    )
    return Problem("row.width", sentence)


def _bad_quotes(name: str, line: int) -> Text:
    return text(
        "From line %(line)d of %(file)s on the quotation marks do not pair: one is not closed or not doubled.",
        file=name,
        line=line,
    )


def _no_column(name: str, column: str, header: Sequence[str]) -> Text:
    return text(
        "%(file)s has no column “%(column)s”; it has: %(columns)s.",
        file=name,
        column=column,
        columns=", ".join(header)[:500],
    )
