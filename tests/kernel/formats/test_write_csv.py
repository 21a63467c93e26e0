"""CSV out, read with the standard library."""

from __future__ import annotations

import csv
import io

from portal.kernel.formats.opening import open_file
from portal.kernel.formats.writing import write_csv
from tests.factories.outgoing import COLUMNS, outgoing, row

HOSTILE = ['=HYPERLINK("http://x")', "+86 21 5256 4588", "-3", "@a", "＝1+1", "\t=1", "a\n=b", 'say "no"', "a,b"]


def read(path, encoding):
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


def test_for_people_it_has_a_mark_words_and_nothing_that_runs(tmp_path):
    path = tmp_path / "a.csv"
    assert write_csv(path, outgoing([row(name=name, people=-5) for name in HOSTILE]), bom=True) == len(HOSTILE)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in path.read_bytes()
    head, *rows = read(path, "utf-8-sig")
    assert head[0] == "名称"
    names = [cells[0] for cells in rows]
    assert names[:6] == ["'" + name for name in HOSTILE[:6]]
    assert names[6:] == HOSTILE[6:]
    assert rows[0][1:] == ["031010700501", "重大", "-5", "1234.50", "2026-05-31", "王芳", "是", "2026-05-31 08:30:00"]


def test_for_machines_it_has_keys_and_exact_values(tmp_path):
    path = tmp_path / "a.csv"
    write_csv(path, outgoing([row(name=name) for name in HOSTILE]), bom=False)
    head, *rows = read(path, "utf-8")
    assert head == [column.key for column in COLUMNS]
    assert [cells[0] for cells in rows] == HOSTILE
    assert rows[0][1:] == ["031010700501", "red", "120", "1234.50", "2026-05-31", "王芳", "true", "2026-05-31 08:30:00"]


def test_what_is_not_known_is_an_empty_cell(tmp_path):
    path = tmp_path / "a.csv"
    write_csv(path, outgoing([row(**dict.fromkeys((column.key for column in COLUMNS), None))]), bom=True)
    assert read(path, "utf-8-sig")[1] == [""] * len(COLUMNS)


def test_our_own_reader_takes_it(tmp_path):
    path = tmp_path / "a.csv"
    write_csv(path, outgoing([row()]), bom=False)
    with open_file(path, name=path.name) as reading:
        (found,) = reading.rows
    assert not found.problems
    assert found.values["code"] == "031010700501"


def test_rows_are_asked_for_one_by_one(tmp_path):
    """Nothing is gathered: the file already holds what came before the row being made."""
    path = tmp_path / "a.csv"
    sizes = []

    def rows():
        for number in range(2000):
            sizes.append(path.stat().st_size)
            yield row(name=f"{number}")

    write_csv(path, outgoing(rows()), bom=False)
    assert sizes[-1] > sizes[0]
