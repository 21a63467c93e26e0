"""Naming the home, the derived tree, and the tables that are only added to."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.divisions import queries
from portal.divisions.models import Unit, UnitCode, UnitVersion
from portal.divisions.service import (
    Batch,
    CodeRow,
    MakeHome,
    NewUnit,
    Term,
    VersionRow,
    enter_units,
    make_home,
    rebuild_ancestry,
)
from portal.divisions.signals import units_announced
from portal.errors import Forbidden, FormInvalid, RuleBroken
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.trail import entries
from tests.factories.divisions import BEGINNING, make_district, make_unit

TODAY = dt.date(2024, 6, 1)
COMMAND = MakeHome("普陀区", None, "district", 3, BEGINNING, "沪府文件", {"mca": "310107"})


def test_the_home_is_made_once_announced_and_audited(session):
    heard = []
    with units_announced.connected_to(lambda sender, **said: heard.append(said)):
        unit = make_home(session, SYSTEM, COMMAND)
    assert queries.home(session, TODAY).public_id == unit.public_id
    assert len(heard) == 1
    assert [entry.subject_id for entry in entries(session) if entry.verb == "made_home"] == [str(unit.public_id)]
    with pytest.raises(RuleBroken):
        make_home(session, SYSTEM, COMMAND)


def test_only_the_command_line_names_the_home(session):
    with pytest.raises(Forbidden):
        make_home(session, Actor(1, "张三", roles=frozenset({"administrator"})), COMMAND)


@pytest.mark.parametrize(
    ("change", "field"), [({"name": " "}, "name"), ({"kind": "bezirk"}, "kind"), ({"codes": {"gb": "310107"}}, "codes")]
)
def test_a_home_that_is_none(session, change, field):
    with pytest.raises(FormInvalid) as caught:
        make_home(session, SYSTEM, MakeHome(**{**vars(COMMAND), **change}))
    assert field in caught.value.messages


def test_the_tree_follows_every_change_of_parent(session):
    district = make_district(session)
    first, second = make_unit(session, district, "甲街道"), make_unit(session, district, "乙街道")
    day = dt.date(2015, 1, 1)
    moved = make_unit(session, first, "丙居委会", level=5, until=day)
    said = {"name": "丙居委会", "kind": "residents_committee", "level": 5, "source": "测试"}
    session.add(UnitVersion(unit_id=moved.id, parent_id=second.id, valid_from=day, **said))
    rebuild_ancestry(session)
    held = session.execute(
        text(
            "SELECT ancestor_id, lower(valid), upper(valid) FROM divisions.ancestry WHERE unit_id = :id AND depth > 0"
        ),
        {"id": moved.id},
    ).all()
    assert set(held) == {(first.id, BEGINNING, day), (second.id, day, None), (district.id, BEGINNING, None)}


@pytest.mark.parametrize("table", ["units", "unit_versions", "unit_codes", "unit_shapes"])
def test_rows_are_only_added(session, table):
    make_unit(session, make_district(session), "长征镇", codes={"mca": "310107102"})
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(f"DELETE FROM divisions.{table}"))
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(f"UPDATE divisions.{table} SET recorded_at = now()"))


def test_a_row_is_superseded_once(session):
    make_district(session)
    session.execute(text("UPDATE divisions.unit_versions SET superseded_at = now()"))
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE divisions.unit_versions SET superseded_at = NULL"))


def test_one_unit_a_code_and_one_code_a_unit_at_a_time(session):
    district = make_district(session)
    town, other = (
        make_unit(session, district, "甲街道", codes={"mca": "310107001"}),
        make_unit(session, district, "乙街道"),
    )
    for unit, code in ((other, "310107001"), (town, "310107002")):
        row = {"unit_id": unit.id, "system": "mca", "code": code, "valid_from": TODAY, "source": "测试"}
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(UnitCode), row)


def test_a_batch_without_new_announcements_is_not_announced(session):
    make_district(session)
    heard = []
    term = Term(TODAY, None, "day", dt.date(2999, 1, 1), "测试")
    unit = NewUnit()
    batch = Batch(
        new=[unit],
        versions=[VersionRow(unit, None, "嘉定区", "district", 3, term)],
        codes=[CodeRow(unit, "mca", "310114", term)],
    )
    with units_announced.connected_to(lambda sender, **said: heard.append(said)):
        enter_units(session, SYSTEM, batch, {"files": []}, TODAY)
    assert heard == []
    assert session.scalars(select(Unit).where(Unit.public_id == unit.public_id)).one()
