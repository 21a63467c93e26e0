import csv
import io

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.formats.csv_table import read_csv
from portal.kernel.formats.rows import FileRefused

TABLE = "code,name\n310107005,曹杨新村街道\n310107014,长风新村街道\n"
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def _codes(read):
    return [(found.line, found.column, found.problem.code) for found in read.problems]


def test_a_table_becomes_rows(write):
    read = read_csv(write(TABLE))
    assert [row.values for row in read.rows] == [
        {"code": "310107005", "name": "曹杨新村街道"},
        {"code": "310107014", "name": "长风新村街道"},
    ]
    assert [(row.line, row.number, row.geometry) for row in read.rows] == [(2, 1, None), (3, 2, None)]
    assert (read.columns, read.declared_crs, read.encoding) == (("code", "name"), None, "utf-8")
    assert read.problems == []


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, st.just("x")), max_size=6),
    delimiter=st.sampled_from(",\t;"),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_spreadsheet_writes_is_read_back_with_true_lines(tmp_path_factory, rows, delimiter, ending):
    out = io.StringIO(newline="")
    # Python's writer leaves a lone carriage return bare where it ends lines by another sign.
    quoting = csv.QUOTE_MINIMAL if ending == "\r\n" else csv.QUOTE_ALL
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(["a", "b", "c"])
    begins = []
    for row in rows:
        begins.append(1 + len(io.StringIO(out.getvalue(), newline="").readlines()))
        writer.writerow(row)
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(out.getvalue().encode())
    read = read_csv(path)
    assert [tuple(row.values[c] or "" for c in "abc") for row in read.rows] == rows
    assert [row.line for row in read.rows] == begins


def test_empty_cells_are_none_and_blanks_are_kept(write):
    assert read_csv(write("a,b\n, x \n")).rows[0].values == {"a": None, "b": " x "}


def test_blank_lines_are_passed_over_but_counted(write):
    read = read_csv(write("\n\na,b\n\n1,2\n,\n  \n3,4\n"))
    assert [(row.line, row.values["a"]) for row in read.rows] == [(5, "1"), (8, "3")]


def test_a_quoted_cell_may_hold_line_ends(write):
    read = read_csv(write('a,b\n"x\ny\r\nz",1\n2,3\n'))
    assert [(row.line, row.values["a"]) for row in read.rows] == [(2, "x\ny\r\nz"), (5, "2")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_seen_in_the_header(write, delimiter):
    read = read_csv(write(TABLE.replace(",", delimiter)))
    assert read.columns == ("code", "name")


def test_the_delimiter_inside_quotes_does_not_count(write):
    read = read_csv(write('"a,1,2";"b"\n1;2\n'))
    assert read.columns == ("a,1,2", "b")


def test_a_delimiter_may_be_said(write):
    assert read_csv(write("a;b,c\n1;2,3\n"), delimiter=";").columns == ("a", "b,c")


def test_one_column_is_a_table(write):
    assert [row.values["code"] for row in read_csv(write("code\n1\n2\n")).rows] == ["1", "2"]


def test_a_header_alone_has_no_rows(write):
    assert read_csv(write("a,b")).rows == []


def test_columns_that_once_held_something_are_trimmed(write):
    read = read_csv(write("a,b,,\n1,2,,\n3,4\n5,6,,x\n"))
    assert read.columns == ("a", "b")
    assert [row.line for row in read.sound_rows] == [2, 3]
    assert _codes(read) == [(4, None, "row.width")]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a,b,a\n1,2,3\n", "heading “a” twice"),
        ("a, a\n1,2\n", "heading “a” twice"),
        ("a,,c\n1,2,3\n", "Column 2 of given.txt has no heading"),
        (",,\n", "no header row"),
        ("x" * 10_001 + ",b\n1,2\n", "Heading 1 of given.txt: The value has 10001"),
        (",".join(f"c{n}" for n in range(201)), "201 columns"),
    ],
)
def test_a_header_that_is_none_is_refused(write, source, words):
    with pytest.raises(FileRefused, match=words):
        read_csv(write(source))


def test_rows_of_another_width_are_reported_and_kept(write):
    read = read_csv(write("a,b,c\n1,2\n1,2,3\n1,2,3,4\n"))
    assert _codes(read) == [(2, None, "row.width"), (4, None, "row.width")]
    assert "2 cells, the header 3" in str(read.problems[0].problem.text)
    assert read.rows[0].values == {"a": "1", "b": "2", "c": None}
    assert [row.number for row in read.sound_rows] == [2]


@pytest.mark.parametrize("value", ["3.10107E+11", "3.1E+08", "3E+11", " 3.10107E+11 ", "1.0E+100"])
def test_a_code_that_excel_destroyed_is_seen(write, value):
    read = read_csv(write(f"code,name\n{value},真如\n310107005,曹杨\n"))
    assert _codes(read) == [(2, "code", "cell.excel_number")]
    assert f"Excel turned this code into {value.strip()}" in str(read.problems[0].problem.text)
    assert read.problems[0].value == value


@pytest.mark.parametrize("value", ["310107005", "3E11", "1.5e+03", "E+11", "B3.1E+08", "3.1E+08路", "12.1E+08"])
def test_what_excel_did_not_write_is_not_suspected(write, value):
    assert read_csv(write(f"code,name\n{value},x\n")).problems == []


def test_gb18030_must_be_declared(write):
    path = write(TABLE, encoding="gb18030")
    with pytest.raises(FileRefused, match=r"not UTF-8: byte 0xB2 .* line 2.*say --encoding gb18030"):
        read_csv(path)
    read = read_csv(path, encoding="gb18030")
    assert (read.encoding, read.rows[0].values["name"]) == ("gb18030", "曹杨新村街道")


def test_a_byte_order_mark_does_not_stick_to_the_first_heading(write):
    read = read_csv(write(TABLE, encoding="utf-8-sig"))
    assert (read.columns[0], read.encoding) == ("code", "utf-8-sig")


@pytest.mark.parametrize(
    ("source", "line"),
    [('a,b\n1,2\n"3,4\n5,6\n', 3), ('a,b\n"1"x,2\n', 2), ('a,b\n1,2\n"' + "x\n" * 100_000, 3), ('"a,b\n1,2\n', 1)],
)
def test_quotation_marks_that_do_not_pair_are_refused_with_the_line(write, source, line):
    with pytest.raises(FileRefused, match=f"From line {line} of given.txt on"):
        read_csv(write(source))


def test_cells_that_no_database_can_hold_are_reported(write):
    read = read_csv(write("a,b\nx\0,1\n2," + "x" * 10_001 + "\n"))
    assert _codes(read) == [(2, "a", "cell.no_character"), (3, "b", "cell.too_long")]


@pytest.mark.parametrize(
    ("lon", "lat", "point"),
    [
        ("121.4", "31.25", (121.4, 31.25)),
        (" 121.4 ", "31.25", (121.4, 31.25)),
        ("121°24′0″", "31°15′", (121.4, 31.25)),
        ("40633362.05", "3459537.58", (40633362.05, 3459537.58)),
    ],
)
def test_two_columns_become_a_point_with_the_numbers_as_written(write, lon, lat, point):
    read = read_csv(write(f"n,x,y\n1,{lon},{lat}\n"), lon_column="x", lat_column="y")
    assert read.rows[0].geometry == shapely.Point(point)
    assert read.rows[0].values["x"] == lon
    assert read.problems == []


def test_points_that_are_none(write):
    source = "n,x,y\n1,,\n2,121.4,\n3,nan,31\n4,121.4,x\n5,121.4,31.2\n"
    read = read_csv(write(source), lon_column="x", lat_column="y")
    assert [row.geometry is None for row in read.rows] == [True, True, True, True, False]
    assert _codes(read) == [(3, "y", "point.no_number"), (4, "x", "point.no_number"), (5, "y", "point.no_number")]
    assert [row.values["n"] for row in read.sound_rows] == ["1", "5"]
    assert "missing" in str(read.problems[0].problem.text)


@pytest.mark.parametrize(
    "columns", [{"lon_column": "lon", "lat_column": "y"}, {"lon_column": "x"}, {"lat_column": "y"}]
)
def test_position_columns_must_be_there(write, columns):
    with pytest.raises(FileRefused, match=r"has no column .*it has: n, x, y"):
        read_csv(write("n,x,y\n1,2,3\n"), **columns)


def test_the_caps(write, monkeypatch):
    with pytest.raises(FileRefused, match="too large"):
        read_csv(write(TABLE), max_bytes=10)
    monkeypatch.setattr("portal.kernel.formats.rows.MAX_ROWS", 1)
    with pytest.raises(FileRefused, match="more than 1 rows"):
        read_csv(write(TABLE))


def test_a_percent_sign_in_a_cell_breaks_no_sentence(write):
    read = read_csv(write("x,y\n100%,%(a)s\n"), lon_column="x", lat_column="y")
    assert [str(found.problem.text) for found in read.problems] == [
        "“100%” is not a coordinate.",
        "“%(a)s” is not a coordinate.",
    ]


@pytest.mark.slow
def test_two_hundred_thousand_rows_are_read_in_seconds(write):
    read = read_csv(
        write("code,name,x,y\n" + "310107005012,一村,121.4,31.25\n" * 200_000), lon_column="x", lat_column="y"
    )
    assert len(read.rows) == 200_000


@pytest.mark.real_data
def test_real_committees_are_read(real_file):
    read = read_csv(real_file("committees_putuo_zhonglou_2016_2023.csv"))
    assert read.problems == []
    assert len(read.rows) == 2996


@pytest.mark.real_data
def test_real_typhoon_fixes_are_points(real_file):
    path = real_file("typhoon_tracks_within_300km_of_putuo_1990_2025.csv")
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    lon, lat = (next(c for c in header if c.lower().startswith(part)) for part in ("lon", "lat"))
    read = read_csv(path, lon_column=lon, lat_column=lat)
    assert all(row.geometry is not None for row in read.rows)
    assert max(row.geometry.x for row in read.rows) > 180
