"""Reports stay with the division of their day; none is left where nobody sees it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from portal.disasters.panels import references
from portal.disasters.reactions import connect
from portal.errors import RuleBroken
from portal.kernel.access.actor import SYSTEM
from tests.factories import disasters as make
from tests.factories.changes import announce, end, move
from tests.factories.divisions import make_unit, square

BEFORE, AFTER = dt.date(2026, 6, 1), dt.date(2026, 7, 10)
"""Days of a change before and after the typhoon of 1 July."""


@pytest.fixture(autouse=True)
def listening() -> None:
    connect()


def test_a_report_keeps_the_division_of_its_day(session: Session, ground, typhoon) -> None:
    filed = make.report(session, ground.officer, ground.street, typhoon)
    heir = make_unit(session, ground.district, "新街道", at=AFTER)
    end(session, ground.street, AFTER)
    announce(session, move(ground.street, heir, whole=True), on=AFTER)
    assert filed.unit_id == ground.street.id


def test_one_dated_after_the_end_goes_where_it_lies(session: Session, ground, typhoon) -> None:
    filed = make.report(session, ground.officer, ground.street, typhoon)
    west = make_unit(session, ground.district, "西街道", at=BEFORE)
    east = make_unit(session, ground.district, "东街道", at=BEFORE, shape=square(121.404, 31.24))
    end(session, ground.street, BEFORE)
    announce(session, move(ground.street, west), move(ground.street, east), on=BEFORE)
    assert filed.unit_id == east.id


def test_what_nothing_decides_refuses_the_change(session: Session, ground, typhoon) -> None:
    make.report(session, ground.officer, ground.street, typhoon)
    west, east = (make_unit(session, ground.district, name, at=BEFORE) for name in ("西街道", "东街道"))
    end(session, ground.street, BEFORE)
    with pytest.raises(RuleBroken, match="2026-07-01"):
        announce(session, move(ground.street, west), move(ground.street, east), on=BEFORE)


def test_counts_events_and_reports(session: Session, ground, typhoon) -> None:
    make.report(session, ground.officer, ground.street, typhoon)
    told = references(session, SYSTEM, [ground.district.id, ground.street.id], AFTER)
    assert {str(one.what): (one.count, tuple(one.names)) for one in told} == {
        "Open events": (1, (typhoon.name,)),
        "Reports to be decided": (1, ()),
    }
    assert references(session, SYSTEM, [ground.other.id], AFTER) == []
