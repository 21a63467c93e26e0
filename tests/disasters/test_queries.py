"""The duty list: scope, filters, counts, places; drills never among the real."""

import datetime as dt

import pytest

from portal.disasters import queries
from portal.disasters.permissions import REPORT_FILE, REPORT_READ
from portal.disasters.queries import DutyFilter
from portal.disasters.rules.report import Place
from portal.disasters.service import ApproveReport, ReturnReport, approve_report, return_report
from tests.factories import disasters as make
from tests.factories.disasters import NOW, STRUCK, figure

EVERYTHING = DutyFilter()


@pytest.fixture
def filled(session, ground, typhoon):
    """Three reports: approved in the street, submitted in the other one, and a returned drill."""
    drill = make.event(session, ground.manager, ground.district, mode="exercise", name="演练")
    one = make.report(session, ground.officer, ground.street, typhoon)
    two = make.report(session, ground.manager, ground.other, typhoon, place=Place(), figures={"dead": figure(1)})
    three = make.report(session, ground.officer, ground.street, drill)
    approve_report(session, ground.manager, ApproveReport(one.public_id), NOW)
    return_report(session, ground.manager, ReturnReport(three.public_id, "补充。"), NOW)
    return {"approved": one, "submitted": two, "drill": three, "event": typhoon}


def listed(session, actor, wanted=EVERYTHING):
    return [row.public_id for row in queries.duty_rows(session, actor, REPORT_READ, wanted)]


def test_what_was_done_last_comes_first(session, ground, filled):
    names = ("drill", "approved", "submitted")
    assert listed(session, ground.manager) == [filled[name].public_id for name in names]


def test_each_sees_their_divisions(session, ground, filled):
    assert set(listed(session, ground.officer)) == {filled["approved"].public_id, filled["drill"].public_id}
    assert listed(session, make.actor(session, "auditor", ground.other)) == [filled["submitted"].public_id]
    assert listed(session, make.actor(session, "publisher", ground.district)) == []


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"state": "submitted"}, ["submitted"]),
        ({"mode": "exercise"}, ["drill"]),
        ({"mode": "actual", "state": "approved"}, ["approved"]),
        ({"since": STRUCK.date()}, ["drill", "approved", "submitted"]),
        ({"since": STRUCK.date() + dt.timedelta(days=1)}, []),
        ({"until": STRUCK.date() - dt.timedelta(days=1)}, []),
    ],
)
def test_filters(session, ground, filled, wanted, names):
    assert listed(session, ground.manager, DutyFilter(**wanted)) == [filled[name].public_id for name in names]


def test_filters_by_unit_and_event(session, ground, filled):
    by_unit = DutyFilter(unit_id=ground.street.id)
    assert len(listed(session, ground.manager, by_unit)) == 2
    assert len(listed(session, ground.manager, DutyFilter(unit_id=ground.district.id))) == 3
    assert len(listed(session, ground.manager, DutyFilter(event_id=filled["event"].id))) == 2


def test_counts_keep_drills_apart_and_do_not_follow_the_state(session, ground, filled):
    counts = queries.duty_counts(session, ground.manager, REPORT_READ, DutyFilter(state="approved"))
    assert counts == {("actual", "approved"): 1, ("actual", "submitted"): 1, ("exercise", "returned"): 1}


def test_a_row_names_its_unit_event_and_last_step(session, ground, filled):
    row = queries.duty_rows(session, ground.manager, REPORT_READ, DutyFilter(state="approved"))[0]
    assert (row.unit_name, row.event_name, row.last.actor_name, row.done_at) == ("曹杨新村街道", "台风", "赵主任", NOW)
    figures = queries.headlines(session, [row])[row.version_id]
    assert figures["affected"] == figure(186)


def test_positions_are_those_with_a_place(session, ground, filled):
    found = queries.positions(session, ground.manager, REPORT_READ, EVERYTHING)
    assert {place.public_id for place in found} == {filled["approved"].public_id, filled["drill"].public_id}
    assert (found[0].lon, found[0].lat) == (121.405, 31.245)
    assert queries.positions(session, make.actor(session, "officer", ground.other), REPORT_READ, EVERYTHING) == []


def test_open_events_reach_those_below_and_those_above(session, ground, typhoon):
    local = make.event(session, ground.officer, ground.street, name="积水")
    stranger = make.actor(session, "officer", ground.other)
    assert set(queries.open_events(session, ground.officer, REPORT_FILE)) == {typhoon, local}
    assert queries.open_events(session, stranger, REPORT_FILE) == [typhoon]
    assert set(queries.events(session, ground.manager, REPORT_READ)) == {typhoon, local}


def test_who_has_filed_already_is_known(session, ground, filled):
    found = queries.filed_reports(session, ground.officer, REPORT_FILE, [filled["event"].id])
    assert [report.unit_name for report in found[filled["event"].id]] == ["曹杨新村街道"]


def test_the_phone_number_given_last_is_remembered(session, ground, typhoon):
    assert queries.last_phone(session, ground.officer) == ""
    make.report(session, ground.officer, ground.street, typhoon, phone="021-1111 2222")
    assert queries.last_phone(session, ground.officer) == "021-1111 2222"
    assert queries.last_phone(session, ground.manager) == ""


def test_the_detail_says_in_which_street_the_place_lies(session, ground, filled):
    detail = queries.report_detail(session, ground.manager, REPORT_READ, filled["approved"].public_id)
    assert (detail.unit_name, detail.lies_in, detail.lies_elsewhere) == ("曹杨新村街道", "曹杨新村街道", False)
    assert [key for key, _ in queries.shown_figures(detail.current)][:2] == ["affected", "injured"]
    without = queries.report_detail(session, ground.manager, REPORT_READ, filled["submitted"].public_id)
    assert (without.lies_in, without.lies_elsewhere) == ("", False)


def test_a_place_in_another_street_is_noticed(session, ground, typhoon):
    report = make.report(session, ground.manager, ground.other, typhoon)
    detail = queries.report_detail(session, ground.manager, REPORT_READ, report.public_id)
    assert (detail.lies_in, detail.lies_elsewhere) == ("曹杨新村街道", True)
    whole = make.report(session, ground.manager, ground.district, typhoon)
    assert not queries.report_detail(session, ground.manager, REPORT_READ, whole.public_id).lies_elsewhere
