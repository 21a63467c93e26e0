"""Of a long workbook only the refused rows, in the layout of its sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.read_only import EmptyCell

from portal.kernel.formats.give_back.cells import ends_of
from portal.kernel.formats.give_back.edits import WIDTH
from portal.kernel.formats.give_back.layout import Layout, layout_of
from portal.kernel.formats.give_back.package import opened, sheet_part, tables_of
from portal.kernel.formats.give_back.xlsx_back import content_of, place_of
from portal.kernel.formats.writing.sheet import Sheet


def xlsx_refused(
    original: Path, out: Path, reasons: Mapping[int, str], sheet: str | None, header_line: int, heading: str
) -> None:
    """Writes a new workbook: the lines up to the headings and the refused rows, by value, with their looks and widths.

    Rows move up, so that formulas would mean something else: their last values stand in their place.
    """
    with opened(original) as archive:
        part = sheet_part(archive, sheet)
        with content_of(archive, part, out.parent) as source:
            layout = layout_of(source, header_line, tables_of(archive, part))
        column, _known = place_of(archive, layout, heading)
    book = load_workbook(original, read_only=True, data_only=True, keep_links=False)
    try:
        source_sheet = book[sheet] if sheet is not None else book.worksheets[0]
        source_sheet.reset_dimensions()
        _write(out, source_sheet, layout, column, _wanted(reasons, header_line, heading))
    finally:
        book.close()


def _wanted(reasons: Mapping[int, str], header_line: int, heading: str) -> dict[int, str | None]:
    """What stands in the column, by the lines that come back."""
    above: dict[int, str | None] = dict.fromkeys(range(1, header_line))
    return above | {header_line: heading} | dict(reasons)


def _write(out: Path, source: Any, layout: Layout, column: int, wanted: Mapping[int, str | None]) -> None:
    book = Workbook(write_only=True)
    made = book.create_sheet(source.title)
    target, header_line = Sheet(made), min(wanted, default=1)
    _lay_out(target, layout, column, wanted)
    looks = _Looks(made)
    for line, cells in _lines(source, max(wanted, default=header_line)):
        if line in wanted:
            kept = [looks.copied(cell) for cell in cells[: column - 1]]
            kept += [None] * (column - 1 - len(kept))
            reason = target.cell(wanted[line], "@", wide=line > header_line)
            made.append([*kept, reason, *(looks.copied(cell) for cell in cells[column:])])
    book.save(out)


def _lay_out(target: Sheet, layout: Layout, column: int, wanted: Mapping[int, str | None]) -> None:
    for given in layout.widths:
        if "width" in given:
            for number in range(int(given["min"]), min(int(given["max"]), column + 1) + 1):
                target.set_width(number, float(given["width"]))
    target.set_width(column, WIDTH)
    for merged in layout.merged:
        # Only what is merged above the rows: these stay where they are.
        if all(line in wanted and (wanted[line] is None or line == _header(wanted)) for line in _lines_of(merged)):
            target.sheet.merged_cells.add(merged)


def _header(wanted: Mapping[int, str | None]) -> int:
    return next(line for line in sorted(wanted) if wanted[line] is not None)


def _lines_of(merged: str) -> Sequence[int]:
    _column, first, last = ends_of(merged)
    return range(first, last + 1)


def _lines(source: Any, last: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """Each line with its cells; the sheet says of none how long it is."""
    yield from enumerate(source.iter_rows(max_row=last), start=1)


class _Looks:
    """Styles of the old workbook in the new one, each made once."""

    def __init__(self, sheet: Any) -> None:
        self.sheet, self.known = sheet, dict[object, Any]()

    def copied(self, cell: Any) -> Any:
        """A cell with its value, its type and its looks."""
        if isinstance(cell, EmptyCell):
            return None
        made = WriteOnlyCell(self.sheet, value=cell.value)
        if isinstance(cell.value, str) and cell.value:
            made.data_type = "e" if cell.data_type == "e" else "s"
        made._style = self._style(cell)
        return made

    def _style(self, cell: Any) -> Any:
        key = cell._style_id
        if key not in self.known:
            model = WriteOnlyCell(self.sheet)
            model.number_format = cell.number_format
            model.font, model.fill = copy(cell.font), copy(cell.fill)
            model.border, model.alignment = copy(cell.border), copy(cell.alignment)
            self.known[key] = model._style
        return self.known[key]
