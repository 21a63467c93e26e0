import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
import shapely

from portal.kernel.formats.child import process as process_module
from portal.kernel.formats.child import wire
from portal.kernel.formats.child.process import ReaderProcess
from portal.kernel.formats.limits import MEGABYTE, Limits
from portal.kernel.formats.opening import _frames, _rows, open_file
from portal.kernel.formats.reading import CellProblem, Head, ReadRow, Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import text
from tests.factories.vector_files import write_gpkg

NO_WISH = Wish()


@pytest.fixture
def gpkg(tmp_path):
    def make(count=3):
        shapes = [shapely.Point(121.4, 31.2).buffer(0.001)] * count
        return write_gpkg(tmp_path / "a.gpkg", shapes, {"名称": [f"第{at}号" for at in range(count)]})

    return make


@pytest.fixture
def own_temp(tmp_path, monkeypatch):
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _children():
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _refused(path, limits=None, **options):
    with (
        pytest.raises(FileRefused) as caught,
        open_file(path, NO_WISH, limits or Limits(), name="f", **options) as reading,
    ):
        list(reading.rows)
    return caught.value


def test_every_kind_comes_through_the_same_door(tmp_path, gpkg, own_temp):
    (tmp_path / "a.csv").write_text("名称,n\n真如,1\n", "utf-8")
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    (tmp_path / "a.kml").write_text("<kml><Placemark/></kml>")
    for path, kind, rows in ((gpkg(), "gpkg", 3), (tmp_path / "a.csv", "csv", 1), (tmp_path / "a.kml", "kml", 1)):
        with open_file(path, name=path.name) as reading:
            assert (reading.head.kind, len(list(reading.rows))) == (kind, rows)
    with open_file(tmp_path / "a.geojson", name="a.geojson") as reading:
        assert list(reading.rows) == []
    assert list(own_temp.iterdir()) == []


def test_the_file_is_not_touched_and_nothing_is_left(gpkg, own_temp):
    path = gpkg()
    before = path.read_bytes(), path.stat().st_mtime_ns
    with open_file(path, name="a.gpkg") as reading:
        (folder,) = own_temp.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        list(reading.rows)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(own_temp.iterdir()) == []
    assert _children() == []


def test_leaving_early_ends_the_reader(gpkg, own_temp):
    with open_file(gpkg(20_000), name="a.gpkg") as reading:
        assert next(reading.rows).number == 1
        assert len(_children()) == 1
    assert _children() == []
    assert list(own_temp.iterdir()) == []


def test_an_error_of_the_taker_ends_the_reader(gpkg, own_temp):
    with pytest.raises(ZeroDivisionError), open_file(gpkg(), name="a.gpkg") as reading:
        [1 // 0 for _ in reading.rows]
    assert _children() == []
    assert list(own_temp.iterdir()) == []


def test_a_killed_reader_is_no_whole_file(gpkg, own_temp):
    with pytest.raises(FileRefused, match="ended unexpectedly") as caught, open_file(gpkg(20_000), name="f") as reading:
        [os.kill(_children()[0], 9) for row in reading.rows if row.number == 1]
    assert caught.value.code == "file.crashed"
    assert list(own_temp.iterdir()) == []


def test_the_reader_waits_while_nobody_takes(gpkg):
    with open_file(gpkg(20_000), name="f") as reading:
        next(reading.rows)
        time.sleep(0.5)
        (child,) = _children()
        before = Path(f"/proc/{child}/stat").read_text().split()[13:15]
        time.sleep(0.5)
        assert Path(f"/proc/{child}/stat").read_text().split()[13:15] == before
        assert sum(1 for _ in reading.rows) == 19_999


def test_refusals_of_the_reader_arrive_with_their_words_and_code(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type":"FeatureCollection",\n"features":[{]}')
    refusal = _refused(path)
    assert (refusal.code, refusal.message.params["line"]) == ("file.damaged", 2)


def test_too_much_memory_has_its_own_sentence(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type":"FeatureCollection","x":"' + "真" * (25 * MEGABYTE) + '","features":[]}', "utf-8")
    refusal = _refused(path, Limits(memory=320 * MEGABYTE))
    assert refusal.code == "file.too_much_memory"
    assert "more than 320 MB" in str(refusal)


def test_too_long_has_its_own_sentence(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text(
        "<kml>" + "<Placemark><Point><coordinates>1,2</coordinates></Point></Placemark>" * 190_000 + "</kml>"
    )
    started = time.monotonic()
    refusal = _refused(path, Limits(seconds=1))
    assert refusal.code == "file.too_slow"
    assert time.monotonic() - started < 20


def test_cancelling_is_heard_soon(tmp_path, own_temp):
    path = tmp_path / "a.kml"
    path.write_text(
        "<kml>" + "<Placemark><Point><coordinates>1,2</coordinates></Point></Placemark>" * 190_000 + "</kml>"
    )
    started = time.monotonic()
    refusal = _refused(path, cancelled=lambda: time.monotonic() - started > 0.5)
    assert refusal.code == "file.cancelled"
    assert time.monotonic() - started < 15
    assert list(own_temp.iterdir()) == []


def test_a_row_or_a_file_with_too_many_vertices(gpkg):
    path = gpkg()
    with open_file(path, NO_WISH, Limits(vertices_of_row=10), name="f") as reading:
        rows = list(reading.rows)
    assert [row.shape for row in rows] == [None] * 3
    assert {found.problem.code for row in rows for found in row.problems} == {"geometry.too_many_vertices"}
    assert _refused(path, Limits(vertices=100)).code == "file.too_many_vertices"


def test_what_a_killed_pair_left_is_swept_away(gpkg, own_temp):
    old, young = own_temp / "anjie-read-old", own_temp / "anjie-read-young"
    for folder in (old, young):
        folder.mkdir()
    os.utime(old, (0, 0))
    with open_file(gpkg(), name="f") as reading:
        list(reading.rows)
    assert [folder.name for folder in own_temp.iterdir()] == ["anjie-read-young"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to lay down")
def test_root_lays_down_its_rights(gpkg, open_folder, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(open_folder))
    with open_file(gpkg(20_000), name="f") as reading:
        next(reading.rows)
        (child,) = _children()
        status = Path(f"/proc/{child}/status").read_text()
        list(reading.rows)
    uid = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1]
    assert int(uid) == process_module._account().uid != 0
    assert list(open_folder.iterdir()) == []


# --- a reader that lies ---------------------------------------------------------------------------------------


@pytest.fixture
def lying(tmp_path):
    """What comes of frames as a broken or hostile reader could send them; the rows, or the refusal."""

    def run(data, *, then="pass", **limits):
        sent = tmp_path / "sent"
        sent.write_bytes(data)
        code = (
            f"import sys, time; sys.stdout.buffer.write(open({str(sent)!r}, 'rb').read()); sys.stdout.flush(); {then}"
        )
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
            frames = _frames(ReaderProcess(process, Limits(**limits), lambda: False), "f")
            try:
                return list(_rows(frames, ("a",), "f", []))
            finally:
                process.kill()

    return run


ROW = wire.plain_row(ReadRow(1, 1, {"a": "x"}), ("a",))


def test_an_honest_stream(lying):
    assert (
        lying(wire.pack(wire.ROWS, [ROW, ROW]) + wire.pack(wire.END, wire.plain_end(2, [])))
        == [ReadRow(1, 1, {"a": "x"})] * 2
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        wire.pack(wire.ROWS, [ROW]),
        wire.pack(wire.ROWS, [ROW]) + wire.pack(wire.END, wire.plain_end(2, [])),
        wire.pack(wire.ROWS, [ROW]) + wire.pack(wire.END, wire.plain_end(1, []))[:-1],
        wire.pack(wire.ROWS, "x"),
        wire.pack("other", []),
        wire.pack(wire.ROWS, [[1, 1, ["x", "y"], None, []]]),
        wire.pack(wire.ROWS, [[1, 1, [5], None, []]]),
        wire.pack(wire.ROWS, [[1, True, ["x"], None, []]]),
        wire.pack(wire.ROWS, [[1, 1, ["x"], "shape", []]]),
        wire.pack(wire.ROWS, [[1, 1, ["x"], None, [[]]]]),
        wire.pack(wire.ROWS, [None]),
        b"\xff\xff\xff\xff" + b"x" * 100,
        b"\x00\x00\x00\x02\xc1\xc1",
        b"Traceback (most recent call last)",
    ],
)
def test_anything_else_is_a_crash_and_never_a_whole_file(lying, data):
    with pytest.raises(FileRefused) as caught:
        lying(data)
    assert caught.value.code == "file.crashed"


def test_a_reader_that_falls_silent_is_waited_for_no_longer_than_the_limit(lying):
    with pytest.raises(FileRefused, match="longer than 1 seconds"):
        lying(wire.pack(wire.ROWS, [ROW]), then="time.sleep(30)", seconds=1)


def test_heads_rows_and_refusals_survive_the_wire():
    head = Head(
        "gpkg",
        ("a", "b"),
        sample=("真如",),
        parts=("x",),
        part="x",
        notes=(text("%(n)d of %(of)s", n=5, of=text("x")),),
    )
    assert wire.head_of(wire.unpack(wire.pack(wire.HEAD, wire.plain_head(head))[4:])[1]) == head
    problem = Problem("geometry.x", text("at %(x).2f", x=1.5), (121.4, 31.2), "note")
    row = ReadRow(7, 9, {"a": "\ud800", "b": None}, b"\x00", (CellProblem(problem, "a", "\ud800"),))
    sent = wire.unpack(wire.pack(wire.ROWS, [wire.plain_row(row, head.columns)])[4:])[1]
    assert wire.row_of(sent[0], head.columns) == row
    refusal = wire.refusal_of(wire.plain_refusal(FileRefused(text("no %(file)s", file="x"), "file.y")))
    assert (str(refusal), refusal.code) == ("no x", "file.y")


@pytest.mark.slow
def test_a_hundred_thousand_polygons_in_time_and_little_memory(tmp_path):
    import resource

    random, turn = np.random.default_rng(1), np.linspace(0, 2 * np.pi, 61)[:-1]
    radius = 0.001 * (0.7 + 0.3 * random.random((100_000, 60)))
    xy = np.stack([121.4 + radius * np.cos(turn), 31.2 + radius * np.sin(turn)], -1)
    shapes = shapely.polygons(np.concatenate([xy, xy[:, :1]], 1))
    path = write_gpkg(tmp_path / "a.gpkg", list(shapes), {"n": [f"第{at}号" for at in range(100_000)]}, kind="Polygon")
    before, readers_before = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    with open_file(path, name="f") as reading:
        assert sum(1 for _ in reading.rows) == 100_000
    ours, readers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ours.ru_utime - before.ru_utime + readers.ru_utime - readers_before.ru_utime < 30
    assert ours.ru_maxrss - before.ru_maxrss < 100 * 1024


def test_what_only_the_end_of_a_file_tells_comes_through(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("名称,人数\n曹杨,10\n长风,20\n合计,30\n", encoding="utf-8")
    with open_file(path, name=path.name) as reading:
        assert [row.values["名称"] for row in reading.rows] == ["曹杨", "长风"]
        assert len(reading.late_notes) == 1
