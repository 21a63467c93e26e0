"""XLSX out: one typed table to work with and a page that says what it is. Nothing in it is a formula."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from portal.kernel.contracts.exporting import Column, ExportRow
from portal.kernel.contracts.fields import Kind
from portal.kernel.formats.formula_guard import runs
from portal.kernel.formats.writing.outgoing import Outgoing
from portal.kernel.formats.writing.sheet import Sheet, display_width, head, new_workbook
from portal.kernel.formats.writing.values import Plain, as_number, for_people, written
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate
from portal.kernel.i18n.words import say

EXACT_UP_TO = 10**15
"""Excel keeps 15 digits of a number; a longer one goes out as text."""

FIRST_YEAR = 1901
"""Spreadsheets disagree about the days of 1900 and know none before."""

WIDEST_HEADING = 60
WRAPPED_FROM = 30
"""Columns of at least so many characters break their lines."""

A4 = 9
"""As spreadsheets number the sizes of paper."""

_BAD_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")

TEXT, DAY, MOMENT, GENERAL, WHOLE = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "General", "0"


def write_xlsx(path: Path, outgoing: Outgoing) -> int:
    """Writes the list as a workbook, row by row, and gives the number of its rows.

    Days are days, numbers numbers, codes texts in the format @; a text that looks like a formula stays a text. The
    header is bold, frozen, repeated in print and carries the filter. The second sheet holds `about` and the count.
    """
    with new_workbook(path) as book:
        book.properties.title, book.properties.creator = outgoing.title, "Anjie"
        count = _table(book, outgoing)
        _about(book, outgoing, count)
    return count


def _table(book: Workbook, outgoing: Outgoing) -> int:
    made: Any = book.create_sheet(_BAD_IN_SHEET_NAMES.sub(" ", outgoing.title)[:31].strip("' ") or "Sheet1")
    sheet, heads = Sheet(made), [say(column.title, outgoing.locale) for column in outgoing.columns]
    _lay_out(sheet, outgoing.columns, heads)
    made.append([head(sheet, words) for words in heads])
    count = 0
    for row in outgoing.rows:
        made.append(_cells(sheet, outgoing, row))
        count += 1
    made.auto_filter.ref = f"A1:{get_column_letter(max(1, len(heads)))}{count + 1}"
    return count


def _lay_out(sheet: Sheet, columns: Sequence[Column], heads: Sequence[str]) -> None:
    for number, (column, words) in enumerate(zip(columns, heads, strict=True), start=1):
        # Three more for the arrow of the filter.
        sheet.set_width(number, max(column.width, min(WIDEST_HEADING, display_width(words) + 3)))
    made = sheet.sheet
    made.freeze_panes, made.print_title_rows = "A2", "1:1"
    made.page_setup.orientation, made.page_setup.paperSize, made.page_setup.fitToHeight = "landscape", A4, 0
    made.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _cells(sheet: Sheet, outgoing: Outgoing, row: ExportRow) -> list[Any]:
    locale = outgoing.locale
    return [_cell(sheet, column, for_people(row.values.get(column.key), locale)) for column in outgoing.columns]


def _cell(sheet: Sheet, column: Column, value: Plain) -> Any:
    if value is None:
        return None
    if column.kind is Kind.CODE:
        return sheet.cell(written(value), TEXT)
    if isinstance(value, dt.date) and value.year >= FIRST_YEAR:
        return sheet.cell(value, MOMENT if isinstance(value, dt.datetime) else DAY)
    number = as_number(value)
    if number is not None and abs(number) < EXACT_UP_TO:
        return sheet.cell(value, WHOLE if column.kind is Kind.INTEGER else GENERAL)
    words = written(value)
    # The text format keeps it a text when somebody edits the cell; elsewhere a formula would come to life.
    return sheet.cell(words, TEXT if runs(words) else GENERAL, wide=column.width >= WRAPPED_FROM)


def _about(book: Workbook, outgoing: Outgoing, count: int) -> None:
    made: Any = book.create_sheet("说明" if outgoing.chinese else "About")
    sheet = Sheet(made)
    sheet.set_width(1, 22)
    sheet.set_width(2, 80)
    for heading, said in (*outgoing.about, (translate(text("Rows"), outgoing.locale), count)):
        label = sheet.cell(heading)
        label.font = Font(bold=True)
        made.append([label, sheet.cell(said, TEXT if isinstance(said, str) else GENERAL, wide=True)])
