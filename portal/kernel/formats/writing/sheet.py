"""Cells of workbooks that are written row by row: texts that stay texts, styles made once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

MOST_IN_A_CELL = 32_767
"""Characters; Excel calls a file with more damaged."""


@contextmanager
def new_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook to be written row by row, saved at the end; after an error nothing of it stays in temporary files."""
    book = Workbook(write_only=True)
    try:
        yield book
        book.save(path)
    except BaseException:
        for sheet in book.worksheets:
            _drop(sheet)
        raise


def _drop(sheet: Any) -> None:
    """openpyxl keeps each sheet in a file of its own until all is saved, and forgets it when that never happens."""
    writer = sheet._writer
    if writer is None or sheet.closed:
        return
    with suppress(Exception):
        sheet.close()
    with suppress(OSError, ValueError):
        writer.cleanup()


class Sheet:
    """A sheet of a write-only workbook with the styles of its cells."""

    def __init__(self, sheet: Any) -> None:
        self.sheet, self._styles = sheet, dict[tuple[str, bool], Any]()

    def cell(self, value: object, form: str = "General", *, wide: bool = False) -> Any:
        """A cell in a number format; a text is a text, whatever it begins with. None for nothing. `wide` wraps."""
        if value is None or value == "":
            return None
        made: Any = WriteOnlyCell(self.sheet)
        made.value = _kept(value) if isinstance(value, str) else value
        if isinstance(value, str):
            # openpyxl takes "=…" for a formula and "#N/A" for an error.
            made.data_type = "s"
        made._style = self._style(form, wide)
        return made

    def set_width(self, column: int, width: float) -> None:
        """In characters; before the first row, where it stands in the file."""
        self.sheet.column_dimensions[get_column_letter(column)].width = width

    def _style(self, form: str, wide: bool) -> Any:
        if (form, wide) not in self._styles:
            model: Any = WriteOnlyCell(self.sheet)
            model.number_format = form
            model.alignment = Alignment(vertical="top", wrap_text=wide or None)
            self._styles[form, wide] = model._style
        return self._styles[form, wide]


def head(sheet: Sheet, words: str) -> Any:
    """A heading: bold, on a ground of its own."""
    cell = sheet.cell(words or " ")
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFE5EEF3")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def display_width(words: str) -> int:
    """How many narrow characters a text is wide; Chinese ones count double."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


def _kept(words: str) -> str:
    """What XML and Excel can hold of a text."""
    return ILLEGAL_CHARACTERS_RE.sub("", words)[:MOST_IN_A_CELL]
