import datetime as dt

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.reading import REASON_HEADING, Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.xlsx_rows import read_xlsx_rows
from tests.kernel.formats.workbooks import HEADER, sheet, workbook

MORNING = dt.datetime.fromisoformat("2026-05-31 08:30")


@pytest.fixture
def read(tmp_path):
    """Reads a workbook given as openpyxl's or as bytes: the reading, and its rows."""

    def _read(book, limits=None, **wish):
        path = tmp_path / "given.xlsx"
        if isinstance(book, bytes):
            path.write_bytes(book)
        else:
            book.save(path)
        reading = read_xlsx_rows(path, Wish(**wish), limits or Limits())
        return reading, list(reading.rows)

    return _read


def _book(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def _values(rows):
    return [tuple(row.values.values()) for row in rows]


def _codes(rows):
    return [(row.line, found.column, found.problem.code) for row in rows for found in row.problems]


def _said(reading):
    return [str(note) for note in (*reading.head.notes, *reading.late_notes)]


def test_a_plain_sheet(read):
    reading, rows = read(_book(["名称", "人数", "启用"], ["一中", 20, dt.date(2026, 5, 31)], ["二中", 3.5, None]))
    head = reading.head
    assert (head.kind, head.columns, head.parts, head.part) == ("xlsx", ("名称", "人数", "启用"), ("Sheet",), "Sheet")
    assert (head.header_line, head.encoding, head.has_geometry) == (1, "", False)
    assert _values(rows) == [("一中", "20", "2026-05-31"), ("二中", "3.5", None)]
    assert [(row.number, row.line) for row in rows] == [(1, 2), (2, 3)]
    assert (_said(reading), _codes(rows)) == ([], [])


def test_values_are_what_a_person_would_type(read):
    book = _book(["a", "b", "c", "d", "e", "f"])
    book.active.append([True, 0.1 + 0.2, 1e-7, 310107005012, MORNING, dt.time(8, 30)])
    assert _values(read(book)[1]) == [("TRUE", "0.3", "0.0000001", "310107005012", "2026-05-31 08:30", "08:30")]


def test_numbers_are_shown_as_their_format_says(read):
    book = _book(["a", "b", "c", "d"], [12, 0.85, 46143, 20])
    for cell, form in zip(book.active[2], ["000000", "0.0%", 'yyyy"年"m"月"', '0"床"'], strict=True):
        cell.number_format = form
    assert _values(read(book)[1]) == [("000012", "85%", "2026-05", "20")]


def test_the_calendar_of_1904(read):
    book = _book(["a", "b"], ["x", dt.date(2026, 5, 31)])
    book.epoch = CALENDAR_MAC_1904
    assert _values(read(book)[1]) == [("x", "2026-05-31")]


def test_titles_and_headings_of_two_lines(read):
    book = _book(
        ["普陀区避难场所一览表"],
        ["填报单位：民政局", None, None, None, "单位：人"],
        ["街道", "名称", "容量", None, "备注"],
        [None, None, "床位", "人数", None],
        ["甲", "乙", 1, 2, 3],
        ["曹杨", "一中", 20, 30, None],
    )
    for merged in ("A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4"):
        book.active.merge_cells(merged)
    reading, rows = read(book)
    assert reading.head.columns == ("街道", "名称", "容量 / 床位", "容量 / 人数", "备注")
    assert (reading.head.header_line, [row.line for row in rows]) == (4, [6])
    assert _said(reading) == [
        "What stands above the headings in line 3 is not read: “普陀区避难场所一览表”.",
        "Line 5 numbers the columns and is not read as a row.",
    ]
    assert read(book, header_row=4)[0].head.columns == reading.head.columns
    assert read(book, header_row=3)[0].head.columns == ("街道", "名称", "容量", "容量 (2)", "备注")


def test_headings_divided_below_without_merging_downwards(read):
    book = _book(["基本情况", None, "联系", None], ["名称", "街道", "姓名", "电话"], ["一中", "曹杨", "张三", "1"])
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("C1:D1")
    reading, rows = read(book)
    assert reading.head.columns == ("基本情况 / 名称", "基本情况 / 街道", "联系 / 姓名", "联系 / 电话")
    assert len(rows) == 1


def test_a_broad_heading_is_no_heading_of_two_lines(read):
    book = _book(["名称", "地址", None, "人数"], ["一中", "枣阳路", None, 20], ["二中", "桐柏路", None, 30])
    book.active.merge_cells("B1:C1")
    reading, rows = read(book)
    assert reading.head.columns == ("名称", "地址", "地址 (2)", "人数")
    assert len(rows) == 2


def test_line_breaks_in_headings_are_blanks(read):
    assert read(_book(["名\n称", " 人  数 "], ["x", 1]))[0].head.columns == ("名 称", "人 数")


def test_cells_merged_downwards_count_for_each_row(read):
    book = _book(
        ["街道", "名称", "人数"], ["曹杨", "一中", 1], [None, "二中", 2], ["长风", "三中", None], [None, None, 4]
    )
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("B4:C4")
    reading, rows = read(book)
    assert _values(rows) == [("曹杨", "一中", "1"), ("曹杨", "二中", "2"), ("长风", "三中", None), (None, None, "4")]
    assert _said(reading) == ["Cells merged over several rows count for each of them: columns A."]


def test_totals_remarks_and_empty_rows_below(read):
    book = _book(
        ["名称", "人数", "床位"], ["一中", 1, 2], ["总 计：", "=SUM(B2:B2)", 2], [], ["注：截至五月"], ["审核人：李四"]
    )
    book.active["A40"].number_format = "0.00"
    reading, rows = read(book)
    assert len(rows) == 1
    assert [note.split(" is ")[0] for note in _said(reading)] == [
        "Line 3",
        "Line 5 below the table",
        "Line 6 below the table",
    ]


def test_hidden_rows_and_columns_are_read_and_said(read):
    book = _book(["a", "b"], ["x", 1], ["y", 2])
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["B"].hidden = True
    reading, rows = read(book)
    assert len(rows) == 2
    assert _said(reading) == ["Hidden columns are read too: B.", "Hidden rows are read too: lines 2."]


def test_formulas_and_errors(read):
    _, rows = read(_book(["a", "b", "c"], ["x", "=1+1", "#REF!"], ["y", 1, "#N/A"]))
    assert _values(rows) == [("x", None, None), ("y", "1", None)]
    assert _codes(rows) == [(2, "b", "cell.formula_without_value"), (2, "c", "cell.error"), (3, "c", "cell.error")]
    assert rows[1].problems[0].value == "#N/A"
    assert "save it" in str(rows[0].problems[0].problem.text)


def test_formulas_are_read_by_the_value_that_was_saved(read):
    rows = (
        HEADER + '<row r="2"><c r="A2" t="str"><f>X()</f><v>一中</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>X()</f><v></v></c><c r="B3"><f>1</f><v/></c></row>'
    )
    _, found = read(workbook(sheet(rows)))
    assert _values(found) == [("一中", "2"), (None, None)]
    assert _codes(found) == [(3, "人数", "cell.formula_without_value")]


def test_a_number_with_more_digits_than_excel_keeps(read):
    _, rows = read(_book(["证件", "b"], [310107198001011234, 1]))
    assert _codes(rows) == [(2, "证件", "cell.excel_number")]


def test_rich_texts_reading_aids_and_escapes(read):
    strings = (
        "<sst><si><t>名称</t></si><si><t>人数</t></si>"
        '<si><r><t>曹杨</t></r><r><rPr/><t xml:space="preserve"> 一中</t></r><rPh sb="0" eb="1"><t>cao</t></rPh></si>'
        "<si><t>a_x000D__x005F_b</t><phoneticPr/></si></sst>"
    )
    rows = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>'
    _, found = read(workbook(sheet(rows), strings=strings))
    assert _values(found) == [("曹杨 一中", "a\r_b")]
    book = _book(["a", "b"], [CellRichText("x", TextBlock(InlineFont(b=True), "y")), "z"])
    assert _values(read(book)[1]) == [("xy", "z")]


def test_prefixes_do_not_matter(read):
    xml = (
        '<x:worksheet xmlns:x="u"><x:sheetData>'
        '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>'
        '<x:c r="B1" t="str"><x:v>b</x:v></x:c></x:row>'
        '<x:row r="2"><x:c r="A2"><x:v>1</x:v></x:c><x:c r="B2"><x:v>2</x:v></x:c></x:row>'
        '<x:row r="3"><x:c r="B3"><x:v>3</x:v></x:c></x:row></x:sheetData>'
        '<x:mergeCells><x:mergeCell ref="A2:A3"/></x:mergeCells></x:worksheet>'
    )
    assert _values(read(workbook(xml))[1]) == [("1", "2"), ("1", "3")]


def test_the_first_visible_sheet_with_headings(read):
    book = Workbook()
    book.active.title = "封面"
    hidden, shown = book.create_sheet("字典"), book.create_sheet("名单")
    hidden.sheet_state = "hidden"
    for one in (hidden, shown):
        one.append(["名称", "人数"])
        one.append([one.title, 1])
    reading, rows = read(book)
    assert (reading.head.parts, reading.head.part, rows[0].values["名称"]) == (("封面", "字典", "名单"), "名单", "名单")
    assert read(book, sheet="字典")[1][0].values["名称"] == "字典"
    with pytest.raises(FileRefused, match="it has: 封面, 字典, 名单") as refused:
        read(book, sheet="x")
    assert refused.value.code == "file.no_sheet"


def test_a_returned_workbook_goes_in_again(read):
    reading, rows = read(_book(["a", "b", REASON_HEADING], ["x", 1, "bad"], ["y", 2, None]))
    assert (reading.head.columns, len(rows), _said(reading)) == (("a", "b"), 2, [])


def test_notes_beside_the_table_are_said(read):
    reading, _ = read(_book(["a", "b"], ["x", 1], ["y", 2, None, "?"]))
    assert _said(reading) == ["Column D has values but no heading; it is not read."]


def test_an_empty_workbook_has_no_headings(read):
    with pytest.raises(FileRefused) as refused:
        read(Workbook())
    assert refused.value.code == "file.no_header"


def test_the_file_is_closed_when_the_rows_are_through_or_left(tmp_path, read):
    reading, _ = read(_book(["a", "b"], ["x", 1]))
    again = read_xlsx_rows(tmp_path / "given.xlsx", Wish())
    next(again.rows)
    again.rows.close()
    assert list(reading.rows) == []
