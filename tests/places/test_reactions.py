"""Places follow the ground on which they stand; nobody loses one from sight."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.errors import NotFound
from portal.kernel.access.actor import SYSTEM
from portal.kernel.audit.models import AuditEntry
from portal.places import queries
from portal.places.models import Place
from portal.places.permissions import EDIT
from portal.places.queries import Chosen
from portal.places.reactions import connect
from portal.places.service import ChangePlace, change_place
from tests.factories.changes import CLERK, ON, announce, end, move, put_below
from tests.factories.divisions import make_unit, square
from tests.factories.lineage import make_line
from tests.factories.places import TODAY, make_closed, make_place, said
from tests.places.conftest import District, somebody

WEST, EAST = square(121.40, 31.24, 0.005), square(121.405, 31.24, 0.005)


@pytest.fixture(autouse=True)
def listening() -> None:
    connect()


@pytest.fixture
def heirs(session: Session, district: District) -> tuple[Unit, Unit]:
    """Two streets that 曹杨 was split into."""
    born = tuple(
        make_unit(session, district.home, name, at=ON, shape=shape)
        for name, shape in (("西街道", WEST), ("东街道", EAST))
    )
    end(session, district.caoyang)
    return born


def test_all_of_a_unit_goes_to_its_only_heir(session: Session, district: District) -> None:
    heir = make_unit(session, district.home, "曹杨街道", at=ON)
    placed, unplaced = (
        make_place(session, district.caoyang),
        make_place(session, district.caoyang, position=None, name="乙"),
    )
    past = make_closed(session, district.caoyang, name="丙")
    end(session, district.caoyang)
    announce(session, move(district.caoyang, heir, whole=True), actor=CLERK)
    assert [one.unit_id for one in (placed, unplaced, past)] == [heir.id, heir.id, district.caoyang.id]
    assert (placed.checked_on, placed.lay_on, placed.row_version) == (dt.date(2026, 5, 31), ON, 2)
    keeper = somebody(heir)
    assert queries.place(session, keeper, placed.public_id, permission=EDIT) is placed
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == str(placed.public_id))).all()[-1]
    assert (entry.verb, entry.actor_name, entry.before) == ("carried", "区划员", {"unit_id": district.caoyang.id})


def test_a_position_decides_between_heirs(session: Session, district: District, heirs) -> None:
    west, east = heirs
    one = make_place(session, district.caoyang, position="121.402, 31.242")
    other = make_place(session, district.caoyang, position="121.408, 31.242", name="乙")
    lost = make_place(session, district.caoyang, position=None, name="丙")
    announce(session, move(district.caoyang, west, geometry=WEST), move(district.caoyang, east, whole=True))
    assert [one.unit_id, other.unit_id, lost.unit_id] == [west.id, east.id, district.caoyang.id]
    assert queries.unassigned_count(session, SYSTEM, TODAY) == 1
    assert [row.place for row in queries.places(session, SYSTEM, Chosen(TODAY, "unassigned"))] == [lost]
    manager = somebody(district.home)
    command = ChangePlace(lost.public_id, lost.row_version, west.public_id, said(name="丙"), None)
    assert change_place(session, manager, command, TODAY).unit_id == west.id
    assert (lost.lay_on, queries.unassigned_count(session, manager, TODAY)) == (TODAY, 0)


def test_a_change_written_late_hides_no_place(session: Session, district: District) -> None:
    late, on = make_place(session, district.caoyang, position=None), dt.date(2026, 5, 1)
    west, east = (make_unit(session, district.home, name, at=on) for name in ("西街道", "东街道"))
    end(session, district.caoyang, on)
    announce(session, move(district.caoyang, west), move(district.caoyang, east), on=on)
    assert late.lay_on == dt.date(2026, 4, 30)
    assert queries.place(session, somebody(district.caoyang), late.public_id, permission=EDIT) is late


def test_a_piece_takes_along_what_lies_on_it(session: Session, district: District) -> None:
    gone = make_place(session, district.caoyang, position="121.402, 31.242")
    stays = make_place(session, district.caoyang, position="121.408, 31.242", name="乙")
    unknown = make_place(session, district.caoyang, position=None, name="丙")
    announce(session, move(district.caoyang, district.changfeng, geometry=WEST))
    assert [gone.unit_id, stays.unit_id, unknown.unit_id] == [district.changfeng.id] + 2 * [district.caoyang.id]
    make_line(session, "boundary_adjusted", district.caoyang, district.changfeng, ON)
    assert [row.place for row in queries.places(session, SYSTEM, Chosen(TODAY, "unassigned"))] == [unknown]


def test_the_new_parent_sees_the_places_of_its_committees(session: Session, district: District) -> None:
    there = make_place(session, district.committee)
    keeper = somebody(district.changfeng)
    with pytest.raises(NotFound):
        queries.place(session, keeper, there.public_id)
    put_below(session, district.committee, district.changfeng)
    announce(session)
    assert queries.place(session, keeper, there.public_id) is there


def test_a_thousand_places_cost_no_query_each(session: Session, district: District, heirs) -> None:
    def statements(count: int) -> int:
        for number in range(count):
            make_place(session, district.caoyang, name=f"{count}-{number}", position="121.402, 31.242")
        session.flush()
        heard: list[str] = []
        listen = lambda *given: heard.append(given[2])  # noqa: E731
        event.listen(session.bind, "before_cursor_execute", listen)
        announce(
            session, move(district.caoyang, heirs[0], geometry=WEST), move(district.caoyang, heirs[1], geometry=EAST)
        )
        event.remove(session.bind, "before_cursor_execute", listen)
        return len(heard)

    few, many = statements(2), statements(30)
    assert many <= few
    assert session.scalar(select(Place.unit_id).where(Place.name == "30-29")) == heirs[0].id
