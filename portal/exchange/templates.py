"""An empty workbook for an importer: the headings it knows, a hint below each, and the words that may be chosen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from portal.exchange.proposals import POSITIONS
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.contracts.importing import Importer
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import pick, translate

HEADING = PatternFill("solid", fgColor="E5EEF3")
NEEDED = PatternFill("solid", fgColor="FDF2D9")
ROWS = 2000
"""Prepared with their formats and lists."""
FORMATS = {Kind.CODE: "@", Kind.TEXT: "@", Kind.DATE: "yyyy-mm-dd", Kind.CHOICE: "@", Kind.YES_NO: "@"}


def write_template(importer: Importer, folder: Path, on: dt.date) -> Path:
    """The workbook; its headings are those of the reader's language, and so go in without a question."""
    book = Workbook()
    book.remove(book.worksheets[0])
    titles = (importer.title, text("Words"), text("Notes"))
    sheet, words, notes = (book.create_sheet(translate(title)[:31]) for title in titles)
    fields = (*importer.fields, *_positions(importer))
    for number, one in enumerate(fields, start=1):
        _head(sheet, number, one)
        _format(book, sheet, words, number, one, on)
    sheet.freeze_panes = "A2"
    _explain(notes, fields)
    path = folder / "template.xlsx"
    book.save(path)
    return path


def _positions(importer: Importer) -> tuple[Field, ...]:
    return POSITIONS if importer.shape is not None and "point" in importer.shape.kinds else ()


def _head(sheet: Worksheet, number: int, one: Field) -> None:
    cell = sheet.cell(1, number, translate(one.title))
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    cell.fill = NEEDED if one.required else HEADING
    sheet.column_dimensions[get_column_letter(number)].width = max(12, 2.2 * len(translate(one.title)))


def _format(book: Workbook, sheet: Worksheet, words: Worksheet, number: int, one: Field, on: dt.date) -> None:
    letter = get_column_letter(number)
    if one.kind in FORMATS:
        sheet.column_dimensions[letter].number_format = FORMATS[one.kind]
        for row in range(2, ROWS + 2):
            sheet.cell(row, number).number_format = FORMATS[one.kind]
    if one.choices is None:
        return
    offered = [_word(name) for name in one.choices(on).values()]
    for row, word in enumerate([translate(one.title), *offered], start=1):
        words.cell(row, number, word)
    name = f"words_{number}"
    place = f"'{words.title}'!${letter}$2:${letter}${len(offered) + 1}"
    book.defined_names[name] = DefinedName(name, attr_text=place)
    validation = DataValidation(type="list", formula1=f"={name}", allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(validation)
    validation.add(f"{letter}2:{letter}{ROWS + 1}")


def _explain(notes: Worksheet, fields: tuple[Field, ...]) -> None:
    notes.append([translate(text("Column")), translate(text("Needed")), translate(text("What to write"))])
    for one in fields:
        needed = translate(text("yes")) if one.required else ""
        notes.append([translate(one.title), needed, translate(one.hint) if one.hint else ""])
    for letter, width in (("A", 24), ("B", 8), ("C", 80)):
        notes.column_dimensions[letter].width = width


def _word(name: object) -> str:
    return translate(name) if isinstance(name, Text | str) else pick(name)
