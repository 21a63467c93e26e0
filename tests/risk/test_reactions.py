"""Hazards follow the ground on which they lie; one that lies across two heirs goes where most of it is."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from shapely.geometry import LineString, mapping
from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.kernel.access.actor import SYSTEM
from portal.risk import queries
from portal.risk.panels import references
from portal.risk.permissions import EDIT
from portal.risk.queries import Chosen
from portal.risk.reactions import connect
from portal.risk.rules import Entered
from portal.risk.service import ChangeHazard, change_hazard
from tests.factories.changes import CLERK, ON, announce, end, move
from tests.factories.divisions import make_unit, square
from tests.factories.risk import TODAY, make_closed, make_hazard, said
from tests.risk.conftest import District, somebody

WEST, EAST = square(121.40, 31.24, 0.005), square(121.405, 31.24, 0.005)


@pytest.fixture(autouse=True)
def listening() -> None:
    connect()


@pytest.fixture
def heirs(session: Session, district: District) -> tuple[Unit, Unit]:
    """Two streets that 曹杨 was split into; what ground they got only their shapes say."""
    west, east = (
        make_unit(session, district.home, name, at=ON, shape=shape)
        for name, shape in (("西街道", WEST), ("东街道", EAST))
    )
    end(session, district.caoyang)
    return west, east


def line(west: float, east: float) -> str:
    return json.dumps(mapping(LineString([(west, 31.242), (east, 31.242)])))


def test_most_of_it_decides(session: Session, district: District, heirs) -> None:
    west, east = heirs
    first = make_hazard(session, district.caoyang, shape=line(121.401, 121.406))
    second = make_hazard(session, district.caoyang, shape=line(121.404, 121.409), name="乙")
    halves = make_hazard(session, district.caoyang, shape=line(121.403, 121.407), name="丙")
    closed = make_closed(session, district.caoyang, name="丁")
    announce(session, move(district.caoyang, west), move(district.caoyang, east), actor=CLERK)
    found = [one.unit_id for one in (first, second, halves, closed)]
    assert found == [west.id, east.id, district.caoyang.id, district.caoyang.id]
    assert queries.hazard(session, somebody(west), first.public_id, permission=EDIT) is first
    assert [row.hazard for row in queries.hazards(session, SYSTEM, Chosen(TODAY, "unassigned"))] == [halves]


def test_a_carried_hazard_can_be_reworded_without_a_new_assessment(session: Session, district: District, heirs) -> None:
    carried = make_hazard(session, district.caoyang, shape=line(121.401, 121.402))
    announce(session, move(district.caoyang, heirs[0]), move(district.caoyang, heirs[1]))
    shape = Entered(line(121.401, 121.402))
    command = ChangeHazard(carried.public_id, carried.row_version, heirs[0].public_id, said(level="red"), shape)
    assert change_hazard(session, somebody(heirs[0]), command, TODAY).level == "red"
    assert (carried.lay_on, carried.assessed_on) == (ON, dt.date(2026, 5, 31))


def test_counts_all_by_level(session: Session, district: District) -> None:
    make_hazard(session, district.caoyang)
    told = references(session, somebody(district.changfeng), [district.caoyang.id], TODAY)
    assert [(one.what.params["level"]["zh"] != "", one.count, tuple(one.names)) for one in told] == [(True, 1, ())]
    assert [tuple(one.names) for one in references(session, SYSTEM, [district.caoyang.id], TODAY)] == [
        ("下立交积水点",)
    ]
