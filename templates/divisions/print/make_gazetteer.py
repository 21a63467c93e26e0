"""Writes `gazetteer.docx` and `gazetteer.en.docx` beside this file: the Word form of `gazetteer.html`.

Run it after a change here: `.venv/bin/python templates/divisions/print/make_gazetteer.py`
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from portal.kernel.formats.docx_paper import drafting
from portal.kernel.formats.docx_paper.drafting import MIDDLE, write

HERE = Path(__file__).parent

CHINESE = {
    "file": "gazetteer.docx",
    "number": "编号：",
    "as_of": "（截至 {{ at }}）",
    "running": "资料来源：{{ source }}　　{{ title }}，截至 {{ at }}",
    "contents": "目录",
    "chapters": ["全区及各街镇", "各街镇及居村委会", "政区大典条目", "本年度变更", "变更索引", "资料来源"],
    "headings": {
        "name": "名称",
        "kind": "类别",
        "pinyin": "汉语拼音",
        "code_mca": "民政代码",
        "code_nbs": "统计代码",
        "seat": "驻地",
        "postcode": "邮政编码",
        "dialling_code": "长途区号",
        "phone": "电话",
        "area": "面积（km²）",
        "registered_population": "户籍人口",
        "resident_population": "常住人口",
        "migrant_population": "外来人口",
        "residents_committees": "居委会",
        "villagers_committees": "村委会",
        "day": "日期",
        "said": "变更内容",
        "document": "文件",
        "what": "变更",
    },
    "counts": "居委会、村委会数为截至日登记在册数；填报数不一致的，以方括号附后。圆括号内年份表示所用为该年数值。",
    "colon": "：",
    "made": "{{ made_at }} 由 {{ made_by }} 制作",
    "pages": ("第 ", " 页 共 ", " 页"),
}
ENGLISH = {
    "file": "gazetteer.en.docx",
    "number": "No. ",
    "as_of": "As of {{ at }}",
    "running": "Source: {{ source }}    {{ title }}, as of {{ at }}",
    "contents": "Contents",
    "chapters": [
        *("The district and its towns", "Towns and their committees", "Text entries"),
        *("Changes of the year", "Index of changes", "Sources"),
    ],
    "headings": {
        "name": "Name",
        "kind": "Kind",
        "pinyin": "Pinyin",
        "code_mca": "Civil-affairs code",
        "code_nbs": "Statistical code",
        "seat": "Seat",
        "postcode": "Postcode",
        "dialling_code": "Dialling code",
        "phone": "Phone",
        "area": "Area (km²)",
        "registered_population": "Registered population",
        "resident_population": "Resident population",
        "migrant_population": "Migrant population",
        "residents_committees": "Residents' committees",
        "villagers_committees": "Villagers' committees",
        "day": "Day",
        "said": "What happened",
        "document": "Document",
        "what": "What happened",
    },
    "counts": "Counts of committees are those on record on the day; an entered number that is another stands in square"
    " brackets. A year in round brackets: the last value known.",
    "colon": ": ",
    "made": "Made on {{ made_at }} by {{ made_by }}",
    "pages": ("Page ", " of ", ""),
}
UNIT_COLUMNS = {
    "name": 27,
    "kind": 18,
    "pinyin": 30,
    "code_mca": 21,
    "code_nbs": 25,
    "seat": 36,
    "postcode": 16,
    "phone": 22,
    "area": 15,
    "registered_population": 17,
    "resident_population": 17,
    "migrant_population": 17,
}
TOWN_COLUMNS = {
    "name": 22,
    "kind": 15,
    "pinyin": 26,
    "code_mca": 20,
    "code_nbs": 24,
    "seat": 26,
    "postcode": 15,
    "dialling_code": 13,
    "phone": 20,
    "area": 13,
    "registered_population": 16,
    "resident_population": 16,
    "migrant_population": 16,
    "residents_committees": 11,
    "villagers_committees": 8,
}
FIGURES = ("area", "registered_population", "resident_population", "migrant_population")


def make(words: dict[str, Any], folder: Path = HERE) -> None:
    """One template in one language."""
    document = drafting.new_document()
    _lay_out(document, words)
    _first_page(document, words)
    titles = iter(words["chapters"])
    _chapter(document, next(titles))
    _table(document, words, "towns", TOWN_COLUMNS)
    write(document.add_paragraph(), words["counts"], 8)
    _chapter(document, next(titles))
    _table(document, words, "units", UNIT_COLUMNS, heads=True)
    _chapter(document, next(titles))
    _entries(document)
    _chapter(document, next(titles))
    _table(document, words, "changes", {"day": 45, "said": 136, "document": 80})
    _chapter(document, next(titles))
    _table(document, words, "index", {"name": 70, "what": 60, "day": 51, "document": 80})
    _chapter(document, next(titles), new_page=False)
    _loop(document, "sources", "{{ row.said }}")
    _foot(document, words)
    drafting.save(document, folder / words["file"])


def _lay_out(document: Any, words: dict[str, Any]) -> None:
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(18)
    section.header_distance = Mm(9)
    write(section.header.paragraphs[0], words["running"], 8)
    drafting.footer(document, words["made"], words["pages"])
    stops = section.footer.paragraphs[0].paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Mm(261), WD_TAB_ALIGNMENT.RIGHT)
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    document.settings.element.append(update)


def _first_page(document: Any, words: dict[str, Any]) -> None:
    number = f"{{% if number %}}{words['number']}{{{{ number }}}}{{% endif %}}"
    drafting.headline(document, "{{ issuer }}", number)
    title = document.add_paragraph()
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(24), Pt(4)
    write(title, "{{ title }}", 22, bold=True).alignment = MIDDLE
    write(document.add_paragraph(), words["as_of"], 11).alignment = MIDDLE
    heading = document.add_paragraph()
    heading.paragraph_format.space_before = Pt(16)
    write(heading, words["contents"], 12, sans=True, bold=True)
    _contents(document)


def _contents(document: Any) -> None:
    """A real field; Word fills in page numbers when it opens the document, until then the titles stand there."""
    begin = document.add_paragraph()
    _field_part(begin, "begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = ' TOC \\o "1-2" \\h \\z \\u '
    begin.add_run()._r.append(instruction)
    _field_part(begin, "separate")
    _loop(document, "contents", "{% if row.level == '2' %}    {% endif %}{{ row.title }}")
    _field_part(document.add_paragraph(), "end")


def _field_part(paragraph: Any, kind: str) -> None:
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(part)


def _chapter(document: Any, title: str, *, new_page: bool = True) -> None:
    heading = document.add_paragraph(style="Heading 1")
    heading.paragraph_format.page_break_before = new_page
    write(heading, title, 15, sans=True, bold=True)


def _table(document: Any, words: dict[str, Any], rows: str, columns: dict[str, int], *, heads: bool = False) -> None:
    """A heading that is repeated on each page and one row for each of the list; with `heads` rows of a title alone."""
    body: list[str | list[str]] = [[f"{{{{ row.{key} }}}}" for key in columns]]
    if heads:
        body = ["{%tr if row.head %}", "HEAD", "{%tr else %}", *body, "{%tr endif %}"]
    said = [[words["headings"][key] for key in columns], f"{{%tr for row in {rows} %}}", *body, "{%tr endfor %}"]
    made = document.add_table(len(said), len(columns))
    made.style, made.autofit = "Table Grid", False
    for column, width in zip(made.columns, columns.values(), strict=True):
        column.width = Mm(width)
    for row, cells in zip(made.rows, said, strict=True):
        _row(row, cells, list(columns), list(columns.values()))
    repeated = OxmlElement("w:tblHeader")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)


def _row(row: Any, said: str | list[str], keys: Sequence[str], widths: Sequence[int]) -> None:
    if said == "HEAD":
        merged = row.cells[0].merge(row.cells[-1])
        merged.paragraphs[0].style = "Heading 2"
        write(merged.paragraphs[0], "{{ row.head }}", 10, sans=True, bold=True)
        return
    if isinstance(said, str):
        write(row.cells[0].paragraphs[0], said, 7.5)
        return
    for cell, words, key, width in zip(row.cells, said, keys, widths, strict=True):
        cell.width = Mm(width)
        write(cell.paragraphs[0], words, 7.5, sans=not words.startswith("{"))
        if key in FIGURES and words.startswith("{"):
            cell.paragraphs[0].alignment = 2


def _entries(document: Any) -> None:
    write(document.add_paragraph(), "{%p for row in entries %}")
    for kind, style, size in (("unit", "Heading 2", 12.0), ("section", "Heading 3", 10.5)):
        write(document.add_paragraph(), f"{{%p if row.kind == '{kind}' %}}")
        write(document.add_paragraph(style=style), "{{ row.said }}", size, sans=True, bold=True)
        write(document.add_paragraph(), "{%p endif %}")
    write(document.add_paragraph(), "{%p if row.kind == 'text' or row.kind == 'source' %}")
    write(document.add_paragraph(), "{{ row.said }}", 10)
    write(document.add_paragraph(), "{%p endif %}")
    write(document.add_paragraph(), "{%p endfor %}")


def _loop(document: Any, rows: str, said: str) -> None:
    write(document.add_paragraph(), f"{{%p for row in {rows} %}}")
    write(document.add_paragraph(), said, 9.5)
    write(document.add_paragraph(), "{%p endfor %}")


def _foot(document: Any, words: dict[str, Any]) -> None:
    left, right = drafting.unruled(document, (220.0, 38.0))
    write(left.paragraphs[0], "{%p for row in notices %}", 8.5)
    write(left.add_paragraph(), "{{ row.said }}", 8.5)
    write(left.add_paragraph(), "{%p endfor %}", 8.5)
    signed = left.add_paragraph()
    signed.paragraph_format.space_before = signed.paragraph_format.space_after = Pt(7)
    line = f"{{% for row in signatures %}}{{{{ row.role }}}}{words['colon']}__________  {{% endfor %}}"
    write(signed, line, 9.5)
    write(left.add_paragraph(), "{{ address }}", 7)
    write(right.paragraphs[0], "{{ qr }}", 7).alignment = MIDDLE


if __name__ == "__main__":
    for language in (CHINESE, ENGLISH):
        make(language)
