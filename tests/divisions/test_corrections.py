"""A mistake put right is another history than a change in the world."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions import queries
from portal.divisions.models import Correction, Lineage, Unit, UnitCode, UnitVersion
from portal.divisions.permissions import CORRECT_UNITS
from portal.divisions.queries.lineage_check import lineage_differences
from portal.divisions.service import CorrectUnit, correct_unit
from portal.errors import Forbidden, FormInvalid, NotFound, RuleBroken
from portal.kernel.access.actor import SYSTEM, Actor
from tests.factories.changes import Clerk, amended, born, part, unit_named
from tests.factories.divisions import BEGINNING, make_district, make_unit

DAY = dt.date(2014, 10, 31)


@pytest.fixture
def district(session: Session) -> Unit:
    return make_district(session)


@pytest.fixture
def street(session: Session, district: Unit) -> Unit:
    return make_unit(session, district, "宜川街道", codes={"mca": "310107021"})


def correct(session: Session, unit: Unit, actor: Actor = SYSTEM, at: dt.date = DAY, **said: object) -> Correction:
    said.setdefault("reason", "抄错，见民政部名录")
    return correct_unit(session, actor, CorrectUnit(unit.public_id, at, **said))


def test_the_days_stay_and_both_are_kept(session: Session, street: Unit) -> None:
    kept = correct(session, street, said={"name": "宜川路街道"}, codes={"mca": "310107020"}, source="区划代码 2023")
    rows = session.scalars(select(UnitVersion).where(UnitVersion.unit_id == street.id).order_by(UnitVersion.id)).all()
    assert [(row.name, row.valid_from, row.valid_to, row.superseded_at is None) for row in rows] == [
        ("宜川街道", BEGINNING, None, False),
        ("宜川路街道", BEGINNING, None, True),
    ]
    assert queries.unit_by_code(session, "mca", "310107020", BEGINNING).name == "宜川路街道"
    assert queries.unit_by_code(session, "mca", "310107021", BEGINNING) is None
    assert kept.before == {"name": "宜川街道", "code_mca": "310107021"}
    assert kept.after == {"name": "宜川路街道", "code_mca": "310107020"}
    assert session.scalar(select(func.count()).select_from(Lineage)) == 0  # Nothing happened in the world.


def test_a_wrong_day_moves_the_state_before_with_it(session: Session, street: Unit) -> None:
    Clerk(session).make("rename", "更名", DAY, [amended(street, name="宜川路街道")])
    correct(session, street, since=dt.date(2014, 9, 1))
    names = {
        day: queries.unit(session, street.id, day).name for day in (dt.date(2014, 8, 31), dt.date(2014, 9, 1), DAY)
    }
    assert list(names.values()) == ["宜川街道", "宜川路街道", "宜川路街道"]
    days = session.scalars(select(Lineage.happened_on).where(Lineage.superseded_at.is_(None)))
    assert list(days) == [dt.date(2014, 9, 1)]  # The rename keeps to the state that it made.
    assert lineage_differences(session) == []
    with pytest.raises(FormInvalid):
        correct(session, street, since=BEGINNING)


def test_a_day_on_which_ground_went_is_not_moved_for_one_alone(session: Session, district: Unit, street: Unit) -> None:
    other = make_unit(session, district, "石泉路街道")
    file = Clerk(session).make("split", "析出", DAY, [born(1, "万里街道", "street", district)], [part(other, "new:1")])
    new = unit_named(session, "万里街道", DAY)
    with pytest.raises(FormInvalid) as wrong:
        correct(session, new, since=dt.date(2014, 9, 1))
    assert file.document_number in str(wrong.value.messages["since"][0])


def test_what_a_correction_needs(session: Session, street: Unit) -> None:
    with pytest.raises(FormInvalid) as wrong:
        correct(session, street, reason=" ", said={"name": " "}, codes={"mca": "31010702"})
    assert set(wrong.value.messages) == {"reason", "name", "code_mca"}
    with pytest.raises(RuleBroken, match="Nothing differs"):
        correct(session, street, said={"name": "宜川街道"})


def test_a_code_of_another_unit(session: Session, district: Unit, street: Unit) -> None:
    make_unit(session, district, "石泉路街道", codes={"mca": "310107017"})
    with pytest.raises(FormInvalid) as wrong:
        correct(session, street, codes={"mca": "310107017"})
    assert "石泉路街道" in str(wrong.value.messages["code_mca"][0])
    assert session.scalar(select(func.count()).where(UnitCode.superseded_at.is_not(None))) == 0


def test_who_may(session: Session, district: Unit, street: Unit) -> None:
    with pytest.raises(Forbidden):
        correct(session, street, Actor(1, "无权"), said={"name": "甲"})
    elsewhere = make_unit(session, None, "静安区", level=3)
    clerk = Actor(1, "外区", {str(CORRECT_UNITS): frozenset({elsewhere.id})})
    with pytest.raises(NotFound):
        correct(session, street, clerk, said={"name": "甲"})
