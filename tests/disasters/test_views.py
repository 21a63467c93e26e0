"""Pages of the room as people meet them, with and without scripts, with hostile input, inside and outside of scope."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.disasters import queries
from portal.disasters.models import Draft, Event, Report
from portal.disasters.permissions import REPORT_READ
from portal.disasters.service import ReturnReport, return_report
from tests.factories import disasters as make
from tests.factories.disasters import NOW

EVIL = "<img src=x onerror=1>"
TYPED = {
    "event": "new",
    "type": "flood/urban_waterlogging",
    "occurred_at": "2026-07-01T03:10",
    "place_words": "低洼小区",
    "lon": "121.405",
    "lat": "31.245",
    "accuracy": "",
    "narrative": "小区积水约30厘米。",
    "filler": "李值班",
    "phone": "021-5256 4588",
    "figure_affected": "１，234",
    "figure_injured": "2",
    "figure_relocated": "62",
    "figure_relocated_now": "45",
    "figure_relocated_central": "40",
    "figure_relocated_central_now": "30",
    "figure_relocated_dispersed": "22",
    "figure_relocated_dispersed_now": "15",
    "figure_central_sites": "1",
    "figure_central_sites_now": "1",
}


@pytest.fixture
def officer(as_role, ground) -> FlaskClient:
    return as_role("officer", ground.street.id)


@pytest.fixture
def reviewer(as_role, ground) -> FlaskClient:
    return as_role("town_reviewer", ground.street.id)


@pytest.fixture
def filed(session, ground, typhoon) -> Report:
    return make.report(session, ground.officer, ground.street, typhoon)


def typed(ground, **changed):
    return TYPED | {"unit": str(ground.street.public_id)} | changed


def submit(client, ground, path="/reports/new", **changed):
    return client.send(path, typed(ground, **changed) | {"act": "submit"})


def only(session, model):
    return session.scalars(select(model)).one()


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


# --- filing


def test_an_officer_files_a_report_on_a_new_event(session, ground, officer):
    opened = officer.get("/reports/new")
    assert opened.status_code == 200
    answer = submit(officer, ground)
    report = only(session, Report)
    assert (answer.status_code, answer.location) == (303, f"/reports/{report.public_id}")
    page = officer.get(answer.location).text
    assert "1234" in page
    assert "曹杨新村街道7月1日城镇内涝" in page


def test_the_open_events_are_offered_first(session, ground, officer, typhoon):
    page = officer.get("/reports/new").text
    assert f"/reports/new?event={typhoon.public_id}" in page
    assert "/reports/new?event=new" in page
    form = officer.get(f"/reports/new?event={typhoon.public_id}").text
    assert f'value="{typhoon.public_id}"' in form
    answer = submit(officer, ground, event=str(typhoon.public_id))
    assert answer.status_code == 303
    assert only(session, Report).event_id == typhoon.id
    assert "曹杨新村街道" in officer.get("/reports/new").text


@pytest.mark.parametrize("event", ["nonsense", "01890000-0000-7000-8000-00000000dead"])
def test_an_event_that_is_not_there_is_not_found(ground, officer, event):
    assert officer.get(f"/reports/new?event={event}").status_code == 404
    assert submit(officer, ground, event=event).status_code == 404


def test_an_event_beyond_reach_is_not_found(session, ground, officer):
    elsewhere = make.event(session, ground.manager, ground.other)
    assert submit(officer, ground, event=str(elsewhere.public_id)).status_code == 404
    assert officer.get(f"/events/{elsewhere.public_id}").status_code == 404


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(session, ground, officer):
    wrong = {"narrative": "", "figure_dead": "两人", "figure_relocated": "10", "place_words": "三号楼", "phone": "?"}
    answer = submit(officer, ground, **wrong)
    page = answer.text
    assert answer.status_code == 422
    for field in ("narrative", "figure_dead", "figure_relocated", "phone"):
        assert f'href="#{field}"' in page
        assert f'id="{field}-error"' in page
    for value in ("两人", "三号楼", "１，234"):
        assert f'value="{value}"' in page
    assert count(session, Report) == count(session, Event) == 0


@pytest.mark.parametrize("value", ["NaN", "-5", "1e9", "3.5", "99999999999", EVIL, "9" * 41])
def test_bad_numbers_are_refused_at_their_field(ground, officer, value):
    answer = submit(officer, ground, figure_dead=value)
    assert answer.status_code == 422
    assert 'id="figure_dead-error"' in answer.text
    assert EVIL not in answer.text


def test_rule_texts_speak_the_language_of_the_reader(ground, officer):
    chinese = submit(officer, ground, figure_relocated="10").text
    assert "“紧急转移安置人口（累计）”是 10 人，但集中安置加分散安置是 62 人" in chinese
    english = submit(officer, ground, path="/reports/new?lang=en", figure_relocated="10").text
    assert "central and dispersed together make 62" in english


def test_a_missing_type_and_unit_are_said_with_all_else(session, ground, as_role):
    manager = as_role("duty_manager", ground.district.id)
    answer = submit(manager, ground, type="", unit="", narrative="")
    for field in ("type", "unit", "narrative"):
        assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"lon": "31.245", "lat": "121.405"}, "lon"),
        ({"lon": "2.35", "lat": "48.86"}, "lon"),
        ({"lon": "abc"}, "lon"),
        ({"lat": ""}, "lat"),
        ({"lon": "nan", "lat": "nan"}, "lat"),
    ],
)
def test_a_wrong_place_is_refused_at_its_field(ground, officer, place, field):
    answer = submit(officer, ground, **place)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_the_place_may_come_from_the_device_or_be_the_unit(session, ground, officer):
    submit(officer, ground, accuracy="12.5")
    device = queries.placed(queries.latest_version(session, only(session, Report).id))
    assert (device.method, device.accuracy_m, device.original) == ("device", 12.5, "121.405, 31.245 (EPSG:4326)")
    again = submit(officer, ground, lon="", lat="", accuracy="abc", type="snow")
    assert again.status_code == 303


def test_degrees_may_be_written_with_minutes_and_seconds(session, ground, officer):
    submit(officer, ground, lon="121°24′18″", lat="31°14′42″")
    place = queries.placed(queries.latest_version(session, only(session, Report).id))
    assert (round(place.lon, 4), round(place.lat, 4)) == (121.405, 31.245)


def test_the_same_form_sent_twice_makes_one_report(session, ground, officer):
    one = typed(ground) | {"act": "submit", "client_id": str(uuid.uuid4())}
    answers = [officer.send("/reports/new", one) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert count(session, Report) == 1


def test_a_second_first_report_is_refused_in_words(session, ground, officer, filed, typhoon):
    answer = submit(officer, ground, event=str(typhoon.public_id))
    assert answer.status_code == 409
    assert "曹杨新村街道" in answer.text


def test_a_foreign_unit_is_not_accepted(session, ground, officer):
    for unit in (str(ground.other.public_id), str(uuid.uuid4()), EVIL):
        answer = submit(officer, ground, unit=unit)
        assert answer.status_code == 422
        assert 'id="unit-error"' in answer.text
    assert count(session, Report) == 0


def test_a_drill_is_tagged_wherever_it_shows(session, ground, officer):
    submit(officer, ground, exercise="y")
    report = only(session, Report)
    assert report.mode == "exercise"
    for path in ("/reports", f"/reports/{report.public_id}", "/duty-map", f"/events/{only(session, Event).public_id}"):
        assert "演练" in officer.get(path).text
    assert "tag--exercise" in officer.get("/reports").text


def test_a_ten_megabyte_text_is_refused(ground, officer):
    assert submit(officer, ground, narrative="水" * 3_500_000).status_code == 413
    long = submit(officer, ground, narrative="水" * 2001)
    assert long.status_code == 422
    assert 'id="narrative-error"' in long.text


def test_numbers_behind_the_form_may_be_anything(ground, reviewer, filed):
    huge = {"reason": "x", "row_version": "9" * 40}
    assert reviewer.send(f"/reports/{filed.public_id}/return", huge).status_code == 409


def test_the_choice_of_events_takes_no_other_addresses(ground, officer, typhoon):
    page = officer.get("/reports/new?draft=../../sign-out").text
    assert "sign-out/edit" not in page


# --- drafts


def test_a_draft_is_saved_as_typed_and_opened_again(session, ground, officer):
    answer = officer.send("/reports/new", typed(ground, figure_dead="两人", narrative=EVIL, occurred_at="", act="save"))
    draft = only(session, Draft)
    assert (answer.status_code, answer.location) == (303, f"/reports/{draft.public_id}/edit")
    page = officer.get(answer.location).text
    assert 'value="两人"' in page
    assert EVIL not in page
    assert "&lt;img src=x onerror=1&gt;" in page
    assert officer.get(f"/reports/{draft.public_id}").location == f"/reports/{draft.public_id}/edit"
    assert f"/reports/{draft.public_id}/edit" in officer.get("/reports").text
    assert count(session, Report) == 0


def test_a_form_sent_by_the_enter_key_is_only_saved(session, ground, officer):
    officer.send("/reports/new", typed(ground))
    assert (count(session, Draft), count(session, Report)) == (1, 0)


def test_a_draft_without_a_unit_comes_back_whole(ground, as_role):
    manager = as_role("duty_manager", ground.district.id)
    answer = manager.send("/reports/new", typed(ground, unit="", narrative="水"))
    assert answer.status_code == 422
    assert ">水</textarea>" in answer.text


def test_two_tabs_meet_with_the_difference_and_the_second_may_then_save(session, ground, officer):
    officer.send("/reports/new", typed(ground))
    draft = only(session, Draft)
    path, opened = f"/reports/{draft.public_id}/edit", draft.row_version
    assert officer.send(path, typed(ground, narrative="大水", row_version=opened)).status_code == 303
    stale = officer.send(path, typed(ground, narrative="洪水", row_version=opened))
    assert stale.status_code == 409
    assert "大水" in stale.text
    assert "洪水" in stale.text
    session.refresh(draft)
    assert f'name="row_version" type="hidden" value="{draft.row_version}"' in stale.text
    again = officer.send(path, typed(ground, narrative="洪水", row_version=draft.row_version))
    assert again.status_code == 303
    assert only(session, Draft).typed["narrative"] == "洪水"


def test_a_draft_is_submitted_and_gone_from_the_list(session, ground, officer):
    officer.send("/reports/new", typed(ground))
    draft = only(session, Draft)
    answer = submit(officer, ground, f"/reports/{draft.public_id}/edit", row_version=draft.row_version)
    assert answer.location == f"/reports/{draft.public_id}"
    assert only(session, Report).public_id == draft.public_id
    assert f"/reports/{draft.public_id}/edit" not in officer.get("/reports").text
    late = officer.send(f"/reports/{draft.public_id}/edit", typed(ground, row_version=draft.row_version))
    assert late.status_code == 409


def test_a_draft_moves_to_another_event(session, ground, officer, typhoon):
    officer.send("/reports/new", typed(ground))
    draft = only(session, Draft)
    choice = officer.get(f"/reports/new?draft={draft.public_id}").text
    assert f"/reports/{draft.public_id}/edit?event={typhoon.public_id}" in choice
    page = officer.get(f"/reports/{draft.public_id}/edit?event={typhoon.public_id}").text
    assert f'value="{typhoon.public_id}"' in page
    assert "小区积水约30厘米。" in page


def test_a_draft_can_be_discarded(session, ground, officer):
    officer.send("/reports/new", typed(ground))
    draft = only(session, Draft)
    path = f"/reports/{draft.public_id}/discard"
    assert officer.send(path, {"row_version": "x"}).status_code == 422
    assert officer.send(path, {"row_version": draft.row_version}).status_code == 303
    assert only(session, Draft).state == "discarded"


def test_others_do_not_find_a_draft(session, ground, officer, as_role):
    officer.send("/reports/new", typed(ground))
    draft = only(session, Draft)
    stranger = as_role("officer", ground.other.id)
    for path in (f"/reports/{draft.public_id}", f"/reports/{draft.public_id}/edit"):
        assert stranger.get(path).status_code == 404
    assert stranger.send(f"/reports/{draft.public_id}/edit", typed(ground)).status_code == 404
    assert stranger.send(f"/reports/{draft.public_id}/discard").status_code == 404


# --- reviewing and correcting


def test_a_reviewer_returns_and_the_officer_corrects(session, ground, officer, reviewer, filed):
    path = f"/reports/{filed.public_id}"
    assert "approve" in reviewer.get(path).text
    blank = reviewer.send(f"{path}/return", {"reason": " ", "row_version": 1})
    assert blank.status_code == 422
    assert 'id="reason-error"' in blank.text
    assert reviewer.send(f"{path}/return", {"reason": f"请补充{EVIL}", "row_version": 1}).status_code == 303
    page = officer.get(path).text
    assert EVIL not in page
    assert f"{path}/edit" in page
    form = officer.get(f"{path}/edit").text
    assert 'value="186"' in form
    assert 'value="2026-07-01T03:10"' in form
    answer = submit(officer, ground, f"{path}/edit", figure_affected="190")
    assert answer.status_code == 303
    shown = reviewer.get(path).text
    assert "<del>186</del>" in shown
    assert "<ins>190</ins>" in shown
    assert reviewer.send(f"{path}/approve", {"row_version": 2}).status_code == 303
    assert session.get_one(Report, filed.id).state == "approved"


def test_a_decision_too_late_is_409_with_who_did_what(ground, reviewer, as_role, filed):
    path = f"/reports/{filed.public_id}"
    assert reviewer.send(f"{path}/approve", {"row_version": 1}).status_code == 303
    late = as_role("duty_manager").send(f"{path}/return", {"reason": "请补充户数。", "row_version": 1})
    assert late.status_code == 409
    assert "测试员" in late.text


def test_nobody_approves_their_own(session, ground, reviewer):
    submit(reviewer, ground)
    path = f"/reports/{only(session, Report).public_id}"
    assert f"{path}/approve" not in reviewer.get(path).text
    assert reviewer.send(f"{path}/approve", {"row_version": 1}).status_code == 409


def test_an_officer_and_an_auditor_cannot_decide(ground, officer, as_role, filed):
    path = f"/reports/{filed.public_id}"
    for client in (officer, as_role("auditor")):
        assert f"{path}/approve" not in client.get(path).text
        assert client.send(f"{path}/approve").status_code == 403


def test_a_report_that_is_not_returned_opens_no_form(ground, officer, filed):
    answer = officer.get(f"/reports/{filed.public_id}/edit")
    assert (answer.status_code, answer.location) == (303, f"/reports/{filed.public_id}")
    assert submit(officer, ground, f"/reports/{filed.public_id}/edit").status_code == 409


# --- reading


def test_beyond_ones_divisions_there_is_nothing(session, ground, as_role, filed):
    stranger = as_role("town_reviewer", ground.other.id)
    path = f"/reports/{filed.public_id}"
    for asked in (path, f"{path}/edit"):
        assert stranger.get(asked).status_code == 404
    for act in ("approve", "return"):
        assert stranger.send(f"{path}/{act}", {"reason": "x"}).status_code == 404
    assert "曹杨新村街道" not in stranger.get("/reports").text
    assert stranger.get("/reports.geojson").json["features"] == []


@pytest.mark.parametrize("role", ["publisher", "risk_assessor", "administrator", "surveyor"])
def test_other_roles_read_no_report(ground, as_role, filed, role):
    client = as_role(role)
    for path in ("/reports", f"/reports/{filed.public_id}", "/duty-map", "/reports.geojson", "/reports/new"):
        assert client.get(path).status_code == 403


def test_the_public_is_asked_to_sign_in(client, ground, filed):
    assert client.get("/reports").status_code == 303
    assert client.get("/reports.geojson", headers={"HX-Request": "true"}).status_code == 401


def test_the_list_filters_and_says_what_it_does_not_understand(ground, officer, filed, typhoon):
    assert f"/reports/{filed.public_id}" in officer.get(f"/reports?state=submitted&event={typhoon.public_id}").text
    assert f"/reports/{filed.public_id}" not in officer.get("/reports?state=approved").text
    for wrong in ("state=x", "since=yesterday", f"unit={uuid.uuid4()}", "event=1", "mode=game"):
        answer = officer.get(f"/reports?{wrong}")
        assert answer.status_code == 422
        assert "error-summary" in answer.text
    assert officer.get("/reports?page=999999999999").status_code == 200


def test_the_rows_alone_are_a_partial(ground, officer, filed):
    part = officer.get("/reports?state=submitted", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert f"/reports/{filed.public_id}" in part.text
    assert "HX-Request" in part.headers["Vary"]


def test_a_report_alone_is_a_panel(ground, officer, filed):
    panel = officer.get(f"/reports/{filed.public_id}", headers={"HX-Request": "true"})
    assert "<html" not in panel.text
    assert "data-panel-heading" in panel.text


def test_the_map_gets_points_with_state_and_kind(ground, officer, filed):
    answer = officer.get("/reports.geojson")
    assert answer.headers["Cache-Control"] == "no-store"
    [feature] = answer.json["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [121.405, 31.245]}
    assert feature["properties"] == {
        "id": str(filed.public_id),
        "name": "曹杨新村街道",
        "event": "台风",
        "status": "submitted",
        "mode": "actual",
    }
    assert officer.get("/reports.geojson?state=approved").json["features"] == []


def test_the_duty_map_lists_what_it_shows(ground, officer, filed):
    page = officer.get("/duty-map?state=submitted").text
    assert "/reports.geojson?state=submitted" in page.replace("\\u0026", "&")
    assert f'data-focus-feature="{filed.public_id}"' in page


def test_hostile_words_never_become_markup(session, ground, officer, reviewer):
    evil = {"narrative": EVIL, "filler": EVIL, "place_words": EVIL, "event_name": EVIL}
    submit(officer, ground, **evil)
    report = only(session, Report)
    paths = ("/reports", f"/reports/{report.public_id}", "/duty-map", "/reports/new")
    for path in (*paths, f"/events/{only(session, Event).public_id}"):
        assert EVIL not in reviewer.get(path).text
    return_report(session, ground.reviewer, ReturnReport(report.public_id, EVIL), NOW)
    assert EVIL not in officer.get(f"/reports/{report.public_id}/edit").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_speaks_both_languages(session, ground, officer, reviewer, filed, typhoon, language):
    paths = ["/reports", "/reports/new", f"/reports/new?event={typhoon.public_id}", "/duty-map", "/events/new"]
    paths += [f"/reports/{filed.public_id}", f"/events/{typhoon.public_id}"]
    for path in paths:
        answer = reviewer.get(path, query_string={"lang": language} if "?" not in path else None)
        assert answer.status_code == 200


# --- events


def test_an_event_is_opened_by_itself_and_closed(session, ground, as_role):
    manager = as_role("duty_manager", ground.district.id)
    said = {
        "type": "typhoon",
        "typhoon_number": "2413",
        "occurred_at": "2026-07-01T02:00",
        "unit": str(ground.district.public_id),
    }
    wrong = manager.send("/events/new", said | {"typhoon_number": "24", "type": "typhoon"})
    assert wrong.status_code == 422
    assert 'id="typhoon_number-error"' in wrong.text
    assert manager.send("/events/new", said | {"occurred_at": "昨天"}).status_code == 422
    assert manager.send("/events/new", said | {"unit": ""}).status_code == 422
    answer = manager.send("/events/new", said)
    event = only(session, Event)
    assert answer.location == f"/events/{event.public_id}"
    assert "2413" in manager.get(answer.location).text
    assert manager.send(f"/events/{event.public_id}/close").status_code == 303
    assert manager.send(f"/events/{event.public_id}/close").status_code == 409


def test_an_officer_cannot_close_an_event(ground, officer, typhoon):
    assert "/close" not in officer.get(f"/events/{typhoon.public_id}").text
    assert officer.send(f"/events/{typhoon.public_id}/close").status_code == 403


def test_drafts_of_a_report_are_not_shown_to_an_auditor(session, ground, officer, as_role):
    officer.send("/reports/new", typed(ground))
    draft = only(session, Draft)
    auditor = as_role("auditor")
    assert str(draft.public_id) not in auditor.get("/reports").text
    assert auditor.get(f"/reports/{draft.public_id}").status_code == 404
    assert queries.duty_rows(session, ground.manager, REPORT_READ, queries.DutyFilter()) == []
