"""Reviewing: who may, what it leads to, and two reviewers at once."""

import threading

import pytest

from portal.disasters import queries
from portal.disasters.permissions import REPORT_READ
from portal.disasters.service import (
    ApproveReport,
    CorrectReport,
    ReturnReport,
    approve_report,
    correct_report,
    file_report,
    return_report,
)
from portal.disasters.service.filing import FileReport
from portal.errors import Forbidden, FormInvalid, NotFound, RuleBroken
from portal.kernel.db.session import connect
from tests.disasters.conftest import lay_ground
from tests.factories import disasters as make
from tests.factories.disasters import NOW, content


@pytest.fixture
def filed(session, ground, typhoon):
    return make.report(session, ground.officer, ground.street, typhoon)


def test_a_reviewer_approves(session, ground, filed):
    approve_report(session, ground.reviewer, ApproveReport(filed.public_id, 1), NOW)
    assert filed.state == "approved"
    step = queries.last_step(session, filed.id)
    assert (step.act, step.actor_name, step.at) == ("approved", "王科长", NOW)


def test_a_reviewer_returns_with_a_reason(session, ground, filed):
    return_report(session, ground.manager, ReturnReport(filed.public_id, " 请补充户数。 ", 1), NOW)
    assert (filed.state, queries.steps(session, filed.id)[0].reason) == ("returned", "请补充户数。")


def test_a_return_without_a_reason_is_refused(session, ground, filed):
    with pytest.raises(FormInvalid):
        return_report(session, ground.reviewer, ReturnReport(filed.public_id, "  "), NOW)


def test_what_is_decided_is_decided(session, ground, filed):
    approve_report(session, ground.reviewer, ApproveReport(filed.public_id), NOW)
    with pytest.raises(RuleBroken, match="王科长 approved"):
        approve_report(session, ground.manager, ApproveReport(filed.public_id), NOW)
    with pytest.raises(RuleBroken, match="王科长 approved"):
        return_report(session, ground.manager, ReturnReport(filed.public_id, "x"), NOW)


def test_nobody_approves_what_they_filed_not_even_an_earlier_version(session, ground, typhoon):
    report = make.report(session, ground.reviewer, ground.street, typhoon)
    with pytest.raises(RuleBroken, match="somebody else"):
        approve_report(session, ground.reviewer, ApproveReport(report.public_id), NOW)
    return_report(session, ground.manager, ReturnReport(report.public_id, "补充。"), NOW)
    correct_report(session, ground.officer, CorrectReport(report.public_id, content()), NOW)
    with pytest.raises(RuleBroken, match="somebody else"):
        approve_report(session, ground.reviewer, ApproveReport(report.public_id), NOW)
    approve_report(session, ground.manager, ApproveReport(report.public_id), NOW)


def test_a_decision_on_a_version_that_was_replaced_is_refused(session, ground, filed):
    return_report(session, ground.reviewer, ReturnReport(filed.public_id, "补充。"), NOW)
    correct_report(session, ground.officer, CorrectReport(filed.public_id, content()), NOW)
    with pytest.raises(RuleBroken, match="number 2"):
        approve_report(session, ground.reviewer, ApproveReport(filed.public_id, 1), NOW)


def test_beyond_ones_divisions_there_is_nothing(session, ground, filed):
    stranger = make.actor(session, "town_reviewer", ground.other)
    with pytest.raises(NotFound):
        approve_report(session, stranger, ApproveReport(filed.public_id), NOW)
    with pytest.raises(NotFound):
        return_report(session, stranger, ReturnReport(filed.public_id, "x"), NOW)
    with pytest.raises(NotFound):
        queries.report_detail(session, stranger, REPORT_READ, filed.public_id)


@pytest.mark.parametrize("role", ["officer", "auditor", "publisher", "administrator"])
def test_other_roles_do_not_decide(session, ground, filed, role):
    somebody = make.actor(session, role, ground.district)
    with pytest.raises(Forbidden):
        approve_report(session, somebody, ApproveReport(filed.public_id), NOW)


# --- at the same moment, each on a connection of its own


def at_once(databases, *acts):
    """What each act came to, all started together: the error, or None."""
    start, said = threading.Barrier(len(acts)), {}

    def run(number, act):
        with databases.app() as session:
            start.wait()
            try:
                act(session)
                session.commit()
                said[number] = None
            except RuleBroken as error:
                session.rollback()
                said[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return said


@pytest.fixture
def apart(own_database):
    databases = connect(own_database)
    yield databases
    databases.dispose()


def test_of_two_reviewers_at_once_the_second_hears_who_did_what(apart):
    with apart.app.begin() as session:
        ground = lay_ground(session)
        event = make.event(session, ground.manager, ground.district)
        report = make.report(session, ground.officer, ground.street, event)
    said = at_once(
        apart,
        lambda session: approve_report(session, ground.reviewer, ApproveReport(report.public_id, 1), NOW),
        lambda session: return_report(session, ground.manager, ReturnReport(report.public_id, "补充。", 1), NOW),
    )
    [refused] = [error for error in said.values() if error]
    assert "王科长 approved" in str(refused) or "赵主任 returned" in str(refused)
    with apart.app() as session:
        assert len(queries.steps(session, report.id)) == 2
        assert queries.state_differences(session) == []


def test_of_two_first_reports_at_once_one_is_written(apart):
    with apart.app.begin() as session:
        ground = lay_ground(session)
        event = make.event(session, ground.manager, ground.district)
    command = FileReport(ground.street.id, content(), event_id=event.public_id)
    said = at_once(
        apart,
        lambda session: file_report(session, ground.officer, command, NOW),
        lambda session: file_report(session, ground.reviewer, command, NOW),
    )
    [refused] = [error for error in said.values() if error]
    assert "has already filed" in str(refused)
