"""Basic management units: kept by the district, told of by towns, accepted item by item."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.catalogue.basic_units import items
from portal.divisions.models import BasicUnit, Unit
from portal.divisions.permissions import PERMISSIONS, READ_BASIC_UNITS
from portal.divisions.queries import basic_units as queries
from portal.divisions.rules.basic_units import ItemState
from portal.divisions.service.basic_units import (
    AcceptBasicUnit,
    KeepBasicUnit,
    TellProgress,
    accept_basic_unit,
    add_basic_unit,
    change_basic_unit,
    tell_progress,
)
from portal.errors import Forbidden, FormInvalid, NotFound, RuleBroken, Stale
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.models import AuditEntry
from tests.factories.changes import end
from tests.factories.divisions import make_unit

TODAY = dt.date(2017, 6, 15)
MAY, JUNE = dt.date(2017, 5, 1), dt.date(2017, 6, 1)
NAMES = ("甲单元", "乙单元", "丙单元", "丁单元")


def somebody(unit: Unit, role: str) -> Actor:
    scopes = {str(one): frozenset({unit.id}) for one in PERMISSIONS if role in one.roles}
    return Actor(None, f"{role}", scopes=scopes, roles=frozenset({role}))


@pytest.fixture
def towns(session: Session, district: Unit) -> tuple[Unit, Unit]:
    return make_unit(session, district, "陈家镇", kind="town"), make_unit(session, district, "长兴镇", kind="town")


def keep(town: Unit, name: str = "甲单元", **given: object) -> KeepBasicUnit:
    said = {"area": "", "point": (121.8, 31.5), "set_up_on": dt.date(2016, 3, 1), "ended_on": None}
    return KeepBasicUnit(town.public_id, name, **(said | {"source": "区政府文件", "note": ""} | given))


def test_the_four_of_chongming_pass_in_2017_with_a_monthly_form(session: Session, district: Unit, towns) -> None:
    """Seed: in 2017 Chongming had 4 units to pass the acceptance of "3+3", with a form that towns filled in monthly."""
    clerk, town = somebody(district, "division_clerk"), somebody(towns[0], "town_reviewer")
    units = [add_basic_unit(session, clerk, keep(towns[0], name), TODAY) for name in NAMES]
    full = {key: ItemState("便民中心", 6, MAY) for key in items()}
    for unit in units[:3]:
        tell_progress(session, town, unit.public_id, TellProgress(JUNE, full), TODAY)
    rows = queries.basic_units(session, clerk, READ_BASIC_UNITS, TODAY)
    assert [(row.unit.name, row.told) for row in rows] == [
        (unit.name, unit is not units[3]) for unit in sorted(units, key=lambda one: one.name)
    ]
    for unit in units:
        accept_basic_unit(session, clerk, unit.public_id, accepted(), TODAY)
    rows = queries.basic_units(session, clerk, READ_BASIC_UNITS, TODAY)
    assert [row.acceptance.result for row in rows] == ["passed"] * 4
    before = queries.basic_units(session, clerk, READ_BASIC_UNITS, dt.date(2017, 5, 31))
    assert [(row.acceptance, row.progress) for row in before] == [(None, None)] * 4
    verbs = [entry.verb for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert (verbs.count("added"), verbs.count("told_progress"), verbs.count("accepted")) == (4, 3, 4)


def accepted(passed: bool = True, **missing: bool) -> AcceptBasicUnit:
    found = dict.fromkeys(items(), True) | missing
    return AcceptBasicUnit(dt.date(2017, 6, 10), "市民政局", passed, "沪民〔2017〕测试", found)


def test_six_items_of_which_three_are_certain() -> None:
    assert [(one.group, one.sure) for one in items().values()] == [("service", True)] * 3 + [("force", False)] * 3


def test_a_month_told_twice_keeps_both_and_believes_the_last(session: Session, towns) -> None:
    unit = add_basic_unit(session, SYSTEM, keep(towns[0]), TODAY)
    for posts in (3, 5):
        tell_progress(
            session, SYSTEM, unit.public_id, TellProgress(JUNE, {"health": ItemState("分中心", posts)}), TODAY
        )
    row = queries.basic_unit_row(session, unit, TODAY)
    assert (row.states["health"], row.states["police"]) == (ItemState("分中心", 5), ItemState())
    assert len(queries.basic_unit_history(session, unit).progress) == 2
    assert queries.basic_unit_row(session, unit, dt.date(2017, 7, 2)).told is False


def test_no_pass_with_a_gap_and_no_days_to_come(session: Session, towns) -> None:
    unit = add_basic_unit(session, SYSTEM, keep(towns[0]), TODAY)
    with pytest.raises(RuleBroken):
        accept_basic_unit(session, SYSTEM, unit.public_id, accepted(police=False), TODAY)
    assert accept_basic_unit(session, SYSTEM, unit.public_id, accepted(False, police=False), TODAY).result == "failed"
    with pytest.raises(FormInvalid) as wrong:
        accept_basic_unit(session, SYSTEM, unit.public_id, accepted(), dt.date(2017, 6, 9))
    assert "accepted_on" in wrong.value.messages
    for month in (dt.date(2017, 7, 1), dt.date(2016, 2, 1)):
        with pytest.raises(FormInvalid):
            tell_progress(session, SYSTEM, unit.public_id, TellProgress(month, {}), TODAY)
    with pytest.raises(FormInvalid) as wrong:
        tell_progress(session, SYSTEM, unit.public_id, TellProgress(JUNE, {"health": ItemState(posts=-1)}), TODAY)
    assert "health_posts" in wrong.value.messages


def test_a_town_tells_of_its_own_and_accepts_nothing(session: Session, towns) -> None:
    unit = add_basic_unit(session, SYSTEM, keep(towns[0]), TODAY)
    own, other = somebody(towns[0], "town_reviewer"), somebody(towns[1], "town_reviewer")
    with pytest.raises(NotFound):
        tell_progress(session, other, unit.public_id, TellProgress(JUNE, {}), TODAY)
    with pytest.raises(Forbidden):
        accept_basic_unit(session, own, unit.public_id, accepted(), TODAY)
    with pytest.raises(Forbidden):
        add_basic_unit(session, own, keep(towns[0], "戊单元"), TODAY)


def test_what_is_wrong_is_refused_at_its_field(session: Session, district: Unit, towns) -> None:
    add_basic_unit(session, SYSTEM, keep(towns[0]), TODAY)
    wrong = {
        "name": keep(towns[0]),
        "town": keep(district, "戊"),
        "set_up_on": keep(towns[0], "戊", set_up_on=dt.date(2018, 1, 1)),
        "ended_on": keep(towns[0], "戊", ended_on=dt.date(2016, 1, 1)),
    }
    for field, command in wrong.items():
        with pytest.raises(FormInvalid) as error:
            add_basic_unit(session, SYSTEM, command, TODAY)
        assert set(error.value.messages) == {field}


def test_two_clerks_and_a_town_that_ends(session: Session, district: Unit, towns) -> None:
    clerk = somebody(district, "division_clerk")
    unit = add_basic_unit(session, clerk, keep(towns[0]), TODAY)
    change_basic_unit(session, clerk, unit.public_id, 1, keep(towns[0], area="东部"), TODAY)
    with pytest.raises(Stale):
        change_basic_unit(session, clerk, unit.public_id, 1, keep(towns[0], area="西部"), TODAY)
    end(session, towns[0], TODAY)
    rows = queries.basic_units(session, clerk, READ_BASIC_UNITS, TODAY)
    assert [(row.unit, row.town) for row in rows] == [(unit, "陈家镇")]
    assert change_basic_unit(session, clerk, unit.public_id, 2, keep(towns[1]), TODAY).unit_id == towns[1].id
    assert session.scalars(select(BasicUnit)).one().point.x == pytest.approx(121.8)
