"""The same file back with one column more: everything else is compared bit by bit, cell by cell and as it is read."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from PIL import Image as Picture

from portal.kernel.formats.csv_rows import read_csv_rows
from portal.kernel.formats.give_back import RefusedRow, give_back, list_refused
from portal.kernel.formats.reading import REASON_HEADING, Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.xlsx_rows import read_xlsx_rows

SHEET = "xl/worksheets/sheet1.xml"
HEADINGS = ("编号", "名称", "床位", "日期", "合计", "备注")
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def office_book(path: Path, rows: int = 12) -> Path:
    """A sheet as an office keeps it: title, merged headings, formulas, styles, rules, notes, a table and a picture."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "场所"
    sheet.merge_cells("A1:F1")
    sheet["A1"] = "普陀区应急避难场所一览表"
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    for column, heading in enumerate(HEADINGS, start=1):
        cell = sheet.cell(2, column, heading)
        cell.fill, cell.border = PatternFill("solid", fgColor="FFFFFF00"), Border(bottom=Side("thin"))
    for line in range(3, rows + 3):
        sheet.cell(line, 1, f"0{line:05d}").number_format = "@"
        sheet.cell(line, 2, f"避难所 {line} <&>\n二层")
        sheet.cell(line, 3, line * 10).number_format = '0"床"'
        sheet.cell(line, 4, dt.date(2026, 1, 1)).number_format = "yyyy年m月d日"
        sheet.cell(line, 5, f"=C{line}*2")
        if line % 2:
            sheet.cell(line, 6, "=说明不是公式").data_type = "s"
    sheet["B5"].comment = Comment("核对过", "王芳")
    sheet.column_dimensions["B"].width, sheet.row_dimensions[4].height = 33.5, 40
    rule = DataValidation(type="whole", operator="between", formula1="0", formula2="99999")
    sheet.add_data_validation(rule)
    rule.add(f"C3:C{rows + 2}")
    sheet.add_table(Table(displayName="places", ref=f"A2:F{rows + 2}"))
    picture = io.BytesIO()
    Picture.new("RGB", (8, 8), "red").save(picture, "PNG")
    sheet.add_image(Image(picture), "H2")
    sheet.freeze_panes = "A3"
    book.create_sheet("代码")["A1"] = "另一页"
    book.save(path)
    return path


def cells(path: Path, sheet: str = "场所") -> dict[str, tuple[object, ...]]:
    """All cells with value, type and looks."""
    found = openpyxl.load_workbook(path)[sheet]
    used = [cell for row in found.iter_rows() for cell in row if cell.has_style or cell.value is not None]
    return {cell.coordinate: (cell.value, cell.data_type, *looks(cell)) for cell in used}


def looks(cell) -> tuple[object, ...]:
    """How a cell is shown, and what is noted on it."""
    noted = cell.comment.text if cell.comment else None
    return cell.number_format, cell.font.b, cell.fill.fgColor.rgb, cell.border.bottom.style, noted


def column_of_reasons(path: Path, sheet: str = "场所", letter: str = "G") -> dict[int, object]:
    found = openpyxl.load_workbook(path)[sheet]
    return {cell.row: cell.value for cell in found[letter] if cell.value is not None}


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def with_sheet(path: Path, xml: str | bytes, out: Path) -> Path:
    """The workbook with another first sheet."""
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members(path).items():
            archive.writestr(name, (xml if isinstance(xml, bytes) else xml.encode()) if name == SHEET else content)
    return out


def bare_book(tmp_path: Path, xml: str | bytes) -> Path:
    """A workbook with this as its only sheet."""
    book = openpyxl.Workbook()
    book.active.title = "场所"
    book.save(tmp_path / "bare.xlsx")
    return with_sheet(tmp_path / "bare.xlsx", xml, tmp_path / "original.xlsx")


def returned(tmp_path: Path, original: Path, reasons: dict[int, str], **given) -> Path:
    out = tmp_path / f"out{len(list(tmp_path.iterdir()))}.xlsx"
    give_back(original, out, "xlsx", reasons, **({"header_line": 2} | given))
    return out


# --- workbooks --------------------------------------------------------------------------------------------------


def test_nothing_but_the_one_column_changes(tmp_path):
    original = office_book(tmp_path / "original.xlsx")
    out = returned(tmp_path, original, {3: "床位数不对", 7: '改成 "2026-01-01" <对>', 14: "=1+1"}, sheet="场所")
    before, after = members(original), members(out)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == [SHEET]
    old, new = cells(original), cells(out)
    assert {key: value for key, value in new.items() if not key.startswith("G")} == old
    assert column_of_reasons(out) == {
        2: REASON_HEADING, 3: "床位数不对", 7: '改成 "2026-01-01" <对>', 14: "=1+1",
    }  # fmt: skip
    assert new["G14"][1] == "s"
    here, there = (openpyxl.load_workbook(path)["场所"] for path in (original, out))
    assert there.column_dimensions["G"].width == 60
    assert there.column_dimensions["B"].width == here.column_dimensions["B"].width == 33.5
    assert there.row_dimensions[4].height == 40
    assert (there.merged_cells, there.freeze_panes) == (here.merged_cells, here.freeze_panes)
    assert there.data_validations.dataValidation[0].sqref == here.data_validations.dataValidation[0].sqref
    assert there.tables["places"].ref == here.tables["places"].ref == "A2:F14"
    assert len(there._images) == 1
    assert there.dimensions == "A1:G14"


def test_every_byte_outside_the_column_is_where_it_was(tmp_path):
    """Taking our insertions out of the sheet gives the original again."""
    original = office_book(tmp_path / "original.xlsx")
    xml = members(returned(tmp_path, original, {3: "a", 4: "b"}, sheet="场所"))[SHEET]
    xml = re.sub(rb'<c r="G\d+" t="inlineStr">.*?</c>', b"", xml)
    xml = re.sub(rb'<col min="7" max="7"[^>]*/>', b"", xml).replace(b'ref="A1:G14"', b'ref="A1:F14"')
    assert xml == members(original)[SHEET]


def test_the_returned_file_reads_as_the_original_did(tmp_path):
    original = office_book(tmp_path / "original.xlsx")
    out = returned(tmp_path, original, {5: "x"}, sheet="场所")
    before, after = (read_xlsx_rows(path, Wish(sheet="场所")) for path in (original, out))
    assert before.head.columns == after.head.columns
    assert before.head.header_line == after.head.header_line == 2
    assert list(before.rows) == list(after.rows)


def test_a_second_return_fills_the_same_column_anew(tmp_path):
    first = returned(tmp_path, office_book(tmp_path / "o.xlsx"), {3: "a", 4: "b"}, sheet="场所")
    second = returned(tmp_path, first, {4: "c", 6: "d"}, sheet="场所")
    assert column_of_reasons(second) == {2: REASON_HEADING, 4: "c", 6: "d"}
    assert not column_of_reasons(second, letter="H")
    third = returned(tmp_path, second, {}, sheet="场所")
    assert column_of_reasons(third) == {2: REASON_HEADING}


def test_also_after_a_person_saved_it_with_another_program(tmp_path):
    """openpyxl, like Excel, makes shared texts of ours; the style and the width that somebody gave the column stay."""
    first = returned(tmp_path, office_book(tmp_path / "o.xlsx"), {3: "a", 4: "b"}, sheet="场所")
    book = openpyxl.load_workbook(first)
    book["场所"]["G4"].fill = PatternFill("solid", fgColor="FF00FF00")
    book["场所"].column_dimensions["G"].width = 25
    book["场所"].insert_cols(2)
    book.save(tmp_path / "saved.xlsx")
    second = returned(tmp_path, tmp_path / "saved.xlsx", {3: "c"}, sheet="场所")
    assert column_of_reasons(second, letter="H") == {2: REASON_HEADING, 3: "c"}
    assert openpyxl.load_workbook(second)["场所"]["H4"].fill.fgColor.rgb == "FF00FF00"


def test_the_first_sheet_unless_one_is_named_and_the_others_stay(tmp_path):
    original = office_book(tmp_path / "o.xlsx")
    assert column_of_reasons(returned(tmp_path, original, {3: "a"})) == {2: REASON_HEADING, 3: "a"}
    out = returned(tmp_path, original, {2: "a"}, sheet="代码", header_line=1)
    assert column_of_reasons(out, "代码", "B") == {1: REASON_HEADING, 2: "a"}
    assert cells(out) == cells(original)
    with pytest.raises(FileRefused):
        returned(tmp_path, original, {}, sheet="没有")


HEAD = '<row r="2"><c r="B2" t="str"><v>头</v></c></row>'
THIRD = '<row r="3"><c r="B3"><v>1</v></c></row>'
SHEETS = {
    "no addresses": "<sheetData><row><c><v>1</v></c></row><row><c t='str'><v>头</v></c><c><v>2</v></c></row>"
    "<row><c><v>3</v></c></row></sheetData>",
    "spans and a dimension": '<dimension ref="A1:B3"/><sheetData><row r="2" spans="1:2"><c r="B2" t="str"><v>头</v></c>'
    '</row><row r="3" spans="1:2"><c r="B3"><v>3</v></c></row></sheetData>',
    "an empty row element": f'<sheetData>{HEAD}<row r="3" ht="20"/></sheetData>',
    "rows that are not there": f'<sheetData>{HEAD}<row r="9"><c r="A9"/></row></sheetData>',
    "styled cells without content where the column goes": f'<sheetData>{HEAD}<row r="3"><c r="B3"><v>1</v></c>'
    '<c r="C3" s="0"/><c r="D3" s="0"></c></row></sheetData>',
    "one width for all columns, hidden": '<cols><col min="1" max="16384" width="9" hidden="1"/></cols>'
    f"<sheetData>{HEAD}{THIRD}</sheetData>",
    "widths before and behind": '<cols><col min="1" max="2" width="9"/><col min="4" max="5" width="7"></col></cols>'
    f"<sheetData>{HEAD}{THIRD}</sheetData>",
    "an extension in a row": '<sheetData><row r="2"><c r="B2" t="str"><v>头</v></c><extLst><ext uri="{a}"/></extLst>'
    f"</row>{THIRD}</sheetData>",
    "tags with signs in attributes": "<sheetData><row r='2'><c r='B2' t='str'><v>头</v></c></row>"
    '<row r="3" spans=\'1:2\' x=">"><c r="B3"><v>1</v></c></row></sheetData>',
    "comments and CDATA": '<sheetData><!-- <row r="1"/> --><row r="2"><c r="B2" t="inlineStr"><is><t>'
    f"<![CDATA[<row>]]></t></is></c></row>{THIRD}</sheetData>",
    "rows of drawings": f'<sheetData>{HEAD}{THIRD}</sheetData><oleObjects><anchor xmlns:d="u"><from><d:col>1</d:col>'
    "<d:row>77</d:row></from></anchor></oleObjects>",
}


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_sheets_as_other_programs_write_them(tmp_path, name, prefix, encoding):
    body = re.sub(r"<(/?)(?![/!?\[]|d:)(?!row>\])", rf"<\1{prefix}", SHEETS[name]) if prefix else SHEETS[name]
    declared = MAIN if not prefix else MAIN.replace("xmlns", "xmlns:x")
    said = "UTF-16" if encoding == "utf-16" else "UTF-8"
    xml = f'<?xml version="1.0" encoding="{said}"?>\n<{prefix}worksheet {declared}>{body}</{prefix}worksheet>'
    original = bare_book(tmp_path, xml.encode(encoding))
    out = returned(tmp_path, original, {3: "原因"}, sheet="场所")
    sheet = openpyxl.load_workbook(out)["场所"]
    assert (sheet["C2"].value, sheet["C3"].value) == (REASON_HEADING, "原因")
    assert sheet.column_dimensions["C"].width == 60
    assert not sheet.column_dimensions["C"].hidden
    before = {key: value for key, value in cells(original).items() if value[0] is not None}
    after = {key: value for key, value in cells(out).items() if value[0] is not None and key[0] != "C"}
    assert after == before
    again = returned(tmp_path, out, {}, sheet="场所")
    assert column_of_reasons(again, letter="C") == {2: REASON_HEADING}


def test_widths_around_the_column_are_split_not_lost(tmp_path):
    body = SHEETS["one width for all columns, hidden"]
    original = bare_book(tmp_path, f"<worksheet {MAIN}>{body}</worksheet>")
    xml = members(returned(tmp_path, original, {3: "a"}, sheet="场所"))[SHEET].decode()
    assert re.findall(r'<col min="(\d+)" max="(\d+)" width="(\d+)"( hidden="1")?', xml) == [
        ("1", "2", "9", ' hidden="1"'),
        ("3", "3", "60", ""),
        ("4", "16384", "9", ' hidden="1"'),
    ]


def test_a_merged_heading_and_a_filter_are_not_run_into(tmp_path):
    body = (
        '<sheetData><row r="2"><c r="A2" t="str"><v>头</v></c></row><row r="3"><c r="A3"><v>1</v></c></row></sheetData>'
    )
    after = '<autoFilter ref="A2:C3"/><mergeCells count="1"><mergeCell ref="A2:E2"/></mergeCells>'
    original = bare_book(tmp_path, f"<worksheet {MAIN}>{body}{after}</worksheet>")
    assert column_of_reasons(returned(tmp_path, original, {3: "a"}, sheet="场所"), letter="F") == {
        2: REASON_HEADING,
        3: "a",
    }


@pytest.mark.parametrize(
    "xml",
    [
        f'<!DOCTYPE a [<!ENTITY b "c">]><worksheet {MAIN}><sheetData/></worksheet>',
        f"<worksheet {MAIN}><sheetData>",
        b"\x00\x01",
    ],
)
def test_a_file_that_is_not_what_was_read_is_refused_in_words(tmp_path, xml):
    original = bare_book(tmp_path, xml)
    with pytest.raises(FileRefused):
        returned(tmp_path, original, {3: "a"}, sheet="场所")
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(FileRefused):
        returned(tmp_path, tmp_path / "no.xlsx", {3: "a"})


def test_a_full_sheet_is_refused(tmp_path):
    body = '<sheetData><row r="2"><c r="XFD2" t="str"><v>头</v></c></row></sheetData>'
    with pytest.raises(FileRefused, match="no free column"):
        returned(tmp_path, bare_book(tmp_path, f"<worksheet {MAIN}>{body}</worksheet>"), {3: "a"}, sheet="场所")


def test_no_sign_of_a_reason_breaks_the_file(tmp_path):
    hostile = "\x00\x0b\ud800]]><c/>&amp;\uffff" + "长" * 40_000
    out = returned(tmp_path, office_book(tmp_path / "o.xlsx"), {3: hostile}, sheet="场所")
    assert column_of_reasons(out)[3].startswith("]]><c/>&amp;长")
    assert len(column_of_reasons(out)[3]) == 32_767


def test_only_the_refused_rows_of_a_long_workbook_come_back(tmp_path):
    original = office_book(tmp_path / "o.xlsx")
    out = returned(tmp_path, original, {5: "甲", 9: "乙"}, sheet="场所", only_refused=True)
    sheet = openpyxl.load_workbook(out)["场所"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows] == ["普陀区应急避难场所一览表", "编号", "000005", "000009"]
    assert [row[6] for row in rows] == [None, REASON_HEADING, "甲", "乙"]
    assert rows[2][2:4] == [50, dt.datetime.fromisoformat("2026-01-01")]
    assert (sheet["A3"].number_format, sheet["D3"].number_format) == ("@", "yyyy年m月d日")
    assert (sheet["F3"].value, sheet["F3"].data_type) == ("=说明不是公式", "s")
    assert sheet.column_dimensions["B"].width == 33.5
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:F1"]
    read = read_xlsx_rows(out, Wish(sheet="场所"))
    assert [row.values["编号"] for row in read.rows] == ["000005", "000009"]


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_refused_rows_of_sheets_as_other_programs_write_them(tmp_path, name, prefix):
    body = re.sub(r"<(/?)(?![/!?\[]|d:)(?!row>\])", rf"<\1{prefix}", SHEETS[name]) if prefix else SHEETS[name]
    declared = MAIN if not prefix else MAIN.replace("xmlns", "xmlns:x")
    original = bare_book(tmp_path, f"<{prefix}worksheet {declared}>{body}</{prefix}worksheet>")
    out = returned(tmp_path, original, {3: "原因"}, sheet="场所", only_refused=True)
    here, there = (openpyxl.load_workbook(path)["场所"] for path in (original, out))
    assert (there["C2"].value, there["C3"].value) == (REASON_HEADING, "原因")
    for line in (1, 2, 3):
        assert [cell.value for cell in there[line]][:2] == [here.cell(line, column).value for column in (1, 2)]
    assert there.max_row == 3


@pytest.mark.parametrize("only_refused", [False, True])
def test_nothing_else_is_left_in_the_folder(tmp_path, only_refused):
    original = office_book(tmp_path / "o.xlsx")
    give_back(original, tmp_path / "out.xlsx", "xlsx", {3: "a"}, header_line=2, only_refused=only_refused)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["o.xlsx", "out.xlsx"]


def test_ten_thousand_rows_come_back_in_seconds(tmp_path):
    original = office_book(tmp_path / "o.xlsx", rows=10_000)
    started = time.monotonic()
    returned(tmp_path, original, dict.fromkeys(range(3, 10_003, 2), "床位数不对，请填整数"), sheet="场所")
    assert time.monotonic() - started < 10


# --- CSV --------------------------------------------------------------------------------------------------------

TABLE = '编号,名称,备注\r\n001,"曹杨, 一号",说明\r\n\r\n002,"两行\r\n的""名称""",\r\n003,长风,x'


def csv_returned(tmp_path, content: bytes, reasons, **given) -> bytes:
    original, out = tmp_path / "o.csv", tmp_path / "out.csv"
    original.write_bytes(content)
    give_back(original, out, "csv", reasons, **given)
    return out.read_bytes()


@pytest.mark.parametrize(
    ("mark", "encoding", "read_as"),
    [
        (b"", "utf-8", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8", "utf-8-sig"),
        (b"", "gb18030", "gb18030"),
        (b"", "gb18030", "gbk"),
        (b"\xff\xfe", "utf-16-le", "utf-16"),
        (b"\xfe\xff", "utf-16-be", "utf-16"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_csv_keeps_its_encoding_delimiter_and_line_ends(tmp_path, mark, encoding, read_as, delimiter, end):
    table = TABLE.replace(",", delimiter).replace("\r\n", end)
    back = csv_returned(
        tmp_path, mark + table.encode(encoding), {4: f"不对{delimiter}请改"}, encoding=read_as, delimiter=delimiter
    )
    assert back.startswith(mark)
    lines = back[len(mark) :].decode(encoding)
    assert lines == (
        f"编号,名称,备注,{REASON_HEADING}\r\n".replace(",", delimiter).replace("\r\n", end)
        + '001,"曹杨, 一号",说明,\r\n\r\n002,"两行\r\n的""名称""",,'.replace(",", delimiter).replace("\r\n", end)
        + f'"不对{delimiter}请改"{end}'
        + "003,长风,x,".replace(",", delimiter)
    )


def test_bytes_that_a_decoder_would_change_stay(tmp_path):
    """Two ways to write one character in GB18030 come back as they were."""
    odd = b"\xa8\xbc"
    back = csv_returned(tmp_path, b"a,b\n" + odd + b",1\n", {2: "x"}, encoding="gb18030")
    assert back.endswith(odd + b",1,x\n")


def test_a_second_return_of_a_csv_fills_the_same_column(tmp_path):
    first = csv_returned(tmp_path, TABLE.encode(), {2: "甲", 4: "乙"})
    second = csv_returned(tmp_path, first, {4: "丙"})
    rows = list(csv.reader(io.StringIO(second.decode(), newline="")))
    assert [row[3] for row in rows if row] == [REASON_HEADING, "", "丙", ""]
    assert {len(row) for row in rows if row} == {4}


def test_a_column_of_reasons_in_the_middle_is_found_too(tmp_path):
    content = f'a,"{REASON_HEADING}",b\n1,old,2\n3,,4\n'.encode()
    back = csv_returned(tmp_path, content, {3: "neu"}).decode()
    assert back.splitlines()[1:] == ["1,,2", "3,neu,4"]


def test_rows_that_are_too_short_still_get_the_reason_under_its_heading(tmp_path):
    back = csv_returned(tmp_path, b"a,b,c\n1\n1,2,3,4\n", {2: "short", 3: "long"}).decode()
    assert back.splitlines()[1:] == ["1,,,short", "1,2,3,4,long"]


def test_a_returned_csv_reads_as_the_original_did(tmp_path):
    path = tmp_path / "o.csv"
    path.write_bytes(TABLE.encode())
    give_back(path, tmp_path / "out.csv", "csv", {4: "=1+1"})
    before, after = (read_csv_rows(one, Wish()) for one in (path, tmp_path / "out.csv"))
    assert before.head.columns == after.head.columns
    assert list(before.rows) == list(after.rows)
    assert b"'=1+1" in (tmp_path / "out.csv").read_bytes()


def test_titles_above_the_headings_stay_and_only_refused_lines_come_back_on_request(tmp_path):
    content = "普陀区\n2026年\na,b\n1,2\n3,4\n5,6\n".encode()
    assert csv_returned(tmp_path, content, {5: "x"}, header_line=3).decode().splitlines()[:4] == [
        "普陀区", "2026年", f"a,b,{REASON_HEADING}", "1,2,",
    ]  # fmt: skip
    back = csv_returned(tmp_path, content, {5: "x"}, header_line=3, only_refused=True).decode()
    assert back.splitlines() == ["普陀区", "2026年", f"a,b,{REASON_HEADING}", "3,4,x"]


def test_a_csv_without_its_headings_is_refused(tmp_path):
    with pytest.raises(FileRefused):
        csv_returned(tmp_path, b"a,b\n", {}, header_line=7)


# --- maps -------------------------------------------------------------------------------------------------------


def test_refused_rows_of_maps_come_as_a_workbook(tmp_path):
    path = tmp_path / "list.xlsx"
    rows = [RefusedRow(3, 17, {"名称": "=1+1", "床位": "30床"}, "图形自相交"), RefusedRow(9, 40, {"名称": None}, "=x")]
    list_refused(path, ("名称", "床位"), rows, "zh_Hans_CN")
    head, *found = openpyxl.load_workbook(path).worksheets[0].iter_rows()
    assert [cell.value for cell in head][2:] == ["名称", "床位", REASON_HEADING]
    assert [[cell.value for cell in row] for row in found] == [
        [3, 17, "=1+1", "30床", "图形自相交"],
        [9, 40, None, None, "=x"],
    ]
    assert {cell.data_type for row in found for cell in row} <= {"n", "s"}
    with pytest.raises(FileRefused):
        give_back(path, tmp_path / "x", "gpkg", {})
