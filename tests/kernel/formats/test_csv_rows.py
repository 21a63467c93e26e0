import csv
import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.formats.csv_rows import read_csv_rows
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.reading import REASON_HEADING, Wish
from portal.kernel.formats.rows import FileRefused

TABLE = "code,name\n310107005,曹杨新村街道\n310107014,长风新村街道\n"
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def _read(path, limits=None, **wish):
    reading = read_csv_rows(path, Wish(**wish), limits or Limits(), "given.csv")
    return reading, list(reading.rows)


def _codes(rows):
    return [(row.line, found.column, found.problem.code) for row in rows for found in row.problems]


def test_a_table_becomes_rows(write):
    reading, rows = _read(write(TABLE))
    assert [dict(row.values) for row in rows] == [
        {"code": "310107005", "name": "曹杨新村街道"},
        {"code": "310107014", "name": "长风新村街道"},
    ]
    assert [(row.number, row.line) for row in rows] == [(1, 2), (2, 3)]
    head = reading.head
    assert (head.kind, head.columns, head.header_line, head.delimiter) == ("csv", ("code", "name"), 1, ",")
    assert (head.encoding, head.encoding_basis, head.sample[0]) == ("utf-8", "valid", "310107005,曹杨新村街道")
    assert _codes(rows) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_offices_save(write, encoding, delimiter, ending):
    data = TABLE.replace(",", delimiter).replace("\n", ending).encode(encoding)
    reading, rows = _read(write(data))
    assert reading.head.columns == ("code", "name")
    assert rows[1].values["name"] == "长风新村街道"


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, st.just("x")), max_size=6),
    delimiter=st.sampled_from(",\t;"),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_spreadsheet_writes_is_read_back_with_true_lines(tmp_path_factory, rows, delimiter, ending):
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_MINIMAL if ending == "\r\n" else csv.QUOTE_ALL
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(["aa", "bb", "cc"])
    begins = []
    for row in rows:
        begins.append(1 + len(io.StringIO(out.getvalue(), newline="").readlines()))
        writer.writerow(row)
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(out.getvalue().encode())
    _, read = _read(path, delimiter=delimiter, encoding="utf-8", header_row=1)
    expected = [tuple("" if cell.isspace() else cell for cell in row) for row in rows]
    assert [tuple(row.values[c] or "" for c in ("aa", "bb", "cc")) for row in read] == expected
    assert [row.line for row in read] == begins


def test_titles_above_and_remarks_below_are_left_out_and_said(write):
    source = "避难场所一览表,,\n,,\n单位：人,,\n名称,代码,人数\n一中,1,20\n二中,2,30\n合 计,,50\n填表人：张三,,\n"
    reading, rows = _read(write(source))
    assert reading.head.columns == ("名称", "代码", "人数")
    assert [row.line for row in rows] == [5, 6]
    said = [str(note) for note in (*reading.head.notes, *reading.late_notes)]
    assert "above the headings in line 4" in said[0]
    assert "“避难场所一览表”" in said[0]
    assert said[1:] == [
        "Line 7 is a totals row and is not read: “合 计 50”.",
        "Line 8 below the table is not read: “填表人：张三”.",
    ]


def test_a_subtotal_between_rows_stays_a_row(write):
    _, rows = _read(write("name,n\na,1\n小计,1\nb,2\nTotal,3\n"))
    assert [row.values["name"] for row in rows] == ["a", "小计", "b"]


def test_a_place_called_like_a_sum_in_one_column_stays(write):
    assert len(_read(write("name\na\n合计\n"))[1]) == 2


def test_a_person_names_the_line_of_the_headings(write):
    source = "a,b\nc,d\n1,2\n"
    reading, rows = _read(write(source), header_row=2)
    assert (reading.head.columns, [row.line for row in rows]) == (("c", "d"), [3])
    with pytest.raises(FileRefused, match="Line 9 of given.csv") as refused:
        _read(write(source), header_row=9)
    assert refused.value.code == "file.no_header"


def test_the_line_that_excel_adds_for_the_delimiter(write):
    reading, rows = _read(write("sep=|\na|b\n1|2\n"))
    assert (reading.head.columns, reading.head.delimiter, rows[0].line) == (("a", "b"), "|", 3)


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        ('"a,1,2";"b"\n1;2\n', ("a,1,2", "b")),
        ("title\n\na;b;c\n1;x, y, z;3\n1;x, y, z, w;3\n", ("a", "b", "c")),
        ("a;b,c\n1;2,3\n", ("a;b", "c")),
        ("code\nx\ny\n", ("code",)),
        ("a,b,,\n1,2,,\n", ("a", "b")),
        (f"a,b,{REASON_HEADING}\n1,2,bad\n", ("a", "b")),
        ("a,b,a\n1,2,3\n", ("a", "b", "a (2)")),
        ("a,,c\n1,2,3\n", ("a", "c")),
        ("a\nb,c\n1,2\n", ("b", "c")),
        ("填报单位,民政局,填报日期,2026-05-31,,\na,b,c,d,e,f\n1,2,3,4,5,6\n", ("a", "b", "c", "d", "e", "f")),
        ("a,b,c\n1,2,3\n1,2,3\n1,2,3\n4,5,6,x,y,z,w\n", ("a", "b", "c")),
        ("2021,名称,街道\n1,2,3\n", ("2021", "名称", "街道")),
    ],
)
def test_headings(write, source, columns):
    assert _read(write(source))[0].head.columns == columns


def test_values_without_a_heading_are_said(write):
    reading, _ = _read(write(f"a,,c,{REASON_HEADING}\n1,2,3,bad\n1,2,3,\n"))
    assert [str(note) for note in reading.late_notes] == ["Column B has values but no heading; it is not read."]


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("1,2\n3,4\n", "file.no_header", "No line of given.csv looks like headings"),
        (",,\n,x\n", None, ""),
        ("x" * 10_001 + "\n1\n", "file.no_header", "No line"),
        (",".join(f"c{n}" for n in range(201)), "file.too_many_columns", "more than 200 columns"),
        ('a,b\n1,2\n"3,4\n5,6\n', "file.quotes", "From line 3 of given.csv on"),
        ('a,b\n"1"x,2\n', "file.quotes", "From line 2"),
        ('a,b\n1,2\n"' + "x\n" * 100_000, "file.quotes", "From line 3"),
        ("", "file.empty", "0 bytes"),
        (" \n\t\n", "file.empty", "blank"),
        ("a,b\n" + "x" * 5_000_000, "file.line_too_long", "Line 2 of given.csv is too long"),
    ],
)
def test_what_is_refused(write, source, code, words):
    if code is None:
        assert _read(write(source))[0].head.columns == ("x",)
        return
    with pytest.raises(FileRefused, match=words) as refused:
        _read(write(source))
    assert refused.value.code == code


def test_rows_of_another_width_are_reported_and_kept(write):
    _, rows = _read(write("a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n"))
    assert _codes(rows) == [(2, None, "row.width"), (4, None, "row.width")]
    assert rows[0].values == {"a": "1", "b": "2", "c": None}


def test_blank_cells_are_none_and_others_keep_their_blanks(write):
    assert _read(write("a,b,c\n\u3000, x ,\u00a0\n"))[1][0].values == {"a": None, "b": " x ", "c": None}


def test_what_is_wrong_in_cells(write):
    _, rows = _read(write("a,b\nx\0,1\n2," + "x" * 10_001 + "\n3.10107E+11,1\n"))
    assert _codes(rows) == [(2, "a", "cell.no_character"), (3, "b", "cell.too_long"), (4, "a", "cell.excel_number")]


def test_too_many_rows_are_refused_while_reading(write):
    with pytest.raises(FileRefused, match="more than 1 rows") as refused:
        _read(write(TABLE), Limits(rows=1))
    assert refused.value.code == "file.too_many_rows"


def test_a_percent_sign_breaks_no_sentence(write):
    reading, _ = _read(write("%(x)s 100%,,\na,b,c\n1,2,3\n合计%,%,%\nTotal,100%,\n"))
    assert all(str(note) for note in (*reading.head.notes, *reading.late_notes))


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(st.sampled_from('a1,;\t"\n\r合计名称：=\0'), max_size=120)))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("csv") / "f.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    try:
        reading, rows = _read(path)
    except FileRefused:
        return
    assert len(set(reading.head.columns)) == len(reading.head.columns) > 0
    assert all(set(row.values) == set(reading.head.columns) for row in rows)


_MEASURE = """
import resource, sys, time
from pathlib import Path
from portal.kernel.formats.csv_rows import read_csv_rows
from portal.kernel.formats.reading import Wish
begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in read_csv_rows(Path(sys.argv[1]), Wish()).rows)
print(count, time.monotonic() - begun, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
def test_a_hundred_thousand_rows_take_seconds_and_no_memory(write):
    row = "310107005012,曹杨新村一村," + ",".join(["12345.5"] * 10) + "\n"
    path = write("code,name," + ",".join(f"c{n}" for n in range(10)) + "\n" + row * 100_000)
    done = subprocess.run([sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True)
    count, seconds, megabytes = done.stdout.split()
    assert (int(count), float(seconds) < 15, int(megabytes) < 40) == (100_000, True, True)
