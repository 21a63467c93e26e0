"""Which bytes of a sheet change so that it gets a column of reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from mmap import mmap
from typing import NamedTuple

from portal.kernel.formats.give_back.cells import (
    blank_cell,
    changed,
    column_of,
    ends_of,
    letters_of,
    tag_end,
    text_cell,
)
from portal.kernel.formats.give_back.walk import Walk

WIDTH = 60
"""Of the new column, in characters."""


class Edit(NamedTuple):
    """The bytes from `start` to `end` give way to others."""

    start: int
    end: int
    put: bytes


@dataclass(frozen=True)
class Column:
    """The column of the reasons by line, and whether an earlier return added it."""

    number: int
    known: bool
    heading: str
    header_line: int
    reasons: Mapping[int, str]

    def cell(self, line: int, prefix: str, style: str = "") -> bytes | None:
        """What stands in a line; None where nothing has to."""
        if line == self.header_line:
            return None if self.known else text_cell(prefix, self.number, line, self.heading, style=style)
        reason = self.reasons.get(line)
        return None if reason is None else text_cell(prefix, self.number, line, reason, style=style, red=True)

    @property
    def lines(self) -> list[int]:
        """The lines that get a cell."""
        return sorted({*self.reasons, self.header_line})


class Span(NamedTuple):
    """An element: where it begins and ends, where its start tag ends, its attributes."""

    start: int
    opened: int
    end: int
    attributes: Mapping[str, str]


def edits_of(source: mmap, column: Column) -> list[Edit]:
    """The changes in the order of the file."""
    writer = _Writer(source, column)
    writer.run()
    return writer.edits


class _Writer(Walk):
    """One row at a time: what is at the column, and where a cell for it would go."""

    def __init__(self, source: mmap, column: Column) -> None:
        super().__init__(source)
        self.column, self.edits = column, list[Edit]()
        self.coming = column.lines
        self.depth = self.row_depth = 0
        self.line = self.at = 0
        self.row_prefix, self.cols = "", list[Span]()
        self.row: Span | None = None
        self.cell: Span | None = None
        self.gap: int | None = None
        """Where in the row a cell of the column goes, if not at its end."""
        self.has_cols = False

    def start(self, name: str, attributes: Mapping[str, str], offset: int) -> None:
        self.depth += 1
        if self.row is not None:
            if self.depth == self.row_depth + 1:
                self._start_in_row(name, attributes, offset)
        elif name == "row" and self.inside == "sheetData":
            self._start_row(attributes, offset)
        elif name == "dimension" or (name == "col" and self.inside == "cols"):
            self._start_head(name, attributes, offset)
        elif name == "cols":
            self.has_cols = True
        elif name == "sheetData" and not self.has_cols:
            self.edits.append(Edit(offset, offset, self._col("cols")))

    def end(self, name: str, offset: int) -> None:
        if self.row is not None:
            if self.depth == self.row_depth:
                self._end_row(offset)
            elif self.cell is not None and self.cell.end == 0 and self.depth == self.row_depth + 1:
                self.cell = self.cell._replace(end=self._end_of(self.cell, offset))
        elif name == "cols":
            self.edits += widths(self.source, self.cols, self.column, self._col(), offset)
        elif name == "sheetData":
            self._missing_rows(offset, None)
        self.depth -= 1

    def _start_head(self, name: str, attributes: Mapping[str, str], offset: int) -> None:
        opened = tag_end(self.source, offset)
        if name == "col":
            self.cols.append(Span(offset, opened, opened, attributes))
        else:
            tag = changed(self.source[offset:opened], {"ref": _wider(attributes.get("ref", ""), self.column)})
            self.edits.append(Edit(offset, opened, tag))

    def _col(self, around: str = "") -> bytes:
        p, number = self.prefix, self.column.number
        col = f'<{p}col min="{number}" max="{number}" width="{WIDTH}" customWidth="1"/>'
        return (f"<{p}{around}>{col}</{p}{around}>" if around else col).encode()

    def _start_row(self, attributes: Mapping[str, str], offset: int) -> None:
        self.line, self.at = int(attributes.get("r", self.line + 1)), 0
        self.row_prefix, self.row_depth = self.prefix, self.depth
        self._missing_rows(offset, self.line)
        self.row, self.cell, self.gap = Span(offset, tag_end(self.source, offset), 0, attributes), None, None

    def _start_in_row(self, name: str, attributes: Mapping[str, str], offset: int) -> None:
        if name == "c":
            self.at = column_of(attributes.get("r", ""), self.at + 1)
            if self.at == self.column.number:
                self.cell = Span(offset, tag_end(self.source, offset), 0, attributes)
        if self.gap is None and (name != "c" or self.at > self.column.number):
            self.gap = offset

    def _end_row(self, offset: int) -> None:
        row, cell = self.row, self.cell
        assert row is not None  # noqa: S101 - asked by the caller
        self.row = None
        style = cell.attributes.get("s", "") if cell else ""
        put = self.column.cell(self.line, self.row_prefix, style)
        if self.coming and self.coming[0] == self.line:
            self.coming.pop(0)
        if put is not None:
            self.edits += self._filled(row, cell, put, offset)
        elif cell is not None and self.column.known and self.line > self.column.header_line:
            blank = blank_cell(self.row_prefix, self.column.number, self.line, style)
            self.edits.append(Edit(cell.start, cell.end, blank))

    def _filled(self, row: Span, cell: Span | None, put: bytes, offset: int) -> Iterator[Edit]:
        tag = self.source[row.start : row.opened]
        spans = row.attributes.get("spans")
        wide = changed(tag, {"spans": _spanned(spans, self.column.number)}) if spans else tag
        if wide.endswith(b"/>"):
            yield Edit(row.start, row.opened, wide[:-2] + b">" + put + f"</{self.row_prefix}row>".encode())
            return
        if wide != tag:
            yield Edit(row.start, row.opened, wide)
        place = offset if self.gap is None else self.gap
        yield Edit(cell.start, cell.end, put) if cell else Edit(place, place, put)

    def _missing_rows(self, offset: int, before: int | None) -> None:
        """Rows that the file passes over, because nothing stands in them, get one of their own."""
        prefix = self.prefix if before is not None or not self.row_prefix else self.row_prefix
        while self.coming and (before is None or self.coming[0] < before):
            line = self.coming.pop(0)
            put = self.column.cell(line, prefix) or b""
            row = f'<{prefix}row r="{line}">'.encode() + put + f"</{prefix}row>".encode()
            self.edits.append(Edit(offset, offset, row))

    def _end_of(self, span: Span, offset: int) -> int:
        empty = self.source[span.opened - 2 : span.opened] == b"/>"
        return span.opened if empty else tag_end(self.source, offset)


def widths(source: mmap, cols: list[Span], column: Column, col: bytes, end: int) -> list[Edit]:
    """The column's own width among the others; one that covers it with others is split."""
    number = column.number
    for span in cols:
        first, last = int(span.attributes.get("min", 0)), int(span.attributes.get("max", 0))
        if last < number:
            continue
        if first > number:
            return [Edit(span.start, span.start, col)]
        if (first, last) == (number, number) and column.known and "hidden" not in span.attributes:
            return []
        # The tag may be closed in itself or by another: what comes before is closed here, what comes last as it was.
        tag = source[span.start : span.opened]
        closed = tag if tag.endswith(b"/>") else tag[:-1] + b"/>"
        left = changed(closed, {"max": str(number - 1)}) if first < number else b""
        right = changed(tag, {"min": str(number + 1)}) if last > number else b""
        if right or tag.endswith(b"/>"):
            return [Edit(span.start, span.opened, left + col + right)]
        return [Edit(span.start, span.opened, left + col[:-2] + b">")]
    return [Edit(end, end, col)]


def _wider(reference: str, column: Column) -> str:
    last, _first_line, last_line = ends_of(reference)
    if not last:
        return reference
    start = reference.split(":")[0]
    end = f"{letters_of(max(last, column.number))}{max([last_line, *column.lines])}"
    return f"{start}:{end}"


def _spanned(spans: str, number: int) -> str:
    """`1:6` or several such, so that they reach over the column."""
    ends = [int(end) for part in spans.split() for end in part.split(":") if end.isdigit()]
    return f"{min([*ends, number])}:{max([*ends, number])}"
