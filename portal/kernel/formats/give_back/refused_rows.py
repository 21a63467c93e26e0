"""Of a long workbook only the refused rows, in the layout of its sheet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.read_only import EmptyCell

from portal.kernel.formats.give_back.cells import ends_of
from portal.kernel.formats.give_back.dropping import dropped
from portal.kernel.formats.give_back.edits import WIDTH
from portal.kernel.formats.give_back.layout import Layout, layout_of
from portal.kernel.formats.give_back.package import copied, opened, sheet_part, tables_of
from portal.kernel.formats.give_back.xlsx_back import content_of, place_of, spliced
from portal.kernel.formats.writing.sheet import Sheet, new_workbook


@dataclass(frozen=True)
class _Wanted:
    """Which lines come back, and what stands in the column of the reasons."""

    column: int
    header_line: int
    heading: str
    reasons: Mapping[int, str]

    @property
    def last(self) -> int:
        return max([self.header_line, *self.reasons])

    def holds(self, line: int) -> bool:
        return line <= self.header_line or line in self.reasons

    def words(self, line: int) -> str | None:
        return self.heading if line == self.header_line else self.reasons.get(line)


def xlsx_refused(
    original: Path, out: Path, reasons: Mapping[int, str], sheet: str | None, header_line: int, heading: str
) -> None:
    """Writes a new workbook: the lines up to the headings and the refused rows, by value, with their looks and widths.

    Rows move up, so that formulas would mean something else: their last values stand in their place.
    """
    with tempfile.TemporaryDirectory(prefix="anjie-back-", dir=out.parent) as folder:
        short = Path(folder) / "short.xlsx"
        with opened(original) as archive:
            layout, wanted = _shortened(archive, short, sheet, _Wanted(0, header_line, heading, reasons))
        book = load_workbook(short, read_only=True, data_only=True, keep_links=False)
        try:
            source: Any = book[sheet] if sheet is not None else book.worksheets[0]
            # What the file says of its own size may be wrong.
            source.reset_dimensions()
            _write(out, source, layout, wanted)
        finally:
            book.close()


def _shortened(archive: ZipFile, short: Path, sheet: str | None, wanted: _Wanted) -> tuple[Layout, _Wanted]:
    """Writes the workbook without the rows that stay away, each other one on its own line: reading cells is slow."""
    part = sheet_part(archive, sheet)
    with content_of(archive, part, short.parent) as source:
        layout = layout_of(source, wanted.header_line, tables_of(archive, part))
        copied(archive, short, part, spliced(source, dropped(source, wanted.holds)))
    column, _known = place_of(archive, layout, wanted.heading)
    return layout, replace(wanted, column=column)


def _write(out: Path, source: Any, layout: Layout, wanted: _Wanted) -> None:
    with new_workbook(out) as book:
        made: Any = book.create_sheet(source.title)
        sheet, looks = Sheet(made), _Looks(made)
        _lay_out(sheet, layout, wanted)
        for line, cells in _lines(source, wanted.last):
            if wanted.holds(line):
                reason = sheet.cell(wanted.words(line), "@", wide=line > wanted.header_line)
                made.append(_row([looks.copied(cell) for cell in cells], reason, wanted.column))


def _lines(source: Any, last: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """Each line with its cells, empty ones too where the sheet ends before the last."""
    line = 0
    for line, cells in enumerate(source.iter_rows(max_row=last), start=1):
        yield line, cells
    yield from ((further, ()) for further in range(line + 1, last + 1))


def _row(cells: Sequence[Any], reason: Any, column: int) -> list[Any]:
    """The cells with the reason in its place, which may lie beyond the last of them."""
    before = [*cells[: column - 1], *([None] * (column - 1 - len(cells)))]
    return [*before, reason, *cells[column:]]


def _lay_out(sheet: Sheet, layout: Layout, wanted: _Wanted) -> None:
    for given in layout.widths:
        for number in range(int(given["min"]), min(int(given["max"]), wanted.column) + 1):
            sheet.set_width(number, float(given.get("width", 9)))
    sheet.set_width(wanted.column, WIDTH)
    for merged in layout.merged:
        # The lines up to the headings stay where they are; what is merged below would be elsewhere.
        if ends_of(merged)[2] <= wanted.header_line:
            sheet.sheet.merged_cells.add(merged)


class _Looks:
    """Styles of the old workbook in the new one, each made once."""

    def __init__(self, sheet: Any) -> None:
        self.sheet, self.known = sheet, dict[object, Any]()

    def copied(self, cell: Any) -> Any:
        """A cell with its value, its type and its looks."""
        if isinstance(cell, EmptyCell):
            return None
        made: Any = WriteOnlyCell(self.sheet, value=cell.value)
        if isinstance(cell.value, str) and cell.value:
            made.data_type = "e" if cell.data_type == "e" else "s"
        made._style = self._style(cell)
        return made

    def _style(self, cell: Any) -> Any:
        key = cell._style_id
        if key not in self.known:
            model: Any = WriteOnlyCell(self.sheet)
            model.number_format = cell.number_format
            model.font, model.fill = copy(cell.font), copy(cell.fill)
            model.border, model.alignment = copy(cell.border), copy(cell.alignment)
            self.known[key] = model._style
        return self.known[key]
