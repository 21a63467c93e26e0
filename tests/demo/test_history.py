"""What the demonstration knows of earlier days, and its change files."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.demo.files import DISTRICT, SINCE, TOWNS
from portal.divisions import queries as divisions
from portal.divisions.models import Change, Lineage
from portal.divisions.queries.changes import documents, last_step, plan_of
from portal.divisions.queries.mapped import compared
from portal.divisions.queries.snapshot import shapes_of
from portal.kernel.geo.crs import geodesic_area_m2
from portal.kernel.geo.geometry import as_multipolygon

EARLY, EVE, DAY, NOW = dt.date(2010, 1, 1), dt.date(2014, 12, 30), dt.date(2014, 12, 31), dt.date(2026, 7, 1)
UNCHANGED = {"曹杨新村街道", "长风新村街道", "长寿路街道", "甘泉路街道", "石泉路街道", "宜川路街道", "长征镇", "桃浦镇"}
NINE = UNCHANGED | {"真如镇"}


def towns(db: Session, day: dt.date) -> dict[str, int]:
    home = divisions.home(db, day)
    assert home is not None
    return {town.name: town.id for town in divisions.children(db, home.id, day)}


def drawn() -> dict[str, shapely.MultiPolygon]:
    rows = json.loads(TOWNS.read_text(encoding="utf-8"))["features"]
    shapes = {row["properties"]["name"]: shapely.from_geojson(json.dumps(row["geometry"])) for row in rows}
    return {name: as_multipolygon(shapely.normalize(shape)) for name, shape in shapes.items()}


def test_nine_towns_until_2014_and_ten_from_then_on(db: Session) -> None:
    assert divisions.home(db, dt.date(2006, 12, 30)) is None
    assert set(towns(db, EARLY)) == set(towns(db, EVE)) == NINE
    assert set(towns(db, DAY)) == UNCHANGED | {"真如镇街道", "万里街道"}
    assert set(towns(db, DAY)) == set(towns(db, NOW)) == set(drawn())


def test_every_shape_of_today_is_the_shipped_one_to_the_last_digit(db: Session) -> None:
    ids = towns(db, SINCE)
    found = shapes_of(db, ids.values(), SINCE)
    for name, shape in drawn().items():
        assert found[ids[name]].geometry.equals_exact(shape), name
        assert found[ids[name]].area_m2 == geodesic_area_m2(shape)


def test_the_early_town_held_what_two_hold_today(db: Session) -> None:
    before, now = towns(db, EARLY), drawn()
    found = shapes_of(db, before.values(), EARLY)
    both = shapely.union_all([now["长征镇"], now["万里街道"]])
    assert found[before["长征镇"]].geometry.equals(both)
    assert found[before["真如镇"]].geometry.equals_exact(now["真如镇街道"])
    assert shapely.union_all([one.geometry for one in found.values()]).equals(shapely.union_all(list(now.values())))


def test_what_became_of_them_is_documented(db: Session) -> None:
    rows = db.scalars(select(Lineage).where(Lineage.superseded_at.is_(None), Lineage.happened_on == DAY)).all()
    assert {(row.edge, row.document) for row in rows} == {
        ("type_changed", "沪府〔2014〕89号"),
        ("split_off", "沪府〔2014〕90号"),
    }
    split = next(row for row in rows if row.edge == "split_off")
    assert float(split.area_share or 0) == pytest.approx(3.1 / (3.1 + 7.6), abs=0.01)
    assert (split.people, float(split.people_share or 0)) == (None, 0.3)  # A share of the demonstration, no number.


def test_codes_and_committees_are_known_from_2023_only(db: Session) -> None:
    eve = SINCE - dt.timedelta(days=1)
    for system, code in (("mca", DISTRICT), ("nbs", "310107022"), ("nbs", "310107005001")):
        assert divisions.unit_by_code(db, system, code, SINCE) is not None
        assert divisions.unit_by_code(db, system, code, eve) is None
    assert all(not divisions.children(db, unit_id, eve) for unit_id in towns(db, eve).values())


def test_the_public_finds_old_names_and_what_became_of_them(public: Session) -> None:
    found = divisions.search_public(public, "真如镇", NOW)
    assert {hit.unit.name for hit in found} == {"真如镇", "真如镇街道"}
    ended = next(hit.ended for hit in found if hit.unit.name == "真如镇")
    assert ended is not None
    assert [fate.name for fate in ended.went_into()] == ["真如镇街道"]
    names = {hit.unit.name for hit in divisions.search_public(public, "海棠苑居委会", NOW)}
    assert names == {"海棠苑居委会", "海棠苑第二居委会（演示）"}
    assert {unit.name for unit in divisions.public_units(public, EARLY)} == NINE | {"普陀区"}


def test_a_comparison_tells_when_the_new_ones_began(public: Session) -> None:
    found = compared(public, EARLY, dt.date(2024, 6, 30), 4)
    assert {unit.name: unit.since for unit in found.born} == {"真如镇街道": DAY, "万里街道": DAY}
    assert {unit.name for unit in found.gone} == {"真如镇"}


def test_two_files_made_history_and_say_what_is_not_known(db: Session) -> None:
    files = db.scalars(select(Change).where(Change.effective_on == DAY)).all()
    assert {file.document_number for file in files} == {"沪府〔2014〕89号", "沪府〔2014〕90号"}
    for file in files:
        assert file.state == "completed"
        assert "日期未查到" in file.note
        assert [scan for _, scan in documents(db, file)] == [None]
        assert plan_of(db, file, NOW).findings is not None


def test_one_file_has_taken_effect_and_one_awaits_its_day(db: Session) -> None:
    renamed, moving = db.scalars(select(Change).where(Change.title.contains("演示")).order_by(Change.id)).all()[-2:]
    assert (renamed.kind, renamed.state, renamed.recorded_by) == ("rename", "completed", "何雨欣")
    assert (moving.kind, moving.state, moving.effective_on) == ("adjust_line", "approved", None)
    papers = documents(db, moving)
    assert len(papers) == 5
    assert all(scan is None for _, scan in papers)
    plan = plan_of(db, moving, NOW)
    assert not plan.errors
    assert plan.lines is not None
    assert plan.lines.hectares == pytest.approx(10.9, abs=0.3)
    assert last_step(db, moving, "approve") is not None
