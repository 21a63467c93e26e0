"""XLSX out, read with openpyxl and looked at as XML."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import zipfile

import openpyxl
import pytest

from portal.kernel.contracts.exporting import Column
from portal.kernel.formats.writing import write_xlsx
from tests.factories.outgoing import COLUMNS, outgoing, row


def written(tmp_path, rows, **given):
    path = tmp_path / "a.xlsx"
    write_xlsx(path, outgoing(rows, **given))
    return path


def test_values_are_of_their_types(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path, [row()])).worksheets[0]
    cells = {column.key: cell for column, cell in zip(COLUMNS, sheet[2], strict=True)}
    assert [(key, cell.value, cell.data_type, cell.number_format) for key, cell in cells.items()] == [
        ("name", "下立交积水点", "s", "General"),
        ("code", "031010700501", "s", "@"),
        ("level", "重大", "s", "General"),
        ("people", 120, "n", "0"),
        ("area", 1234.5, "n", "General"),
        ("assessed_on", dt.datetime.fromisoformat("2026-05-31"), "d", "yyyy-mm-dd"),
        ("assessed_by", "王芳", "s", "General"),
        ("open", "是", "s", "General"),
        ("seen_at", dt.datetime.fromisoformat("2026-05-31T08:30"), "d", "yyyy-mm-dd hh:mm:ss"),
    ]


@pytest.mark.parametrize("name", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@a", "#N/A", "＝1", "1e5", "TRUE"])
def test_a_text_is_a_text_whatever_it_looks_like(tmp_path, name):
    path = written(tmp_path, [row(name=name)])
    cell = openpyxl.load_workbook(path).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (name, "s")
    xml = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"<f " not in xml


def test_odd_values_go_out_as_what_a_spreadsheet_can_hold(tmp_path):
    odd = row(name="a\x00\x0bb\u2028", code=7, people=10**17, area=float("inf"), assessed_on=dt.date(1899, 1, 1))
    cells = [cell.value for cell in openpyxl.load_workbook(written(tmp_path, [odd])).worksheets[0][2]]
    assert cells[0] == "ab\u2028"
    assert cells[1] == "7"
    assert cells[3:6] == ["100000000000000000", None, "1899-01-01"]
    long = openpyxl.load_workbook(written(tmp_path, [row(name="长" * 40_000)])).worksheets[0]["A2"]
    assert len(long.value) == 32_767


def test_the_sheet_is_made_to_work_with(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, [row(), row(), row()]))
    sheet = book.worksheets[0]
    assert book.sheetnames == ["风险隐患", "说明"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I4"
    assert sheet["A1"].font.bold
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.column_dimensions["A"].width == 24
    # 「评估日期」 counts double, and the arrow of the filter takes room.
    assert sheet.column_dimensions["F"].width == 16


def test_a_long_heading_gets_the_room_it_needs(tmp_path):
    columns = (Column("name", {"zh": "二十个汉字的标题应当有足够宽度的列才看得全", "en": "x"}, width=8),)
    sheet = openpyxl.load_workbook(written(tmp_path, [row()], columns=columns)).worksheets[0]
    assert sheet.column_dimensions["A"].width == 2 * 21 + 3


def test_the_second_sheet_says_what_it_is(tmp_path):
    about = list(openpyxl.load_workbook(written(tmp_path, [row(), row()])).worksheets[1].iter_rows(values_only=True))
    assert about[:2] == [("标题", "风险隐患"), ("来源", "=测试")]
    assert about[-1][1] == 2


@pytest.mark.parametrize("title", ["a/b:c*?[d]\\e", "'", "x" * 80, ""])
def test_any_title_makes_a_sheet(tmp_path, title):
    name = openpyxl.load_workbook(written(tmp_path, [], title=title)).sheetnames[0]
    assert 0 < len(name) <= 31
    assert not re.search(r"[\[\]:*?/\\]", name)


def test_english_is_english(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, [row()], locale="en"))
    assert [cell.value for cell in book.worksheets[0][1]][:3] == ["Name", "Code", "Level"]
    assert book.worksheets[0]["C2"].value == "major"
    assert book.worksheets[0]["H2"].value == "Yes"


def test_rows_that_fail_leave_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows():
        yield row()
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        written(tmp_path, rows())
    assert list(tmp_path.iterdir()) == []
