"""Writes `sheet.docx` and `sheet.en.docx` beside this file: the Word form of `sheet.html`.

Run it after a change here: `.venv/bin/python templates/divisions/print/make_sheet.py`
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx.shared import Pt

from portal.kernel.formats.docx_paper import drafting
from portal.kernel.formats.docx_paper.drafting import MIDDLE, write

HERE = Path(__file__).parent

CHINESE = {
    "file": "sheet.docx",
    "widths_mm": (23.0, 59.5),
    "number": "编号：",
    "as_of": "（截至 {{ at }}）",
    "labels": [
        *("名称", "类别", "隶属", "英文名称", "代码", "驻地", "邮政编码", "电话", "人口"),
        *("椭球面积", "现状起止", "边界", "下级区划", "资料来源"),
    ],
    "no_map": "该区划的界线未知，故无地图。",
    "scan": "扫码打开记录",
    "colon": "：",
    "made": "{{ made_at }} 由 {{ made_by }} 制作",
    "pages": ("第 ", " 页 共 ", " 页"),
}
ENGLISH = {
    "file": "sheet.en.docx",
    "widths_mm": (30.0, 52.5),
    "number": "No. ",
    "as_of": "As of {{ at }}",
    "labels": [
        *("Name", "Kind", "Lies in", "Name in English", "Codes", "Seat", "Postcode", "Phone", "Population"),
        *("Area (ellipsoid)", "State in force", "Boundary", "Divisions below", "Source"),
    ],
    "no_map": "No outline of this division is known, so there is no map of it.",
    "scan": "Scan to open the record",
    "colon": ": ",
    "made": "Made on {{ made_at }} by {{ made_by }}",
    "pages": ("Page ", " of ", ""),
}
FIELDS = (
    *("name", "kind", "parents", "name_en", "codes", "seat", "postcode", "phone", "population"),
    *("area", "span", "quality", "children", "source"),
)
ROWS = ((0, 1), (2, 3), (4,), (5,), (6, 7), (8, 9), (10, 11), (12,), (13,))


def make(words: dict[str, Any], folder: Path = HERE) -> None:
    """One template in one language."""
    document = drafting.new_document()
    _head(document, words)
    rows = [[cell for index in row for cell in (words["labels"][index], _tag(FIELDS[index]))] for row in ROWS]
    label, value = words["widths_mm"]
    drafting.table(document, (label, value, label, value), rows)
    _figure(document, words)
    _foot(document, words)
    drafting.footer(document, words["made"], words["pages"])
    drafting.save(document, folder / words["file"])


def _tag(name: str) -> str:
    return f"{{{{ {name} }}}}"


def _head(document: Any, words: dict[str, Any]) -> None:
    number = f"{{% if number %}}{words['number']}{{{{ number }}}}{{% endif %}}"
    drafting.headline(document, "{{ issuer }}", number)
    title = document.add_paragraph()
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(10), Pt(2)
    write(title, "{{ title }}", 18, bold=True).alignment = MIDDLE
    lead = document.add_paragraph()
    lead.paragraph_format.space_after = Pt(8)
    write(lead, words["as_of"], 9.5).alignment = MIDDLE


def _figure(document: Any, words: dict[str, Any]) -> None:
    figure = document.add_paragraph()
    figure.paragraph_format.space_before = figure.paragraph_format.space_after = Pt(8)
    write(figure, f"{{% if map %}}{{{{ map }}}}{{% else %}}{words['no_map']}{{% endif %}}").alignment = MIDDLE


def _foot(document: Any, words: dict[str, Any]) -> None:
    """Notices, signatures and the address on the left, the code on the right."""
    left, right = drafting.unruled(document, (137.0, 28.0))
    write(left.paragraphs[0], "{%p for row in notices %}", 8.5)
    write(left.add_paragraph(), "{{ row.said }}", 8.5)
    write(left.add_paragraph(), "{%p endfor %}", 8.5)
    signed = left.add_paragraph()
    signed.paragraph_format.space_before = signed.paragraph_format.space_after = Pt(7)
    line = f"{{% for row in signatures %}}{{{{ row.role }}}}{words['colon']}__________  {{% endfor %}}"
    write(signed, line, 9.5)
    write(left.add_paragraph(), "{{ address }}", 7)
    write(right.paragraphs[0], "{{ qr }}", 7).alignment = MIDDLE
    write(right.add_paragraph(), words["scan"], 7).alignment = MIDDLE


if __name__ == "__main__":
    for language in (CHINESE, ENGLISH):
        make(language)
