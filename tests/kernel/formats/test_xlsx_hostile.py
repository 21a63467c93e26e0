"""Workbooks that want to do harm: refused with a sentence, or read in memory that does not grow with them."""

import contextlib
import io
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.xlsx_rows import read_xlsx_rows
from tests.kernel.formats.workbooks import HEADER, MAIN, sheet, styles, workbook
from tests.kernel.formats.zips import zipped

ROW = '<row r="2"><c r="A2" t="inlineStr"><is><t>一中</t></is></c><c r="B2"><v>1</v></c></row>'


def _read(path, **limits):
    reading = read_xlsx_rows(path, Wish(), Limits(**limits), "given.xlsx")
    return reading, list(reading.rows)


def _refusal(path, **limits):
    with pytest.raises(FileRefused) as refused:
        _read(path, **limits)
    assert "given.xlsx" in str(refused.value)
    return refused.value.code


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><worksheet/>',
    ],
)
@pytest.mark.parametrize("part", ["sheet", "strings", "styles", "workbook"])
def test_entities_in_any_part(write, xml, part):
    good = sheet(HEADER + ROW)
    book = {
        "sheet": lambda: workbook(xml),
        "strings": lambda: workbook(good, strings=xml),
        "styles": lambda: workbook(good, styles=xml),
        "workbook": lambda: workbook(good, more={"xl/workbook.xml": xml}),
    }[part]()
    assert _refusal(write(book)) == "file.xml_entities"


def test_a_thousand_sheets(write):
    assert _refusal(write(workbook(*[sheet(HEADER)] * 101))) == "file.too_many_sheets"


def test_more_members_than_a_workbook_has(write):
    book = workbook(sheet(HEADER), more={f"x{number}": "" for number in range(2000)})
    assert _refusal(write(book)) == "file.zip_members"


def test_sixteen_thousand_columns(write):
    cells = "".join('<c t="str"><v>h</v></c>' for _ in range(16_384))
    assert _refusal(write(workbook(sheet(f"<row>{cells}</row>")))) == "file.too_many_columns"
    cells = "".join(f'<c t="str"><v>h{n}</v></c>' for n in range(16_384))
    assert _refusal(write(workbook(sheet(f"<row>{cells}</row>")))) == "file.too_many_columns"


def test_a_cell_beyond_every_column_is_passed_over(write):
    rows = HEADER + ROW.replace("</row>", '<c r="XFD2"><v>1</v></c><c r="ZZZZZZ2"><v>1</v></c></row>')
    assert len(_read(write(workbook(sheet(rows))))[1]) == 1


def test_too_many_rows(write):
    rows = HEADER + "".join("<row><c><v>1</v></c></row>" for _ in range(20))
    assert _refusal(write(workbook(sheet(rows))), rows=10) == "file.too_many_rows"


def test_too_many_merges(write):
    merges = "<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 20 + "</mergeCells>"
    assert _refusal(write(workbook(sheet(HEADER + ROW, merges))), merged_ranges=10) == "file.too_many_merges"


def test_a_merge_over_everything(write):
    merges = (
        '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A2:XFD1048576"/><mergeCell ref="??"/></mergeCells>'
    )
    with pytest.raises(FileRefused):
        _read(write(workbook(sheet(HEADER + ROW, merges))))
    merges = '<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    assert len(_read(write(workbook(sheet(HEADER + ROW, merges))))[1]) == 1


def test_a_pool_of_texts_beyond_the_cap(write):
    strings = "<sst>" + "<si><t>xxxxxxxxxx</t></si>" * 1000 + "</sst>"
    assert _refusal(write(workbook(sheet(HEADER + ROW), strings=strings)), shared_characters=20_000) == "file.too_large"


def test_a_bomb_by_ratio(write):
    strings = "<sst><si><t>" + "x" * 2**25 + "</t></si></sst>"
    assert _refusal(write(workbook(sheet(HEADER + ROW), strings=strings))) == "file.zip_ratio"


def test_one_endless_token(write):
    xml = sheet(HEADER + ROW).replace(
        "<worksheet", "<worksheet " + "".join(f'a{n}="{"x" * 4000}" ' for n in range(5000))
    )
    assert _refusal(write(workbook(xml)), zip_ratio=10**6) == "file.damaged"


@pytest.mark.parametrize(
    "xml",
    [
        sheet(HEADER + '<row r="2"><c r="A2" t="s"><v>99</v></c></row>'),
        sheet(HEADER + '<row r="2"><c r="A2" t="s"><v>-1</v></c></row>'),
        sheet(HEADER + '<row r="2"><c r="A2" t="s"><v></v></c></row>'),
        sheet(HEADER + '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'),
        sheet(HEADER + "<row><c></row>"),
        sheet(HEADER)[:-20],
        "",
        "not xml",
        f'<worksheet xmlns="{MAIN}" a="&undefined;"/>',
    ],
)
def test_damaged_sheets(write, xml):
    assert _refusal(write(workbook(xml))) == "file.damaged"


def _link(target):
    return f'<R><Relationship Id="rId1" Type="x/worksheet" {target}/></R>'


@pytest.mark.parametrize(
    "more",
    [
        {"xl/workbook.xml": "<workbook/>"},
        {"_rels/.rels": "x"},
        {"xl/_rels/workbook.xml.rels": "<Relationships/>"},
        {"xl/_rels/workbook.xml.rels": _link('Target="../../../etc/passwd"')},
        {"xl/_rels/workbook.xml.rels": _link('Target="http://x/" TargetMode="External"')},
    ],
)
def test_workbooks_that_lead_nowhere(write, more):
    assert _refusal(write(workbook(sheet(HEADER + ROW), more=more))) in ("file.damaged", "file.no_sheet")


def test_odd_cells_do_no_harm(write):
    row = (
        '<row r="2"><c r="A2" s="999999999"><v>1e999</v></c><c r="B2" s="-1"><v>nan</v></c></row>'
        '<row r="3"><c r="A3" s="0"><v>-5</v></c><c r="B3" s="0"><v>1e15</v></c></row>'
        '<row r="4"><c r="A4" t="zzz"><v>0x10</v></c><c r="B4" t="d"><v>2026-05-31T00:00:00</v></c></row>'
        '<row r="5"><c r="A5" t="inlineStr"/><c r="B5" s="0"><v>60</v></c></row>'
    )
    _, rows = _read(write(workbook(sheet(HEADER + row), styles=styles([14]))))
    assert [tuple(one.values.values()) for one in rows] == [
        ("1e999", "nan"),
        ("-5", "1000000000000000"),
        ("0x10", "2026-05-31"),
        (None, "60"),
    ]


def test_a_text_of_many_runs_is_not_gathered_to_its_end(write):
    long = '<row r="2"><c r="A2" t="inlineStr"><is>' + f"<r><t>{'x' * 1000}</t></r>" * 3000 + "</is></c></row>"
    _, rows = _read(write(workbook(sheet(HEADER + long))))
    assert [found.problem.code for found in rows[0].problems] == ["cell.too_long"]
    assert len(rows[0].values["名称"]) < 1_100_000


_MEASURE = """
import resource, sys, time
from pathlib import Path
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.xlsx_rows import read_xlsx_rows
begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in read_xlsx_rows(Path(sys.argv[1]), Wish(), Limits(zip_ratio=10**6)).rows)
print(count, time.monotonic() - begun, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def _measure(path):
    done = subprocess.run([sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True)
    count, seconds, megabytes = done.stdout.split()
    return int(count), float(seconds), int(megabytes)


@pytest.mark.slow
def test_ten_thousand_rows_take_seconds(tmp_path):
    cells = "".join(f'<c t="inlineStr"><is><t>格{n}</t></is></c>' for n in range(6)) + "<c><v>12.5</v></c>" * 6
    head = "".join(f'<c t="str"><v>h{n}</v></c>' for n in range(12))
    (tmp_path / "a.xlsx").write_bytes(workbook(sheet(f"<row>{head}</row>" + f"<row>{cells}</row>" * 10_000)))
    count, seconds, megabytes = _measure(tmp_path / "a.xlsx")
    assert (count, seconds < 4, megabytes < 60) == (10_000, True, True)


@pytest.mark.slow
def test_a_million_painted_rows_take_no_memory(tmp_path):
    row = '<row s="1">' + '<c s="1"/>' * 10 + "</row>"
    path = tmp_path / "a.xlsx"
    _write_long(path, HEADER.replace(' r="1"', ""), row, 1_000_000)
    count, seconds, megabytes = _measure(path)
    assert (count, seconds < 60, megabytes < 40) == (0, True, True)


def _write_long(path, head, row, times):
    """A sheet written piece by piece, since the whole would not fit the test's own memory well."""
    path.write_bytes(zipped({name: data for name, data in _parts_of_one_sheet().items() if "worksheets" not in name}))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/s1.xml", "w") as part:
        part.write(f'<worksheet xmlns="{MAIN}"><sheetData>{head}'.encode())
        for _ in range(times // 1000):
            part.write(row.encode() * 1000)
        part.write(b"</sheetData></worksheet>")


def _parts_of_one_sheet():
    with zipfile.ZipFile(io.BytesIO(workbook("x"))) as source:
        return {name: source.read(name) for name in source.namelist()}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mutated_workbook_is_read_or_refused(tmp_path_factory, data):
    """The parts are mutated, not the zip around them: that is what gets past the checksums."""
    strings = "<sst><si><t>名称</t></si><si><r><t>人数</t></r></si></sst>"
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>' + ROW
    merges = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    xml = [
        bytearray(sheet(rows, merges, '<cols><col min="1" max="2" hidden="1"/></cols>').encode()),
        bytearray(strings.encode()),
    ]
    for _ in range(data.draw(st.integers(1, 5))):
        part = data.draw(st.sampled_from(xml))
        at = data.draw(st.integers(0, len(part) - 1))
        part[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with_parts = _parts_of_one_sheet() | {"xl/worksheets/s1.xml": bytes(xml[0]), "xl/s.xml": bytes(xml[1])}
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    path.write_bytes(zipped(with_parts))
    with contextlib.suppress(FileRefused):
        _read(path)
