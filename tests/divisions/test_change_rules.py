"""Steps of a change file, who approves, the papers and the clocks; no database."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.divisions.catalogue import (
    authorities,
    authority_rules,
    change_kinds,
    clocks,
    departments,
    kinds,
    papers,
)
from portal.divisions.models import ChangeState
from portal.divisions.rules.changes.authorities import (
    Proposal,
    check_authority,
    propose_authority,
    propose_for,
    subject_of,
)
from portal.divisions.rules.changes.checklist import checklist, missing_items
from portal.divisions.rules.changes.clocks import ClockFacts, ClockState, add_months, clock_strip, extendable_until
from portal.divisions.rules.changes.content import SAID, Action, read_content
from portal.divisions.rules.changes.lifecycle import DATES, FileFacts, State, Step, after_step, possible_steps
from portal.errors import AnjieError, FormInvalid, RuleBroken

TODAY = dt.date(2026, 11, 25)
APPROVED = dt.date(2026, 3, 2)


def day(text):
    return dt.date.fromisoformat(text)


def draft(**given):
    return replace(FileFacts(State.DRAFT, {}), **given)


def approvable():
    applied = after_step(draft(), Step.APPLY, day("2026-01-10"), TODAY)
    return replace(
        applied, document_number="沪府〔2026〕1号", document_authority="上海市人民政府", authority="province_government"
    )


def approved():
    return after_step(approvable(), Step.APPROVE, APPROVED, TODAY, proposal=Proposal("province_government"))


# the catalogue


def test_the_catalogue_names_only_what_exists():
    assert list(change_kinds()) == [
        "establish",
        "abolish",
        "rename",
        "split",
        "merge",
        "convert",
        "resubordinate",
        "adjust_line",
        "move_seat",
        "recode",
        "villages_to_residents",
    ]
    actions = {action.value for action in Action}
    for kind in change_kinds().values():
        assert set(kind.needs) <= kind.allows <= actions
        assert kind.amends <= {*SAID, "parent", "codes", "shape"} - {"kind"}
        assert kind.ground in {"moves", "may_move", "stays"}
    for rule in authority_rules():
        assert rule.kinds <= set(change_kinds())
        assert {rule.authority, *rule.alternatives} <= set(authorities())
        assert (rule.unit_kinds or set()) <= set(kinds())
        assert rule.valid_to is None or rule.valid_from < rule.valid_to
    for clock in clocks():
        assert {clock.counted_from, clock.done_by} <= set(DATES)
        assert (clock.months is None) != (clock.days is None)
        assert (clock.kinds or set()) <= set(change_kinds())
    assert len(departments()) == 5
    assert {"approval", "other"} <= set(papers())


def test_the_states_of_rules_and_tables_are_the_same():
    assert [state.value for state in State] == [state.value for state in ChangeState]


# steps


def test_a_file_goes_its_whole_way():
    facts = approved()
    facts = after_step(facts, Step.CARRY_OUT, day("2026-04-01"), TODAY)
    for step in (Step.ANNOUNCE, Step.FILE, Step.PUBLISH_CODES):
        facts = after_step(facts, step, day("2026-04-02"), TODAY)
    assert possible_steps(facts) == [Step.EXTEND, Step.COMPLETE]
    facts = after_step(facts, Step.COMPLETE, day("2026-06-01"), TODAY)
    assert facts.state is State.COMPLETED
    assert facts.dates["effective_on"] == day("2026-04-01")
    assert possible_steps(facts) == []


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"document_number": " "}, "document_number"),
        ({"document_authority": ""}, "document_authority"),
        ({"authority": None}, "authority"),
        ({"authority": "emperor"}, "authority"),
        ({"authority": "state_council"}, "authority_reason"),
    ],
)
def test_an_approval_needs_its_document_and_its_authority(missing, field):
    with pytest.raises(FormInvalid) as refused:
        after_step(
            replace(approvable(), **missing),
            Step.APPROVE,
            APPROVED,
            TODAY,
            proposal=Proposal("province_government"),
        )
    assert list(refused.value.messages) == [field]


@pytest.mark.parametrize(
    ("facts", "step", "on"),
    [
        (approvable(), Step.APPROVE, "2026-01-09"),
        (approved(), Step.CARRY_OUT, "2026-03-01"),
        (approved(), Step.ANNOUNCE, "2026-03-01"),
        (approved(), Step.ANNOUNCE, "2026-11-26"),
        (after_step(approved(), Step.CARRY_OUT, day("2026-05-01"), TODAY), Step.COMPLETE, "2026-04-30"),
    ],
)
def test_a_day_before_what_it_follows_or_in_the_future_is_refused(facts, step, on):
    with pytest.raises(FormInvalid) as refused:
        after_step(facts, step, day(on), TODAY, proposal=Proposal("province_government"))
    assert list(refused.value.messages) == ["on"]


def test_who_had_to_approve_is_looked_at_again_when_the_change_is_made_effective():
    other = Proposal("state_council")
    with pytest.raises(RuleBroken, match="another authority"):
        after_step(approved(), Step.CARRY_OUT, day("2026-04-01"), TODAY, proposal=other)
    for missing in ({"document_number": ""}, {"document_authority": " "}, {"dates": {}}):
        with pytest.raises(RuleBroken, match="head of the file"):
            after_step(replace(approved(), **missing), Step.CARRY_OUT, day("2026-04-01"), TODAY)
    explained = replace(approved(), authority_reason="国务院授权")
    assert after_step(explained, Step.CARRY_OUT, day("2026-04-01"), TODAY, proposal=other).state is State.EFFECTIVE


def test_a_change_may_take_effect_on_a_day_to_come():
    assert after_step(approved(), Step.CARRY_OUT, day("2027-01-01"), TODAY).state is State.EFFECTIVE


def test_the_time_is_extended_once_with_approval_and_before_it_ends():
    note = "沪府办〔2026〕9号"
    with pytest.raises(FormInvalid, match="who approved"):
        after_step(approved(), Step.EXTEND, day("2026-10-01"), TODAY)
    extended = after_step(approved(), Step.EXTEND, day("2026-10-01"), TODAY, note=note)
    with pytest.raises(RuleBroken, match="already"):
        after_step(extended, Step.EXTEND, day("2026-11-01"), TODAY, note=note)
    after_step(approved(), Step.EXTEND, day("2027-03-02"), day("2027-04-01"), note=note)
    with pytest.raises(FormInvalid, match="2027-03-02"):
        after_step(approved(), Step.EXTEND, day("2027-03-03"), day("2027-04-01"), note=note)
    before = replace(approved(), dates={"approved_on": day("2014-12-01")})
    with pytest.raises(RuleBroken, match="No rule"):
        after_step(before, Step.EXTEND, day("2015-02-01"), TODAY, note=note)


def test_a_rejection_and_a_withdrawal_need_a_reason():
    for step in (Step.REJECT, Step.WITHDRAW):
        with pytest.raises(FormInvalid, match="reason"):
            after_step(approvable(), step, day("2026-02-01"), TODAY)
    assert after_step(approvable(), Step.REJECT, day("2026-02-01"), TODAY, note="缺图").state is State.REJECTED
    assert after_step(approved(), Step.WITHDRAW, APPROVED, TODAY, note="逾期").state is State.WITHDRAWN


@given(st.lists(st.tuples(st.sampled_from(Step), st.integers(0, 900)), max_size=14))
def test_any_walk_keeps_the_order_of_dates_and_the_table_of_states(walk):
    facts = replace(approvable(), state=State.DRAFT, dates={})
    for step, offset in walk:
        offered = step in possible_steps(facts)
        try:
            after = after_step(facts, step, APPROVED + dt.timedelta(days=offset), TODAY, note="x")
        except RuleBroken:
            assert not offered or step is Step.EXTEND
            continue
        except AnjieError:
            assert offered
            continue
        assert offered
        facts = after
    known = [
        facts.dates[name]
        for name in ("applied_on", "approved_on", "effective_on", "completed_on")
        if facts.dates.get(name)
    ]
    assert known == sorted(known)
    assert (facts.state in {State.EFFECTIVE, State.COMPLETED}) == (facts.dates.get("effective_on") is not None)


# who approves


@pytest.mark.parametrize(
    ("kind", "level", "unit_kind", "on", "authority", "mark"),
    [
        ("establish", 1, "municipality", "2026-01-01", "national_congress", "certain"),
        ("abolish", 3, "district", "2026-01-01", "state_council", "certain"),
        ("merge", 3, "district", "2015-10-13", "state_council", "from_memory"),
        ("convert", 3, "county", "2016-06-08", "state_council", "from_memory"),
        ("adjust_line", 3, "district", "2026-01-01", "province_government", "certain"),
        ("move_seat", 3, "district", "2026-01-01", "province_government", "certain"),
        ("adjust_line", 4, "town", "2026-01-01", "province_government", "certain"),
        ("convert", 4, "street", "2014-12-01", "government_above", "from_memory"),
        ("establish", 4, "street", "2026-01-01", "government_above", "certain"),
        ("rename", 4, "street", "2026-01-01", "original_approver", "certain"),
        ("establish", 5, "residents_committee", "2026-01-01", "county_government", "certain"),
        ("abolish", 5, "villagers_committee", "2026-01-01", "county_government", "certain"),
        ("rename", 5, "villagers_committee", "2026-01-01", "county_government", "uncertain"),
        ("recode", 4, "town", "2026-01-01", "civil_affairs", "certain"),
    ],
)
def test_the_authority_follows_kind_level_and_day(kind, level, unit_kind, on, authority, mark):
    proposal = propose_authority(kind, level, unit_kind, day(on))
    assert proposal.authority == authority
    assert proposal.rule is not None
    assert proposal.rule.mark == mark


def test_where_no_rule_is_known_nothing_is_proposed_and_any_authority_will_do():
    for asked in (("move_seat", 5, "residents_committee", "2026-01-01"), ("rename", 4, "street", "2014-01-01")):
        kind, level, unit_kind, on = asked
        proposal = propose_authority(kind, level, unit_kind, day(on))
        assert proposal.authority is None
        check_authority(proposal, "county_government", "")
    assert propose_for("split", None, TODAY).authority is None


def test_a_major_line_is_a_persons_judgement_and_another_authority_needs_a_reason():
    proposal = propose_authority("adjust_line", 3, "district", TODAY)
    check_authority(proposal, "state_council", "")
    with pytest.raises(FormInvalid):
        check_authority(proposal, "county_government", "  ")
    check_authority(proposal, "county_government", "省政府授权")


def test_a_file_is_about_the_highest_unit_that_is_born_or_ends():
    content = read_content(
        {
            "units": [
                {"unit": "district", "action": "amend", "population": 1},
                {"unit": "committee", "action": "amend", "parent": "new:1"},
                {"unit": "new:1", "action": "new", "name": "万里街道", "kind": "street"},
            ],
            "moves": [{"from": "town", "to": "new:1"}],
        }
    )
    units = {"district": (3, "district"), "committee": (5, "residents_committee"), "town": (4, "town")}
    assert subject_of(content, units | {"new:1": (4, "street")}) == (4, "street")
    assert subject_of(content, units) == (4, "town")
    assert subject_of(read_content({"units": [{"unit": "district", "action": "amend"}]}), units) == (3, "district")
    assert subject_of(read_content({}), units) is None


# papers


def test_the_checklist_is_that_of_the_level_and_says_what_is_missing():
    assert [item.key for item in checklist("split", 4)] == [
        "request",
        "basic_facts",
        "risk_assessment",
        "expert_review",
        "public_opinion",
        "map_before",
        "map_proposed",
    ]
    assert {item.key for item in checklist("establish", 5)} == {"township_proposal", "villagers_assembly"}
    assert checklist("recode", 4) == []
    assert [item.key for item in missing_items("establish", 5, ["villagers_assembly", "other"])] == [
        "township_proposal"
    ]


# clocks


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.integers(0, 60))
def test_months_are_those_of_the_calendar(start, months):
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == min(start.day, calendar.monthrange(end.year, end.month)[1])


def strip(today, kind="split", level=4, **dates):
    facts = ClockFacts(kind, level, {name: day(value) for name, value in dates.items()})
    return {reading.clock.key: reading for reading in clock_strip(facts, day(today))}


def test_the_strip_waits_runs_and_is_late():
    waiting = strip("2026-03-02")
    assert {reading.state for reading in waiting.values()} == {ClockState.WAITING}
    assert list(waiting) == ["carry_out", "publish_codes", "file", "announce"]
    running = strip("2026-03-10", approved_on="2026-03-02")
    assert (running["announce"].due_on, running["announce"].days) == (day("2026-03-17"), 7)
    assert running["announce"].state is ClockState.RUNNING
    assert running["publish_codes"].state is ClockState.WAITING
    assert strip("2026-03-17", approved_on="2026-03-02")["file"].state is ClockState.RUNNING
    late = strip("2026-03-18", approved_on="2026-03-02")["file"]
    assert (late.state, late.days) == (ClockState.LATE, 1)


def test_the_strip_says_what_was_done_in_time_and_what_was_not():
    done = strip("2026-11-25", approved_on="2026-03-02", filed_on="2026-03-17", announced_on="2026-03-20")
    assert (done["file"].state, done["file"].days) == (ClockState.DONE, None)
    assert (done["announce"].state, done["announce"].days) == (ClockState.DONE_LATE, 3)


def test_an_extension_adds_six_months_and_a_month_ends_with_february():
    plain = strip("2027-03-03", approved_on="2026-03-02")["carry_out"]
    assert (plain.due_on, plain.state) == (day("2027-03-02"), ClockState.LATE)
    extended = strip("2027-03-03", approved_on="2026-03-02", extended_on="2027-01-01")["carry_out"]
    assert (extended.due_on, extended.state, extended.extended) == (day("2027-09-02"), ClockState.RUNNING, True)
    codes = strip("2026-02-01", effective_on="2026-01-31")["publish_codes"]
    assert codes.due_on == day("2026-02-28")


def test_clocks_hold_for_their_time_their_kinds_and_their_levels():
    assert strip("2026-11-25", approved_on="2014-12-01", effective_on="2015-01-01") == {}
    assert list(strip("2026-11-25", kind="move_seat", approved_on="2026-03-02")) == ["carry_out"]
    assert list(strip("2026-11-25", kind="rename", level=5, approved_on="2026-03-02")) == ["file", "announce"]
    assert extendable_until(day("2020-02-29")) == day("2021-02-28")
    assert extendable_until(day("2018-12-31")) is None
