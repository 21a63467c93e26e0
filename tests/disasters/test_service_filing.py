"""Filing: a first report, its draft, its correction; what is written is never changed."""

import datetime as dt

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.disasters import queries
from portal.disasters.models import Draft, Event, Report, ReportStep, ReportValue, ReportVersion
from portal.disasters.permissions import REPORT_FILE, REPORT_READ
from portal.disasters.rules.event import NewEvent
from portal.disasters.rules.report import Place, PlaceMethod
from portal.disasters.service import (
    ApproveReport,
    CloseEvent,
    CorrectReport,
    DiscardDraft,
    FileReport,
    ReturnReport,
    SaveDraft,
    StaleDraft,
    approve_report,
    close_event,
    correct_report,
    discard_draft,
    file_report,
    return_report,
    save_draft,
)
from portal.errors import Forbidden, FormInvalid, NotFound, RuleBroken
from portal.kernel.access.actor import SYSTEM
from portal.kernel.audit.models import AuditEntry
from tests.factories import disasters as make
from tests.factories.disasters import NOW, STRUCK, content, figure

LATER = NOW + dt.timedelta(minutes=30)
APPEND_ONLY = ("report_versions", "report_values", "report_steps")


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def save_again(session, somebody, draft, narrative, row_version):
    command = SaveDraft(draft.unit_id, {"narrative": narrative}, draft.public_id, row_version)
    return save_draft(session, somebody, command, NOW)


def returned(session, ground, typhoon):
    report = make.report(session, ground.officer, ground.street, typhoon)
    return return_report(session, ground.reviewer, ReturnReport(report.public_id, "请补充户数。"), NOW)


# --- the first report


def test_a_first_report_is_written_with_its_clocks_place_and_values(session, ground, typhoon):
    report = make.report(session, ground.officer, ground.street, typhoon)
    version = queries.latest_version(session, report.id)
    assert (report.state, report.mode, report.kind, report.number) == ("submitted", "actual", "initial", 1)
    assert (version.number, version.occurred_at, version.reported_at, version.as_at) == (1, STRUCK, NOW, NOW)
    assert queries.placed(version) == content().place
    assert (version.catalogue_version, version.rules_version) == (1, 1)
    written = queries.figures_of(session, [version.id])[version.id]
    assert written["relocated"] == figure(62, 45)
    assert written["affected"] == figure(186)
    assert queries.last_step(session, report.id).actor_name == "李值班"


def test_clocks_that_were_said_are_kept(session, ground, typhoon):
    called = STRUCK + dt.timedelta(minutes=10)
    report = make.report(session, ground.officer, ground.street, typhoon, reported_at=called, as_at=called)
    version = queries.latest_version(session, report.id)
    assert (version.reported_at, version.as_at, version.entered_at) == (called, called, NOW)


def test_a_place_by_unit_is_a_point_on_it_where_it_has_a_shape(session, ground, typhoon):
    with_shape = make.report(session, ground.officer, ground.street, typhoon, place=Place(words="全街道"))
    without = make.report(session, ground.manager, ground.other, typhoon, place=Place())
    place = queries.placed(queries.latest_version(session, with_shape.id))
    assert place.method == "unit"
    assert 121.40 < place.lon < 121.41
    assert 31.24 < place.lat < 31.25
    assert queries.placed(queries.latest_version(session, without.id)) == Place()


def test_a_report_may_open_its_event(session, ground):
    new = NewEvent("flood", STRUCK, "urban_waterlogging", mode="exercise")
    report = file_report(session, ground.officer, FileReport(ground.street.id, content(), new_event=new), NOW)
    event = session.get_one(Event, report.event_id)
    assert (event.name, event.mode, report.mode) == ("曹杨新村街道7月1日城镇内涝", "exercise", "exercise")
    assert event.unit_id == ground.street.id
    assert queries.placed(event).method == PlaceMethod.MAP


def test_all_that_is_wrong_is_said_at_once(session, ground):
    wrong = content(narrative="", figures={"affected": figure(1), "dead": figure(2)})
    command = FileReport(ground.street.id, wrong, new_event=NewEvent("", STRUCK))
    with pytest.raises(FormInvalid) as refused:
        file_report(session, ground.officer, command, NOW)
    assert set(refused.value.messages) == {"narrative", "figure_affected", "type"}
    assert count(session, Event) == count(session, Report) == 0


def test_coordinates_outside_china_are_refused(session, ground, typhoon):
    for lon, lat in ((2.35, 48.86), (31.24, 121.40)):
        with pytest.raises(FormInvalid) as refused:
            make.report(session, ground.officer, ground.street, typhoon, place=Place(PlaceMethod.MAP, lon, lat))
        assert set(refused.value.messages) == {"lon"}


def test_one_first_report_a_unit_and_event(session, ground, typhoon):
    make.report(session, ground.officer, ground.street, typhoon)
    with pytest.raises(RuleBroken, match="曹杨新村街道"):
        make.report(session, ground.manager, ground.street, typhoon)
    make.report(session, ground.manager, ground.other, typhoon)


def test_an_event_takes_reports_of_the_units_it_reaches(session, ground):
    local = make.event(session, ground.officer, ground.street)
    with pytest.raises(FormInvalid) as refused:
        make.report(session, ground.manager, ground.other, local)
    assert set(refused.value.messages) == {"unit"}


def test_a_closed_event_takes_no_reports(session, ground, typhoon):
    close_event(session, ground.manager, CloseEvent(typhoon.public_id), NOW)
    with pytest.raises(RuleBroken, match="closed"):
        make.report(session, ground.officer, ground.street, typhoon)
    with pytest.raises(RuleBroken, match="closed"):
        close_event(session, ground.manager, CloseEvent(typhoon.public_id), NOW)


def test_nobody_files_for_others_or_on_what_does_not_reach_them(session, ground):
    stranger = make.actor(session, "officer", ground.other)
    local = make.event(session, ground.officer, ground.street)
    with pytest.raises(NotFound):
        make.report(session, stranger, ground.other, local)
    with pytest.raises(FormInvalid):
        file_report(session, stranger, FileReport(ground.street.id, content(), new_event=NewEvent("snow", STRUCK)), NOW)
    elsewhere = make.event(session, ground.manager, ground.other)
    with pytest.raises(NotFound):
        close_event(session, ground.reviewer, CloseEvent(elsewhere.public_id), NOW)


@pytest.mark.parametrize("role", ["auditor", "publisher", "administrator", "risk_assessor"])
def test_other_roles_do_not_file(session, ground, typhoon, role):
    somebody = make.actor(session, role, ground.district)
    with pytest.raises(Forbidden):
        make.report(session, somebody, ground.street, typhoon)
    with pytest.raises(Forbidden):
        save_draft(session, somebody, SaveDraft(ground.street.id, {}), NOW)


def test_a_unit_must_be_ones_own_on_the_day_it_happened(session, ground, typhoon):
    before = dt.datetime(1999, 5, 1, tzinfo=dt.UTC)
    with pytest.raises(FormInvalid) as refused:
        make.report(session, ground.officer, ground.street, typhoon, occurred_at=before)
    assert set(refused.value.messages) == {"occurred_at"}


# --- drafts


def test_a_draft_keeps_everything_as_typed(session, ground):
    typed = {"figure_dead": "两人", "narrative": "<img src=x onerror=1>", "occurred_at": "昨晚", "unit": ""}
    draft = make.draft(session, ground.officer, ground.street, typed)
    assert queries.draft(session, ground.officer, REPORT_FILE, draft.public_id).typed == typed
    assert queries.open_drafts(session, ground.reviewer, REPORT_FILE) == [draft]


def test_a_draft_is_seen_by_those_who_file_there(session, ground):
    draft = make.draft(session, ground.officer, ground.street, {})
    stranger = make.actor(session, "officer", ground.other)
    assert queries.draft(session, stranger, REPORT_FILE, draft.public_id) is None
    assert queries.open_drafts(session, stranger, REPORT_FILE) == []
    with pytest.raises(NotFound):
        save_draft(session, stranger, SaveDraft(ground.other.id, {}, draft.public_id, draft.row_version), NOW)
    with pytest.raises(NotFound):
        save_draft(session, stranger, SaveDraft(ground.street.id, {}), NOW)


def test_a_stale_save_is_refused_with_the_difference(session, ground):
    draft = make.draft(session, ground.officer, ground.street, {"narrative": "水"})
    opened = draft.row_version
    save_again(session, ground.reviewer, draft, "大水", opened)
    with pytest.raises(StaleDraft) as refused:
        save_again(session, ground.officer, draft, "洪水", opened)
    [found] = refused.value.differences
    assert (found.field, found.theirs, found.yours) == ("narrative", "大水", "洪水")
    assert "王科长" in str(refused.value)
    save_again(session, ground.officer, draft, "洪水", refused.value.row_version)
    assert draft.typed == {"narrative": "洪水"}


def test_a_submitted_draft_becomes_the_report_and_is_closed(session, ground, typhoon):
    draft = make.draft(session, ground.officer, ground.street, {})
    command = FileReport(
        ground.street.id, content(), event_id=typhoon.public_id, draft_id=draft.public_id, row_version=draft.row_version
    )
    report = file_report(session, ground.officer, command, NOW)
    assert (report.public_id, draft.state, draft.report_id) == (draft.public_id, "filed", report.id)
    assert queries.open_drafts(session, ground.officer, REPORT_FILE) == []
    with pytest.raises(RuleBroken):
        save_draft(session, ground.officer, SaveDraft(ground.street.id, {}, draft.public_id, draft.row_version), NOW)
    with pytest.raises(RuleBroken, match="submitted"):
        file_report(session, ground.officer, command, NOW)


def test_submitting_a_stale_draft_is_refused(session, ground, typhoon):
    draft = make.draft(session, ground.officer, ground.street, {"narrative": "水"})
    opened = draft.row_version
    save_again(session, ground.reviewer, draft, "大水", opened)
    command = FileReport(
        ground.street.id,
        content(),
        event_id=typhoon.public_id,
        draft_id=draft.public_id,
        row_version=opened,
        typed={"narrative": "洪水"},
    )
    with pytest.raises(StaleDraft):
        file_report(session, ground.officer, command, NOW)


def test_a_discarded_draft_leaves_the_list_and_stays_in_the_table(session, ground):
    draft = make.draft(session, ground.officer, ground.street, {})
    discard_draft(session, ground.officer, DiscardDraft(draft.public_id, draft.row_version))
    assert queries.open_drafts(session, ground.officer, REPORT_FILE) == []
    assert count(session, Draft) == 1
    with pytest.raises(RuleBroken, match="discarded"):
        discard_draft(session, ground.officer, DiscardDraft(draft.public_id, draft.row_version))


# --- correction


def test_a_returned_report_is_corrected_as_a_new_version(session, ground, typhoon):
    report = returned(session, ground, typhoon)
    better = content(figures={"affected": figure(190)}, narrative="水已退。")
    correct_report(session, ground.officer, CorrectReport(report.public_id, better), LATER)
    detail = queries.report_detail(session, ground.officer, REPORT_READ, report.public_id)
    assert [version.number for version in detail.versions] == [2, 1]
    assert detail.versions[1].content.narrative == content().narrative
    assert "受灾人口" in [change.name["zh"] for change in detail.versions[0].changes if isinstance(change.name, dict)]
    assert [step.act for step in detail.steps] == ["submitted", "returned", "submitted"]
    assert detail.report.state == "submitted"


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_only_a_returned_report_is_corrected(session, ground, typhoon, state):
    report = make.report(session, ground.officer, ground.street, typhoon)
    if state == "approved":
        approve_report(session, ground.reviewer, ApproveReport(report.public_id), NOW)
    with pytest.raises(RuleBroken):
        correct_report(session, ground.officer, CorrectReport(report.public_id, content()), NOW)
    with pytest.raises(RuleBroken):
        save_draft(session, ground.officer, SaveDraft(ground.street.id, {}, report.public_id), NOW)


def test_a_correction_has_a_draft_of_its_own(session, ground, typhoon):
    report = returned(session, ground, typhoon)
    draft = save_draft(session, ground.officer, SaveDraft(ground.street.id, {"narrative": "水"}, report.public_id), NOW)
    assert (draft.public_id, draft.report_id) == (report.public_id, report.id)
    with pytest.raises(StaleDraft):
        correct_report(session, ground.officer, CorrectReport(report.public_id, content()), LATER)
    command = CorrectReport(report.public_id, content(), row_version=draft.row_version)
    correct_report(session, ground.officer, command, LATER)
    assert draft.state == "filed"
    return_report(session, ground.reviewer, ReturnReport(report.public_id, "再看。"), LATER)
    again = SaveDraft(ground.street.id, {"narrative": "再写"}, report.public_id, draft.row_version)
    assert save_draft(session, ground.officer, again, LATER).state == "open"


# --- append only, audit, checks


def refused(session, statement):
    nested = session.begin_nested()
    with pytest.raises(DBAPIError):
        session.execute(text(statement))
    nested.rollback()


def test_the_database_refuses_to_change_what_was_submitted(session, ground, typhoon):
    make.report(session, ground.officer, ground.street, typhoon)
    for table in APPEND_ONLY:
        refused(session, f"DELETE FROM disasters.{table}")
        refused(session, f"TRUNCATE disasters.{table}")
    refused(session, "UPDATE disasters.report_versions SET narrative = 'x'")
    refused(session, "UPDATE disasters.report_values SET cumulative = 1")
    refused(session, "UPDATE disasters.report_steps SET actor_name = 'x'")
    refused(session, "UPDATE disasters.reports SET kind = kind")
    refused(session, "DELETE FROM disasters.reports")
    refused(session, "DELETE FROM disasters.events")
    refused(session, "DELETE FROM disasters.drafts")


def test_the_database_holds_a_drill_apart_from_a_real_event(session, ground, typhoon):
    columns = "public_id, event_id, mode, unit_id, kind, number, occurred_on, state"
    values = f"gen_random_uuid(), {typhoon.id}, 'exercise', {ground.street.id}, 'initial', 1, '2026-07-01', 'submitted'"
    refused(session, f"INSERT INTO disasters.reports ({columns}) VALUES ({values})")


def test_every_write_leaves_an_audit_row(session, ground, typhoon):
    make.draft(session, ground.officer, ground.street, {"phone": "021-1234 5678"})
    make.report(session, ground.officer, ground.street, typhoon)
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    written = [(row.verb, row.subject, row.actor_name) for row in rows if row.subject.startswith("disasters.")]
    assert written == [
        ("opened", "disasters.event", "赵主任"),
        ("saved", "disasters.draft", "李值班"),
        ("submitted", "disasters.report", "李值班"),
    ]
    assert "1234" not in str([row.after for row in rows])


def test_the_check_finds_a_state_that_does_not_follow_from_the_steps(session, ground, typhoon):
    report = make.report(session, ground.officer, ground.street, typhoon)
    assert queries.state_differences(session) == []
    report.state = "approved"
    session.flush()
    assert str(report.public_id) in queries.state_differences(session)[0]


def test_the_machine_itself_may_do_all_of_it(session, ground, typhoon):
    report = make.report(session, SYSTEM, ground.street, typhoon)
    assert queries.report(session, SYSTEM, REPORT_READ, report.public_id) is report
    assert session.scalar(select(ReportStep.actor_id)) is None
    assert count(session, ReportVersion) == 1
    assert count(session, ReportValue) == 6
