"""Writes `map.docx` and `map.en.docx` beside this file: the Word form of `map.html`.

Run it after a change here: `.venv/bin/python templates/divisions/print/make_map.py`
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt

from portal.kernel.formats.docx_paper import drafting
from portal.kernel.formats.docx_paper.drafting import MIDDLE, write

HERE = Path(__file__).parent

CHINESE = {
    "file": "map.docx",
    "number": "编号：",
    "as_of": "（截至 {{ at }}）",
    "source": "资料来源：{{ source }}",
    "no_map": "该日没有已公布界线的本级区划。",
    "scan": "扫码打开记录",
    "made": "{{ made_at }} 由 {{ made_by }} 制作",
    "pages": ("第 ", " 页 共 ", " 页"),
}
ENGLISH = {
    "file": "map.en.docx",
    "number": "No. ",
    "as_of": "As of {{ at }}",
    "source": "Source: {{ source }}",
    "no_map": "No division of this level has a published outline on this day.",
    "scan": "Scan to open the record",
    "made": "Made on {{ made_at }} by {{ made_by }}",
    "pages": ("Page ", " of ", ""),
}
COUNTED = "{{% for row in {name} %}}{{{{ row.name }}}} {{{{ row.count }}}}  {{% endfor %}}"


def make(words: dict[str, Any], folder: Path = HERE) -> None:
    """One template in one language."""
    document = drafting.new_document()
    _turn(document)
    _head(document, words)
    figure = document.add_paragraph()
    write(figure, f"{{% if map %}}{{{{ map }}}}{{% else %}}{words['no_map']}{{% endif %}}").alignment = MIDDLE
    for said in ("{{ approval }}", COUNTED.format(name="kinds"), COUNTED.format(name="qualities"), words["source"]):
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(1)
        write(line, said, 8.5)
    _foot(document, words)
    drafting.footer(document, words["made"], words["pages"])
    drafting.save(document, folder / words["file"])


def _turn(document: Any) -> None:
    """A4 across, with narrow margins."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(14)
    section.top_margin, section.bottom_margin = Mm(10), Mm(13)


def _head(document: Any, words: dict[str, Any]) -> None:
    number = f"{{% if number %}}{words['number']}{{{{ number }}}}{{% endif %}}"
    title = document.add_paragraph()
    title.paragraph_format.space_after = Pt(1)
    write(title, f"{{{{ title }}}}{words['as_of']} {number}", 14, bold=True).alignment = MIDDLE


def _foot(document: Any, words: dict[str, Any]) -> None:
    """Notices and the address on the left, the code on the right."""
    left, right = drafting.unruled(document, (230.0, 30.0))
    write(left.paragraphs[0], "{%p for row in notices %}", 8)
    write(left.add_paragraph(), "{{ row.said }}", 8)
    write(left.add_paragraph(), "{%p endfor %}", 8)
    write(left.add_paragraph(), "{{ address }}", 7)
    write(right.paragraphs[0], "{{ qr }}", 7).alignment = MIDDLE
    write(right.add_paragraph(), words["scan"], 7).alignment = MIDDLE


if __name__ == "__main__":
    for language in (CHINESE, ENGLISH):
        make(language)
