"""Building blocks for the Word templates that come with the house: A4, 宋体 and 黑体, page x of y.

Each room's templates are written once by a script beside them (`templates/divisions/print/make_sheet.py`) and lie in
the checkout as files, so that anybody can open and change them in Word.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

SERIF, SANS, LATIN = "宋体", "黑体", "Times New Roman"
TEXT_MM = 165.0
"""Width of the text on A4 with the margins of the house."""
MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a document's properties know no zone
MIDDLE = WD_ALIGN_PARAGRAPH.CENTER


def new_document() -> Any:
    """An empty A4 document with the fonts of a Chinese office; the same bytes each time it is made."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(24), Mm(21)
    section.top_margin, section.bottom_margin = Mm(18), Mm(20)
    section.footer_distance = Mm(11)
    style = document.styles["Normal"]
    style.font.size = Pt(10)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.15
    _fonts(style.element.get_or_add_rPr(), SERIF)
    return document


def write(paragraph: Any, said: str, size: float = 10, *, sans: bool = False, bold: bool = False) -> Any:
    """Adds text to a paragraph in one piece, so that a tag is not torn; gives the paragraph back."""
    run = paragraph.add_run(said)
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor(0, 0, 0)
    _fonts(run._r.get_or_add_rPr(), SANS if sans else SERIF)
    return paragraph


def table(place: Any, widths_mm: Sequence[float], rows: Sequence[Sequence[str]], size: float = 9.5) -> Any:
    """A ruled table of labels and values in turn; a row with fewer cells gives its last one the rest of the width."""
    made = place.add_table(len(rows), len(widths_mm))
    made.style = "Table Grid"
    _widths(made, widths_mm)
    for row, cells in zip(made.rows, rows, strict=True):
        last = row.cells[len(cells) - 1]
        if len(cells) < len(widths_mm):
            last.merge(row.cells[-1])
        for index, said in enumerate(cells):
            _fill(row.cells[index], said, size, label=index % 2 == 0)
    return made


def unruled(place: Any, widths_mm: Sequence[float]) -> Any:
    """One row of cells without lines, to set things side by side."""
    made = place.add_table(1, len(widths_mm))
    _widths(made, widths_mm)
    return made.rows[0].cells


def headline(document: Any, left: str, right: str) -> None:
    """Two small texts at the ends of one line, with a rule under it."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_MM), WD_TAB_ALIGNMENT.RIGHT)
    write(paragraph, f"{left}\t", 9)
    write(paragraph, right, 9, sans=True)
    _rule_below(paragraph)


def footer(document: Any, left: str, pages: tuple[str, str, str]) -> None:
    """Left: who made it. Right: page x of y; `pages` are the words before, between and after the two numbers."""
    paragraph = document.sections[0].footer.paragraphs[0]
    # Word's own stops for the middle and the right of a wider page go first.
    paragraph.style = document.styles["Normal"]
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_MM), WD_TAB_ALIGNMENT.RIGHT)
    write(paragraph, f"{left}\t{pages[0]}", 8)
    _field(paragraph, "PAGE")
    write(paragraph, pages[1], 8)
    _field(paragraph, "NUMPAGES")
    write(paragraph, pages[2], 8)


def save(document: Any, path: Path) -> None:
    """Writes a document so that the same content is the same bytes, whenever it is made."""
    properties = document.core_properties
    properties.author = properties.title = properties.comments = ""
    properties.created = properties.modified = MADE
    written = io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(zipfile.ZipInfo(info.filename, MADE.timetuple()[:6]), source.read(info))


def _rule_below(paragraph: Any) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "2"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def _widths(made: Any, widths_mm: Sequence[float]) -> None:
    """Word goes by the cells, LibreOffice by the columns."""
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(made.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _fill(cell: Any, said: str, size: float, *, label: bool) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = write(cell.paragraphs[0], said, size - 0.5 if label else size, sans=label)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    if label:
        paragraph.alignment = MIDDLE
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "F3F3F1")):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _field(paragraph: Any, name: str) -> None:
    for kind in ("begin", name, "separate", "1", "end"):
        write(paragraph, "", 8).runs[-1]._r.append(_field_part(kind, name))


def _field_part(kind: str, name: str) -> Any:
    if kind == name:
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = f" {name} "
    elif kind == "1":
        part = OxmlElement("w:t")
        part.text = "1"
    else:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    return part


def _fonts(properties: Any, chinese: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{name}"), value)
