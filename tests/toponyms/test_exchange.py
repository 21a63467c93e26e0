"""Place names that come in from files and go out again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest
import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.exchange.queries import imports as import_queries
from portal.exchange.running import Asked
from portal.exchange.staging import Counts
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.models import AuditEntry
from portal.kernel.contracts.importing import Action
from portal.toponyms.exchange.imports import NAMES
from portal.toponyms.models import NameVersion
from portal.toponyms.queries import names
from portal.toponyms.queries.names import Chosen
from portal.toponyms.rules.position import Entered
from tests.exchange.imports import Runner
from tests.factories.staging import StagedRows, codes, entered, planned, staged
from tests.factories.toponyms import LINE, TODAY, make_application, make_name
from tests.toponyms.conftest import District, somebody

ROW = {"name": "长征路", "kind": "road", "unit": "曹杨新村街道", "meaning": "以红军长征命名"}
SHAPE = shapely.LineString([(121.402, 31.241), (121.408, 31.246)])


def file(*rows: dict[str, object], shapes: object = (), **options: object) -> StagedRows:
    """A file of rows that differ from `ROW`."""
    return staged(NAMES, [ROW | row for row in rows], shapes=shapes, options=options, today=TODAY)


def only(session: Session) -> NameVersion:
    return session.scalars(select(NameVersion).where(NameVersion.superseded_at.is_(None))).one()


def test_new_rows_go_in_and_parts_and_pinyin_are_proposed(session: Session, district: District, clerk: Actor) -> None:
    more = {"name": "西安路", "pinyin": "Xi1'an1 Lu4", "former": "旧一、旧二", "valid_from": dt.date(1956, 1, 1)}
    manifest = entered(session, clerk, NAMES, file({}, more, shapes=[SHAPE]))
    rows = session.scalars(select(NameVersion).order_by(NameVersion.id)).all()
    assert len(manifest["added"]) == 2
    assert [(row.specific, row.generic, row.pinyin) for row in rows] == [
        ("长征", "路", "Chángzhēng Lù"), ("西安", "路", "Xī'ān Lù"),
    ]  # fmt: skip
    assert (rows[0].entry, rows[0].source, rows[0].shape) == ("imported", "名单.xlsx", SHAPE)
    assert (rows[1].former, rows[1].valid_from) == (["旧一", "旧二"], dt.date(1956, 1, 1))
    assert session.scalars(select(AuditEntry).where(AuditEntry.subject == "toponyms.import")).one().verb == "imported"


def test_the_same_file_again_changes_nothing(session: Session, district: District, clerk: Actor) -> None:
    entered(session, clerk, NAMES, file({}, shapes=[SHAPE]))
    [row] = planned(session, clerk, NAMES, file({}, shapes=[SHAPE]))
    assert (row.action, row.changes) == (Action.UNCHANGED, {})


def test_differences_are_corrections_or_changes_as_the_file_says(
    session: Session, district: District, clerk: Actor
) -> None:
    entered(session, clerk, NAMES, file({}))
    given = file({"meaning": "另一种说法"})
    [row] = planned(session, clerk, NAMES, given)
    assert row.changes == {"meaning": ("以红军长征命名", "另一种说法")}
    NAMES.enter(session, clerk, given.for_entering())
    assert (only(session).entry, only(session).valid_from) == ("corrected", TODAY)
    make_name(session, district.changzheng, "旧路")
    later = {"unit": "长征镇", "name": "旧路", "status": "cancelled", "meaning": None}
    entered(session, clerk, NAMES, file(later, changed_on=dt.date(2026, 5, 1)))
    found = session.scalars(select(NameVersion).where(NameVersion.name == "旧路").order_by(NameVersion.id)).all()
    told = [(one.status, one.valid_from, one.entry) for one in found if one.superseded_at is None]
    assert told == [("in_use", dt.date(1990, 5, 1), "added"), ("cancelled", dt.date(2026, 5, 1), "changed")]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"unit": "火星"}, "unit.unknown"),
        ({"unit": None}, "unit.missing"),
        ({"id": "7"}, "toponym.bad_id"),
        ({"id": "019a0000-0000-7000-8000-000000000000"}, "toponym.unknown_id"),
        ({"pinyin": "长征路"}, "toponym.invalid"),
        ({"valid_from": dt.date(2026, 7, 2)}, "toponym.invalid"),
        ({"former": "名" * 61}, "toponym.invalid"),
    ],
)
def test_what_keeps_a_row_out(
    session: Session, district: District, clerk: Actor, given: dict[str, object], code: str
) -> None:
    [row] = planned(session, clerk, NAMES, file(given))
    assert codes(row) == [code]


def test_rows_that_mean_one_name(session: Session, district: District, clerk: Actor) -> None:
    rows = planned(session, clerk, NAMES, file({}, {}))
    assert [codes(row) for row in rows] == [[], ["toponym.twice"]]


def test_outside_ones_divisions_there_is_nothing(session: Session, district: District) -> None:
    rows = planned(session, somebody(district.caoyang), NAMES, file({"unit": "长征镇"}, {"unit": "源园居委会"}))
    assert [codes(row) for row in rows] == [["unit.unknown"], []]


def test_nobody_is_overwritten_between_check_and_entry(session: Session, district: District, clerk: Actor) -> None:
    entered(session, clerk, NAMES, file({}))
    given = file({"meaning": "甲"})
    planned(session, clerk, NAMES, given)
    entered(session, SYSTEM, NAMES, file({"meaning": "乙"}))
    with pytest.raises(RuleBroken, match="line 2"):
        NAMES.enter(session, clerk, given.for_entering())


def test_undo_takes_all_back(session: Session, district: District, clerk: Actor) -> None:
    public_id = make_name(session, district.caoyang, position=LINE)
    manifest = entered(session, clerk, NAMES, file({"meaning": "甲"}, {"name": "新路"}))
    NAMES.undo(session, clerk, manifest)
    row = names.name_at(session, SYSTEM, public_id, TODAY)
    assert (row.version.meaning, row.version.entry, row.version.original_geometry) == ("", "restored", LINE.text)
    assert [row.version.name for row in names.names(session, SYSTEM, Chosen(TODAY))] == ["长征路"]
    again = planned(session, clerk, NAMES, file({"meaning": "甲"}, {"name": "新路"}))
    assert [row.action for row in again] == [Action.CHANGED, Action.NEW]


def test_undo_is_refused_once_somebody_built_on_it(session: Session, district: District, clerk: Actor) -> None:
    manifest = entered(session, clerk, NAMES, file({}))
    [public_id] = [row.public_id for row in names.names(session, SYSTEM, Chosen(TODAY))]
    make_application(session, district.caoyang, "清涟路", act="renaming", of=public_id, received_on=TODAY)
    with pytest.raises(RuleBroken, match="长征路"):
        NAMES.undo(session, clerk, manifest)


@pytest.fixture
def putuo(session: Session, app, district: District) -> District:
    area = {
        "type": "Polygon",
        "coordinates": [[[121.401, 31.241], [121.4021, 31.241], [121.402, 31.243], [121.401, 31.241]]],
    }
    make_name(session, district.caoyang, position=LINE, former=("旧一", "旧二"), history="第一行\n第二行")
    make_name(session, district.caoyang, "=1+1 路", pinyin="Yī Lù", position=Entered(json.dumps(area)))
    make_name(session, district.changzheng, "无坐标路", valid_from=dt.date(1956, 1, 1), valid_from_precision="year")
    return district


@pytest.mark.parametrize("ending", ["xlsx", "csv", "geojson", "gpkg"])
def test_what_goes_out_comes_in_again(session, settings, as_role, putuo, tmp_path: Path, ending: str) -> None:
    answer = as_role("division_clerk").get(f"/exchange/export/toponyms/names.{ending}")
    assert answer.status_code == 200
    path = tmp_path / f"names.{ending}"
    path.write_bytes(answer.data)
    runner = Runner(session, settings, "toponyms:names")
    found = runner.preview(path, Asked(crs="EPSG:4490"))
    told = [(one.code, str(one.sentence)) for one in import_queries.findings(session, found, level="error")]
    assert told == []
    assert [one.changes for one in import_queries.differences(session, found)] == []
    counts = Counts.of(found.counts)
    assert (counts.unchanged, counts.total) == (3, 3)


def test_a_workbook_of_the_census(session, settings, putuo, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["标准名称", "罗马字母拼写", "地名类别", "所在街镇", "地名来历", "历史沿革", "曾用名", "资料来源"],
        ["兰溪路", "Lánxī Lù", "街路巷", "曹杨新村街道", "以浙江兰溪命名", "1953年筑", "", "普陀区地名志"],
        ["曹杨公园", None, "公园", "曹杨新村街道", None, None, None, None],
        ["<script>alert(1)</script>路", None, "街路巷", "曹杨新村街道", None, None, None, None],
    ):
        book.active.append(row)
    path = tmp_path / "census.xlsx"
    book.save(path)
    runner = Runner(session, settings, "toponyms:names")
    counts = Counts.of(runner.preview(path, Asked(crs="EPSG:4490")).counts)
    assert (counts.new, counts.refused, counts.total) == (2, 1, 3)


def test_a_thousand_rows(session: Session, district: District, clerk: Actor) -> None:
    entered(session, clerk, NAMES, file(*({"name": f"第{i}路"} for i in range(1200))))
    assert session.scalar(select(func.count()).select_from(NameVersion)) == 1200
