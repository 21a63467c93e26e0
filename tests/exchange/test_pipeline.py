"""A file from the reader to the base and back, in one transaction."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import BadInput, FormInvalid, RuleBroken
from portal.exchange.models import Import, State
from portal.exchange.queries import imports as queries
from portal.exchange.returning import write_returned
from portal.exchange.running import Asked, RowsRefused
from portal.exchange.service import entering, moving
from portal.exchange.staging import Counts
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.rows import FileRefused
from portal.risk.models import Hazard
from tests.exchange.imports import HEADINGS, ROW, Runner, workbook
from tests.factories.people import make_land

DEGREES = Asked(crs="EPSG:4490")


@pytest.fixture
def runner(session: Session, settings) -> Runner:
    make_land(session)
    return Runner(session, settings)


def row(**changed: str) -> list[object]:
    said = dict(zip(HEADINGS, ROW, strict=True)) | changed
    return list(said.values())


def codes(runner: Runner, found: Import) -> set[str]:
    return {one.code for one in queries.findings(runner.session, found, level="error")}


def test_a_workbook_goes_in_and_a_second_time_changes_nothing(runner: Runner, tmp_path: Path) -> None:
    path = workbook(tmp_path / "隐患.xlsx", [row(), row(名称="危房", 类型="危险房屋")])
    found = runner.preview(path, DEGREES)
    assert Counts.of(found.counts).new == 2, queries.findings(runner.session, found)
    runner.go_in(found)
    assert found.state == "done"
    hazards = runner.session.scalars(select(Hazard).order_by(Hazard.id)).all()
    assert [hazard.name for hazard in hazards] == ["下立交积水点", "危房"]
    assert (round(hazards[0].shape.x, 6), round(hazards[0].shape.y, 6)) == (121.405, 31.245)
    again = runner.preview(path, DEGREES)
    counts = Counts.of(again.counts)
    assert (counts.new, counts.changed, counts.unchanged, counts.refused) == (0, 0, 2, 0)


def test_a_change_is_shown_before_it_is_made(runner: Runner, tmp_path: Path) -> None:
    runner.go_in(runner.preview(workbook(tmp_path / "a.xlsx", [row()]), DEGREES))
    found = runner.preview(workbook(tmp_path / "b.xlsx", [row(等级="重大")]), DEGREES)
    (difference,) = queries.differences(runner.session, found)
    assert difference.changes == {"level": ("orange", "red")}
    assert runner.session.scalars(select(Hazard.level)).all() == ["orange"]
    runner.go_in(found)
    assert runner.session.scalars(select(Hazard.level)).all() == ["red"]


def test_refused_rows_keep_the_file_out_with_every_reason(runner: Runner, tmp_path: Path) -> None:
    rows = [row(), row(名称="", 等级="紫"), row(所属街镇="无此镇"), row(经度="约121"), row(起始日期="2026-06-31")]
    found = runner.preview(workbook(tmp_path / "a.xlsx", rows), DEGREES)
    assert Counts.of(found.counts).refused == 4
    assert {"cell.required", "cell.choice", "point.no_number"} <= codes(runner, found)
    with pytest.raises(RowsRefused):
        runner.go_in(found)
    assert runner.session.scalars(select(Hazard)).all() == []


def test_the_valid_rows_go_in_on_request(runner: Runner, tmp_path: Path) -> None:
    found = runner.preview(workbook(tmp_path / "a.xlsx", [row(), row(名称="坏", 等级="紫")]), DEGREES)
    runner.go_in(found, valid_only=True)
    assert [hazard.name for hazard in runner.session.scalars(select(Hazard))] == ["下立交积水点"]


def test_the_corrected_file_goes_straight_in_again(runner: Runner, tmp_path: Path) -> None:
    path = workbook(tmp_path / "隐患.xlsx", [row(), row(名称="坏", 等级="紫")])
    found = runner.preview(path, DEGREES)
    returned = write_returned(runner.session, found, path, tmp_path)
    book = load_workbook(returned.path)
    sheet = book.active
    assert sheet.cell(3, len(HEADINGS) + 1).value.count("cell.choice") == 1
    assert sheet.cell(2, len(HEADINGS) + 1).value in (None, "")
    sheet.cell(3, 3).value = "低"
    corrected = tmp_path / "corrected.xlsx"
    book.save(corrected)
    again = runner.preview(corrected, DEGREES)
    assert Counts.of(again.counts).new == 2, queries.findings(runner.session, again)


def test_rows_that_say_the_same_are_found_in_the_file(runner: Runner, tmp_path: Path) -> None:
    found = runner.preview(workbook(tmp_path / "a.xlsx", [row(), row()]), DEGREES)
    assert Counts.of(found.counts).refused == 1
    (told,) = queries.findings(runner.session, found, level="error")
    assert told.line == 3


def test_positions_without_a_system_are_asked_for(runner: Runner, tmp_path: Path) -> None:
    with pytest.raises(FormInvalid) as caught:
        runner.preview(workbook(tmp_path / "a.xlsx", [row()]))
    assert "crs" in caught.value.messages


def test_gb18030_is_read_with_a_sample_that_wants_a_yes(runner: Runner, tmp_path: Path) -> None:
    path = tmp_path / "隐患.csv"
    path.write_bytes("\r\n".join(",".join(map(str, cells)) for cells in (HEADINGS, row())).encode("gb18030"))
    with pytest.raises(FormInvalid) as caught:
        runner.preview(path, DEGREES)
    assert "encoding" in caught.value.messages
    found = runner.preview(path, Asked(crs="EPSG:4490", sure=("encoding",)))
    assert Counts.of(found.counts).new == 1
    declared = runner.preview(path, Asked(Wish(encoding="gb18030"), crs="EPSG:4490"))
    assert Counts.of(declared.counts).new == 1


def test_an_old_datum_is_refused_with_the_reason(runner: Runner, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Beijing 1954"):
        runner.preview(workbook(tmp_path / "a.xlsx", [row()]), Asked(crs="EPSG:4214"))


def test_a_file_that_cannot_be_read_says_why(runner: Runner, tmp_path: Path) -> None:
    path = tmp_path / "隐患.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    with pytest.raises(BadInput, match=r"隐患\.xlsx"):
        runner.preview(path, DEGREES)


def test_what_has_moved_on_since_the_preview_is_not_written(runner: Runner, tmp_path: Path) -> None:
    first = runner.preview(workbook(tmp_path / "a.xlsx", [row()]), DEGREES)
    second = runner.preview(workbook(tmp_path / "b.xlsx", [row()]), DEGREES)
    runner.go_in(first)
    with pytest.raises(entering.MovedOn):
        runner.go_in(second)
    assert len(runner.session.scalars(select(Hazard)).all()) == 1


def test_an_import_is_taken_back_as_a_whole(runner: Runner, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [row()])
    found = runner.preview(path, DEGREES)
    runner.go_in(found)
    moving.move(runner.session, found, State.UNDOING)
    entering.undo(runner.session, runner.actor, found, runner.importer)
    assert found.state == "undone"
    again = runner.preview(path, DEGREES)
    assert Counts.of(again.counts).new == 1


def test_an_import_that_was_built_on_is_not_taken_back(runner: Runner, tmp_path: Path) -> None:
    found = runner.preview(workbook(tmp_path / "a.xlsx", [row()]), DEGREES)
    runner.go_in(found)
    runner.go_in(runner.preview(workbook(tmp_path / "b.xlsx", [row(等级="重大")]), DEGREES))
    moving.move(runner.session, found, State.UNDOING)
    with pytest.raises(RuleBroken):
        entering.undo(runner.session, runner.actor, found, runner.importer)


def test_headings_are_remembered(runner: Runner, tmp_path: Path) -> None:
    headings = ["点位叫法", *HEADINGS[1:]]
    path = workbook(tmp_path / "a.xlsx", [row()], headings)
    with pytest.raises(FormInvalid) as caught:
        runner.preview(path, DEGREES)
    assert "column-name" in caught.value.messages
    runner.go_in(runner.preview(path, Asked(columns={"name": "点位叫法"}, crs="EPSG:4490")))
    found = runner.preview(path, DEGREES)
    assert Counts.of(found.counts).unchanged == 1


def test_a_file_whose_name_is_in_the_bytes_of_old_windows_goes_in(runner: Runner, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [row()])
    renamed = path.rename(tmp_path / os.fsdecode("隐患.xlsx".encode("gbk")))
    assert runner.preview(renamed, DEGREES).file_name == "隐患.xlsx"


def test_a_refused_file_keeps_its_code(runner: Runner, tmp_path: Path) -> None:
    path = tmp_path / "隐患.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    with pytest.raises(FileRefused) as caught:
        runner.preview(path, DEGREES)
    assert caught.value.code == "file.picture"
    assert (runner.session.scalars(select(Import)).one().question or {})["code"] == "file.picture"
