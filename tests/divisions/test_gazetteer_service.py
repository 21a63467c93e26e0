"""Cells, reviews and entries on the database: what is kept, what is refused, who is told."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.divisions.catalogue.gazetteer import fields
from portal.divisions.models import GazetteerEntry, GazetteerValue, Lineage
from portal.divisions.permissions import EDIT_GAZETTEER, READ_GAZETTEER
from portal.divisions.queries import gazetteer as queries
from portal.divisions.rules.gazetteer import CellEdit, StaleCells
from portal.divisions.service import gazetteer as service
from portal.divisions.service.gazetteer import Answer, OpenReview, SaveCells, SaveEntry
from portal.errors import FormInvalid, NotFound, RuleBroken, Stale
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import connect
from tests.factories.divisions import make_unit, square
from tests.factories.gazetteer import AT, TODAY, YEAR, clerk, make_book_ground, reviewer, save


@pytest.fixture
def ground(session):
    return make_book_ground(session)


def row(session, unit, year=YEAR, at=AT):
    return queries.gazetteer_row(session, SYSTEM, READ_GAZETTEER, [unit.id], at, year)[0]


# --- cells --------------------------------------------------------------------------------------------------------


def test_a_value_is_kept_with_source_year_and_author_and_superseded_by_the_next(session, ground):
    save(session, ground.town, "resident_population", "1,200")
    first = row(session, ground.town).cells["resident_population"]
    save(session, ground.town, "resident_population", "1300", seen=first.id, source="更正")
    history = queries.history_of(session, ground.town.id, "resident_population", YEAR)
    assert [(one.value, one.source, one.superseded_at is None) for one in history] == [
        ("1300", "更正", True),
        ("1200", "年报", False),
    ]
    assert {one.recorded_by for one in history} == {"system"}


def test_saving_what_is_there_already_writes_nothing(session, ground):
    save(session, ground.town, "resident_population", "1200")
    seen = row(session, ground.town).seen("resident_population")
    assert save(session, ground.town, "resident_population", "1,200", seen=seen) == []
    assert len(queries.history_of(session, ground.town.id, "resident_population")) == 1


def test_the_second_of_two_is_told_who_changed_it_and_nothing_is_written(session, ground):
    save(session, ground.town, "resident_population", "1200")
    edits = [
        CellEdit(ground.town.public_id, "migrant_population", "5"),
        CellEdit(ground.town.public_id, "resident_population", "1300", seen=0),
    ]
    with pytest.raises(StaleCells) as caught:
        service.save_cells(session, SYSTEM, SaveCells(YEAR, AT, "年报", edits), TODAY)
    conflict = caught.value.conflicts[0]
    assert (conflict.theirs, conflict.yours, conflict.who) == ("1200", "1300", "system")
    assert "system" in str(caught.value)
    assert queries.history_of(session, ground.town.id, "migrant_population") == []


def test_errors_stand_at_their_cells(session, ground):
    edits = [
        CellEdit(ground.town.public_id, "resident_population", "many"),
        CellEdit(ground.town.public_id, "name", "别名"),
        CellEdit(ground.committee.public_id, "residents_committees", "3"),
    ]
    with pytest.raises(FormInvalid) as caught:
        service.plan_cells(session, SYSTEM, SaveCells(YEAR, AT, "年报", edits), TODAY)
    assert set(caught.value.messages) == {one.place for one in edits}


def test_outside_ones_scope_there_is_nothing_to_edit(session, ground):
    edit = CellEdit(ground.town.public_id, "resident_population", "1")
    with pytest.raises(NotFound):
        service.save_cells(session, clerk(ground.beside), SaveCells(YEAR, AT, "年报", [edit]), TODAY)


def test_a_lasting_value_holds_and_another_names_its_year(session, ground):
    save(session, ground.town, "dialling_code", "021", year=2020)
    save(session, ground.town, "resident_population", "900", year=2020)
    later = row(session, ground.town, year=2023)
    assert (later.shown(fields()["dialling_code"]).value, later.shown(fields()["dialling_code"]).year) == ("021", None)
    assert later.shown(fields()["resident_population"]).year == 2020
    assert later.seen("resident_population") == 0


def test_an_emptied_cell_shows_nothing_although_an_earlier_year_has_a_value(session, ground):
    save(session, ground.town, "dialling_code", "021", year=2020)
    save(session, ground.town, "dialling_code", "020", year=2023)
    seen = row(session, ground.town, year=2023).seen("dialling_code")
    save(session, ground.town, "dialling_code", "", year=2023, seen=seen)
    assert row(session, ground.town, year=2023).shown(fields()["dialling_code"]).value == ""


def test_counts_come_from_the_register_on_the_day_and_another_number_is_a_warning(session, ground):
    make_unit(session, ground.town, "新居委会", level=5, at=dt.date(2023, 6, 1))
    make_unit(session, ground.town, "某村委会", level=5, kind="villagers_committee")
    before, after = row(session, ground.town, at=dt.date(2023, 5, 31)), row(session, ground.town)
    assert (before.counted["residents_counted"], after.counted["residents_counted"]) == ("1", "2")
    assert after.counted["villagers_counted"] == "1"
    save(session, ground.town, "residents_committees", "3")
    assert row(session, ground.town).differs(fields()["residents_committees"]) == "2"
    assert float(row(session, ground.town).counted["area_drawn"]) > 0.5


def test_rows_come_town_by_town(session, ground):
    found = queries.gazetteer_rows(session, SYSTEM, READ_GAZETTEER, ground.district.id, AT, YEAR)
    assert [one.name for one in found] == ["普陀区", "长征镇", "海棠苑居委会", "桃浦镇"]
    top = queries.gazetteer_rows(session, SYSTEM, READ_GAZETTEER, ground.district.id, AT, YEAR, depth=1)
    assert [one.name for one in top] == ["普陀区", "长征镇", "桃浦镇"]


def test_an_import_taken_back_gives_cells_what_they_held(session, ground):
    save(session, ground.town, "resident_population", "1200")
    seen = row(session, ground.town).seen("resident_population")
    edit = CellEdit(ground.town.public_id, "resident_population", "1500", seen)
    _, written = service.save_cells(session, SYSTEM, SaveCells(YEAR, AT, "表格", [edit], way="imported"), TODAY)
    service.take_back_values(session, SYSTEM, written.added, written.superseded)
    assert row(session, ground.town).cells["resident_population"].value == "1200"
    with pytest.raises(RuleBroken):
        service.take_back_values(session, SYSTEM, written.added, written.superseded)


# --- two at the same moment ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [False, True])
def test_of_two_who_save_a_cell_at_the_same_moment_one_is_refused(own_database, known):
    makers = connect(own_database)
    with makers.app.begin() as first:
        ground = make_book_ground(first)
        if known:
            save(first, ground.town, "resident_population", "1")
        seen = row(first, ground.town).seen("resident_population")
    with makers.app() as one, makers.app() as two, ThreadPoolExecutor(1) as pool:
        save(one, ground.town, "resident_population", "2", seen=seen)
        later = pool.submit(save, two, ground.town, "resident_population", "3", seen=seen)
        time.sleep(0.3)
        assert not later.done()
        one.commit()
        with pytest.raises(StaleCells if known else IntegrityError):
            later.result(timeout=20)
    with makers.app() as last:
        assert row(last, ground.town).cells["resident_population"].value == "2"
    makers.dispose()


# --- the yearly review --------------------------------------------------------------------------------------------


@pytest.fixture
def opened(session, ground):
    return service.open_review(session, clerk(ground.district), OpenReview(YEAR, TODAY + dt.timedelta(30)), TODAY)


def answers(session, ground, opened):
    return {one.name: one for one in queries.town_answers(session, clerk(ground.district), opened)}


def test_a_review_asks_every_town_and_shows_who_has_not_answered(session, ground, opened):
    towns = answers(session, ground, opened)
    assert {name: town.waiting for name, town in towns.items()} == {"长征镇": 2, "桃浦镇": 1}
    somebody = reviewer(ground.town)
    assert service.confirm_town(session, somebody, opened.public_id, ground.town.public_id) == 2
    towns = answers(session, ground, opened)
    assert (towns["长征镇"].answered, towns["桃浦镇"].answered) == (True, False)


def test_a_town_sees_and_answers_its_own_rows_only(session, ground, opened):
    somebody = reviewer(ground.town)
    assert [one.name for one in queries.town_answers(session, somebody, opened)] == ["长征镇"]
    with pytest.raises(NotFound):
        service.answer_row(session, somebody, opened.public_id, Answer(ground.beside.public_id, 1, {}))
    assert service.confirm_town(session, somebody, opened.public_id, ground.beside.public_id) == 0


def test_one_review_a_year_with_a_day_that_has_not_passed(session, ground, opened):
    with pytest.raises(RuleBroken):
        service.open_review(session, clerk(ground.district), OpenReview(YEAR, TODAY), TODAY)
    with pytest.raises(FormInvalid):
        service.open_review(session, clerk(ground.district), OpenReview(2024, TODAY - dt.timedelta(1)), TODAY)


def propose(session, ground, opened, **values):
    found = answers(session, ground, opened)["长征镇"].rows[0]
    answer = Answer(ground.town.public_id, found.row_version, values, "请核")
    one = service.answer_row(session, reviewer(ground.town, "王芳"), opened.public_id, answer)
    return queries.proposals(session, [one.id])


def test_a_proposal_is_taken_over_into_the_cell_with_who_proposed_it(session, ground, opened):
    (proposal,) = propose(session, ground, opened, resident_population="1,800", pinyin="")
    service.decide(
        session, clerk(ground.district), opened.public_id, proposal.public_id, take=True, reason="", today=TODAY
    )
    cell = row(session, ground.town).cells["resident_population"]
    assert (cell.value, "王芳" in cell.source) == ("1800", True)
    with pytest.raises(RuleBroken):
        service.decide(
            session, clerk(ground.district), opened.public_id, proposal.public_id, take=True, reason="", today=TODAY
        )


def test_declining_needs_a_reason_and_leaves_the_cell(session, ground, opened):
    (proposal,) = propose(session, ground, opened, resident_population="1800")
    somebody = clerk(ground.district)
    told = {"take": False, "today": TODAY}
    with pytest.raises(FormInvalid):
        service.decide(session, somebody, opened.public_id, proposal.public_id, reason=" ", **told)
    service.decide(session, somebody, opened.public_id, proposal.public_id, reason="以统计为准", **told)
    assert row(session, ground.town).cells == {}
    assert queries.proposals(session, [proposal.row_id])[0].reason == "以统计为准"


def test_what_versions_hold_is_noted_and_not_written(session, ground, opened):
    (proposal,) = propose(session, ground, opened, seat="新村路1号")
    service.decide(
        session, clerk(ground.district), opened.public_id, proposal.public_id, take=True, reason="", today=TODAY
    )
    assert row(session, ground.town).register["seat"] == ""
    assert session.scalars(select(GazetteerValue)).all() == []


def test_answering_again_replaces_what_waits_and_a_stale_answer_is_refused(session, ground, opened):
    propose(session, ground, opened, resident_population="1800")
    later = propose(session, ground, opened, resident_population="1900")
    assert [one.value for one in later] == ["1900"]
    with pytest.raises(Stale):
        service.answer_row(session, reviewer(ground.town), opened.public_id, Answer(ground.town.public_id, 1, {}))


def test_a_wrong_proposal_stands_at_its_cell_and_a_closed_review_takes_none(session, ground, opened):
    with pytest.raises(FormInvalid):
        propose(session, ground, opened, resident_population="many")
    (proposal,) = propose(session, ground, opened, resident_population="1800")
    somebody = clerk(ground.district)
    with pytest.raises(RuleBroken):
        service.close_review(session, somebody, opened.public_id, opened.row_version)
    service.decide(session, somebody, opened.public_id, proposal.public_id, take=False, reason="否", today=TODAY)
    closed = service.close_review(session, somebody, opened.public_id, opened.row_version)
    assert closed.closed_by == somebody.name
    with pytest.raises(RuleBroken):
        service.confirm_town(session, reviewer(ground.town), opened.public_id, ground.town.public_id)


# --- entries and events -------------------------------------------------------------------------------------------


def entry(ground, **given):
    said = {"body": "第一段。\r\n\r\n第二段。", "source": "镇志"} | given
    return SaveEntry(ground.town.public_id, AT, "history", **said)


def test_an_entry_is_a_draft_until_reviewed_and_every_version_stays(session, ground):
    somebody = clerk(ground.district)
    first = service.save_entry(session, somebody, entry(ground), TODAY)
    assert (first.state, first.body) == ("draft", "第一段。\n\n第二段。")
    again = entry(ground, seen=first.id, reviewer="李审", reviewed_on=TODAY)
    second = service.save_entry(session, somebody, again, TODAY)
    assert second.state == "reviewed"
    assert [one.id for one in queries.entry_versions(session, ground.town.id, "history")] == [second.id, first.id]
    assert queries.entries(session, [ground.town.id])[ground.town.id]["history"].id == second.id
    with pytest.raises(Stale):
        service.save_entry(session, somebody, entry(ground, seen=first.id), TODAY)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"body": " "}, "body"),
        ({"body": "a" * 10_001}, "body"),
        ({"source": " "}, "source"),
        ({"reviewer": "李审"}, "reviewed_on"),
        ({"reviewer": "李审", "reviewed_on": TODAY + dt.timedelta(1)}, "reviewed_on"),
    ],
)
def test_what_an_entry_must_say(session, ground, given, field):
    with pytest.raises(FormInvalid) as caught:
        service.save_entry(session, SYSTEM, entry(ground, **given), TODAY)
    assert field in caught.value.messages
    assert session.scalars(select(GazetteerEntry)).all() == []


def test_changes_of_a_year_carry_the_names_of_then_and_the_document(session, ground):
    new = make_unit(session, ground.district, "万里街道", at=dt.date(2023, 7, 1), shape=square(121.42))
    session.add(
        Lineage(
            edge="split_off",
            from_unit_id=ground.town.id,
            to_unit_id=new.id,
            happened_on=dt.date(2023, 7, 1),
            document="沪府〔2014〕90号",
        )
    )
    session.flush()
    (found,) = queries.events(session, clerk(ground.district), ground.district.id, dt.date(2023, 1, 1), AT)
    assert (found.before, found.after, found.document) == ("长征镇", "万里街道", "沪府〔2014〕90号")
    assert queries.events(session, SYSTEM, ground.district.id, dt.date(2022, 1, 1), dt.date(2022, 12, 31)) == []
    assert queries.events(session, clerk(ground.beside), ground.district.id, None, AT) == []
    assert queries.events_of_unit(session, SYSTEM, new.id, AT) == [found]


def test_the_permission_to_edit_is_asked(session, ground):
    nobody = reviewer(ground.town)
    assert not nobody.may(EDIT_GAZETTEER)
    with pytest.raises(Exception, match="role"):
        service.save_cells(session, nobody, SaveCells(YEAR, AT, "x", []), TODAY)
