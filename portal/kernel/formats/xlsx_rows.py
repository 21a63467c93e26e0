"""Workbooks to rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from portal.kernel.formats.archive import Archive, open_archive
from portal.kernel.formats.limits import LIMITS, Limits
from portal.kernel.formats.probe import FileKind
from portal.kernel.formats.reading import Head, Reading, ReadRow, Wish
from portal.kernel.formats.rows import FileRefused, check_file
from portal.kernel.formats.table.headings import Layout, find_layout, take_sample
from portal.kernel.formats.table.records import Merge, Record, column_letters
from portal.kernel.formats.table.rows import TableRows
from portal.kernel.formats.xlsx.filling import downwards, filled_down, told
from portal.kernel.formats.xlsx.frame import Frame, read_frame
from portal.kernel.formats.xlsx.sheet import Pools, sheet_records
from portal.kernel.formats.xlsx.strings import read_strings
from portal.kernel.formats.xlsx.styles import read_formats
from portal.kernel.formats.xlsx.workbook import Sheet, Workbook, read_workbook
from portal.kernel.i18n.text import Text, text


def read_xlsx_rows(path: Path, wish: Wish, limits: Limits = LIMITS, name: str | None = None) -> Reading:
    """One sheet of a workbook as rows: the wished one, else the first visible one that has headings.

    Cells are texts as a person would type them: days 2026-05-31, months 2026-05, shares 85%, codes with the zeros of
    their format, formulas by the value that was saved. Headings of several lines become “upper / lower”; cells merged
    over rows say the same in each. Titles, totals and remarks are left out and noted, hidden rows and columns read
    and noted. A workbook says nothing of its coordinate system.

    Rows may bring cell.error, cell.formula_without_value, cell.excel_number, cell.too_long, cell.no_character. Raises
    `FileRefused` at once or while rows are read.
    """
    label = name or path.name
    check_file(path, limits.file_bytes, name=label)
    with ExitStack() as stack:
        archive = stack.enter_context(open_archive(path, label, limits))
        book = read_workbook(archive)
        opened = _opened(archive, book, wish)
        made = TableRows(opened.layout, limits, label, exact=False)
        reading = Reading(_head(book, opened), iter(()), made.told)
        reading.rows = _rows(made, opened, stack.pop_all())
    return reading


@dataclass(frozen=True)
class _Opened:
    """A sheet with its headings found and its rows waiting."""

    sheet: Sheet
    frame: Frame
    layout: Layout
    records: Iterator[Record]

    def notes(self) -> Iterator[Text]:
        """What is to be said of the sheet as a whole."""
        yield from self.layout.notes
        yield from told(self._downwards())
        hidden = sorted(self.frame.hidden.intersection(self.layout.places))
        if hidden:
            columns = ", ".join(column_letters(number) for number in hidden)
            yield text("Hidden columns are read too: %(columns)s.", columns=columns)

    def rows(self) -> Iterator[Record]:
        """The lines below the headings, merged cells filled down."""
        below = (record for record in self.records if record.line >= self.layout.first_line)
        return filled_down(below, self._downwards())

    def _downwards(self) -> list[Merge]:
        return downwards(self.frame.merges, self.layout.first_line, self.layout.width)


def _rows(made: TableRows, opened: _Opened, stack: ExitStack) -> Iterator[ReadRow]:
    with stack:
        yield from made.rows(opened.rows())


def _head(book: Workbook, opened: _Opened) -> Head:
    return Head(
        kind=FileKind.XLSX.value,
        columns=opened.layout.columns,
        parts=tuple(sheet.name for sheet in book.sheets),
        part=opened.sheet.name,
        header_line=opened.layout.header_line,
        notes=tuple(opened.notes()),
    )


def _opened(archive: Archive, book: Workbook, wish: Wish) -> _Opened:
    """The sheet to read: a cover with one line of words is none. When none has headings, the first is refused."""
    pools = Pools(read_strings(archive, book.strings), read_formats(archive, book.styles), book.since_1904)
    refused: FileRefused | None = None
    narrow: _Opened | None = None
    for sheet in _candidates(book, wish, archive.name):
        try:
            opened = _opened_sheet(archive, sheet, pools, wish)
        except FileRefused as error:
            if error.code != "file.no_header":
                raise
            refused = refused or error
            continue
        if len(opened.layout.columns) > 1:
            return opened
        narrow = narrow or opened
    if narrow is not None:
        return narrow
    raise refused or FileRefused(text("%(file)s holds no worksheet.", file=archive.name), "file.no_sheet")


def _candidates(book: Workbook, wish: Wish, name: str) -> list[Sheet]:
    if wish.sheet is None:
        return sorted(book.sheets, key=lambda sheet: sheet.hidden)
    sheet = book.sheet(wish.sheet)
    if sheet is None:
        sentence = text(
            "%(file)s has no sheet “%(sheet)s”; it has: %(sheets)s.",
            file=name,
            sheet=wish.sheet[:50],
            sheets=", ".join(one.name for one in book.sheets)[:500],
        )
        raise FileRefused(sentence, "file.no_sheet")
    return [sheet]


def _opened_sheet(archive: Archive, sheet: Sheet, pools: Pools, wish: Wish) -> _Opened:
    frame = read_frame(archive, sheet.part)
    records = sheet_records(archive, sheet.part, pools)
    sample = take_sample(records, wish.header_row)
    layout = find_layout(sample, frame.merges, wish.header_row, archive.limits, archive.name)
    return _Opened(sheet, frame, layout, chain(sample, records))
