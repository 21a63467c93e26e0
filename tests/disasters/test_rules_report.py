"""What can be said against a report, an event, a step; and how it stands against its deadline."""

import dataclasses
import datetime as dt

import pytest

from portal.disasters.catalogue import Deadline
from portal.disasters.rules.changes import changes
from portal.disasters.rules.deadlines import standing
from portal.disasters.rules.event import NewEvent, event_findings, proposed_name
from portal.disasters.rules.lifecycle import (
    Act,
    State,
    Step,
    check_reason,
    check_reviewer,
    check_version,
    derived_state,
    state_after,
)
from portal.disasters.rules.report import Place, findings
from portal.errors import FormInvalid, RuleBroken
from tests.factories.disasters import CATALOGUE, NOW, STRUCK, content, figure

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


def said(**changed):
    return findings(content(**changed), CATALOGUE, NOW)


def softened():
    rules = tuple(dataclasses.replace(rule, severity="warning") for rule in CATALOGUE.rules.rules)
    return dataclasses.replace(CATALOGUE, rules=dataclasses.replace(CATALOGUE.rules, rules=rules))


def test_nothing_is_said_against_a_good_report():
    assert said() == {}


def test_figures_may_all_be_unknown():
    assert said(figures={}) == {}


def test_what_is_missing_is_said_at_its_field():
    found = said(occurred_at=None, narrative=" ", filler="", phone="")
    assert set(found) == {"occurred_at", "narrative", "filler", "phone"}


@pytest.mark.parametrize("phone", ["12", "call me", "<b>021</b>", "1" * 31])
def test_a_phone_number_is_one(phone):
    assert "phone" in said(phone=phone)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"occurred_at": NOW + 2 * MINUTE}, "occurred_at"),
        ({"reported_at": NOW + 2 * MINUTE}, "reported_at"),
        ({"as_at": NOW + 2 * MINUTE}, "as_at"),
        ({"reported_at": STRUCK - MINUTE}, "reported_at"),
        ({"as_at": STRUCK - MINUTE}, "as_at"),
    ],
)
def test_clocks_run_forward(changed, field):
    assert set(said(**changed)) == {field}


def test_clocks_of_the_same_minute_are_fine():
    assert said(occurred_at=NOW, reported_at=NOW + MINUTE / 2, as_at=NOW) == {}


def test_texts_have_lengths():
    found = said(narrative="水" * 2001, note="水" * 501, filler="水" * 41, place=Place(words="水" * 121))
    assert set(found) == {"narrative", "note", "filler", "place_words"}


def test_unknown_figures_belong_to_the_form_as_a_whole():
    assert set(said(figures={"made_up": figure(1)})) == {""}
    assert set(said(figures={"affected": figure(1, 1)})) == {""}


def test_a_broken_rule_lands_on_the_field_of_its_measure():
    found = said(figures={"need_urgent_aid": figure(3, 4), "affected": figure(1), "dead": figure(2)})
    assert set(found) == {"figure_need_urgent_aid_now", "figure_affected"}


def test_a_warning_wants_a_note_and_an_error_blocks_with_it():
    broken = {"affected": figure(1), "dead": figure(2)}
    assert set(findings(content(figures=broken), softened(), NOW)) == {"figure_affected", "note"}
    assert findings(content(figures=broken, note="名单核对过。"), softened(), NOW) == {}
    assert set(findings(content(figures=broken, note="名单核对过。"), CATALOGUE, NOW)) == {"figure_affected"}


def test_a_message_is_said_once():
    found = findings(content(occurred_at=None), CATALOGUE, NOW, NewEvent("flood", None))
    assert len(found["occurred_at"]) == 1


# --- events


def against(**changed):
    given = {"type_key": "typhoon", "occurred_at": STRUCK} | changed
    return event_findings(NewEvent(**given), CATALOGUE.types, NOW)


def test_nothing_is_said_against_a_good_event():
    assert against() == {}
    assert against(typhoon_number="2413") == {}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"type_key": ""}, "type"),
        ({"type_key": "war"}, "type"),
        ({"type_key": "flood", "subtype_key": "hail"}, "type"),
        ({"occurred_at": None}, "occurred_at"),
        ({"occurred_at": NOW + HOUR}, "occurred_at"),
        ({"typhoon_number": "24130"}, "typhoon_number"),
        ({"type_key": "flood", "typhoon_number": "2413"}, "typhoon_number"),
        ({"name": "台" * 81}, "event_name"),
        ({"mode": "game"}, "exercise"),
    ],
)
def test_what_is_wrong_with_an_event_is_said_at_its_field(changed, field):
    assert set(against(**changed)) == {field}


def test_an_unnamed_event_is_named_by_place_day_and_type():
    event = NewEvent("flood", dt.datetime(2026, 6, 30, 17, tzinfo=dt.UTC), "urban_waterlogging")
    assert proposed_name(event, CATALOGUE.types, "曹杨新村街道") == "曹杨新村街道7月1日城镇内涝"


# --- the way of a report


def test_the_way_forward():
    assert state_after(None, Act.SUBMITTED) == State.SUBMITTED
    assert state_after(Step(Act.SUBMITTED, "甲", NOW), Act.RETURNED) == State.RETURNED
    assert state_after(Step(Act.RETURNED, "乙", NOW), Act.SUBMITTED) == State.SUBMITTED
    assert state_after(Step(Act.SUBMITTED, "甲", NOW), Act.APPROVED) == State.APPROVED


@pytest.mark.parametrize("last", [None, *Act])
def test_any_other_step_is_refused_with_who_did_what(last):
    step = Step(last, "王科长", NOW) if last else None
    allowed = {None: {Act.SUBMITTED}, Act.SUBMITTED: {Act.RETURNED, Act.APPROVED}, Act.RETURNED: {Act.SUBMITTED}}
    for act in set(Act) - allowed.get(last, set()):
        with pytest.raises(RuleBroken) as refused:
            state_after(step, act)
        if last:
            assert "王科长" in str(refused.value)
            assert "2026-07-01 04:00" in str(refused.value)


def test_a_state_follows_from_its_history():
    assert derived_state([]) is None
    assert derived_state(["submitted", "returned", "submitted", "approved"]) == State.APPROVED
    assert derived_state(["submitted", "approved", "returned"]) is None


def test_nobody_approves_their_own_report():
    with pytest.raises(RuleBroken):
        check_reviewer({7, 8}, 8)
    check_reviewer({7, 8}, 9)
    check_reviewer(set(), None)


def test_a_decision_is_about_the_version_that_was_read():
    with pytest.raises(RuleBroken, match="number 2"):
        check_version(1, 2)
    check_version(2, 2)


@pytest.mark.parametrize("reason", ["", "  \n", "长" * 501])
def test_a_return_needs_a_reason_of_some_length(reason):
    with pytest.raises(FormInvalid):
        check_reason(reason)


def test_a_reason_is_kept_without_blanks_around():
    assert check_reason(" 请补充户数。 ") == "请补充户数。"


# --- deadlines

TWO_HOURS = Deadline("x", {"zh": "两小时", "en": "Two hours"}, "initial", "occurred_at", 120, "计划", NOW.date(), None)


@pytest.mark.parametrize(
    ("done_after", "now_after", "expected"),
    [
        (None, 30, (90, False, False)),
        (None, 120, (0, False, False)),
        (None, 200, (80, True, False)),
        (90, 500, (30, False, True)),
        (150, 500, (30, True, True)),
    ],
)
def test_standing_against_the_deadline(done_after, now_after, expected):
    done = STRUCK + done_after * MINUTE if done_after else None
    found = standing(TWO_HOURS, STRUCK, done, STRUCK + now_after * MINUTE)
    assert (found.minutes, found.late, found.done) == expected
    assert found.due_at == STRUCK + 2 * HOUR


def test_without_a_deadline_or_a_time_nothing_runs():
    assert standing(None, STRUCK, None, NOW) is None
    assert standing(TWO_HOURS, None, None, NOW) is None


# --- what changed


def test_changes_name_what_differs_and_nothing_else():
    old = content()
    new = content(narrative="水已退。", figures={**old.figures, "affected": figure(190), "dead": figure(0)})
    found = changes(old, new, CATALOGUE.indicators)
    assert [(str(getattr(c.name, "msgid", None) or c.name["zh"]), c.before, c.after) for c in found] == [
        ("What happened", "小区积水约30厘米，已组织转移。", "水已退。"),
        ("受灾人口", "186", "190"),
        ("因灾死亡人口", "", "0"),
    ]
    assert changes(old, old, CATALOGUE.indicators) == []
