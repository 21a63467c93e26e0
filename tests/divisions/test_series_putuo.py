"""The proof on real input: eight yearly lists of the committees of Putuo, from lists that no one here wrote."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from portal.divisions import queries
from portal.divisions.imports.series import Asked, Reading, read_lists, run_series
from portal.divisions.models import Lineage, UnitVersion
from portal.divisions.queries.lists import kept_lists, rows_of
from portal.divisions.rules.series import Decisions, read_decisions
from portal.kernel.access.actor import SYSTEM
from tests.factories.divisions import make_district

pytestmark = pytest.mark.real_data

TODAY = dt.date(2026, 11, 25)
FILE = "committees_putuo_zhonglou_2016_2023.csv"
DECISIONS = Path(__file__).parent / "decisions" / "putuo.yaml"
COUNTS = {2016: 264, 2017: 264, 2018: 267, 2019: 267, 2020: 268, 2021: 274, 2022: 280, 2023: 285}


@pytest.fixture
def lists(real_data):
    return read_lists("committees", [real_data / FILE], Reading("nbs", "310107"))


@pytest.fixture
def decisions():
    return read_decisions(yaml.safe_load(DECISIONS.read_text(encoding="utf-8")))


@pytest.fixture
def run(app, session, lists):
    make_district(session)
    return lambda decided: run_series(session, SYSTEM, Asked(lists, decided, announced=True), TODAY)


def test_without_decisions_every_question_is_asked_with_a_proposal(session, run):
    outcome = run(Decisions())
    assert len(outcome.open) == 29
    assert all(one.question.proposal.reason for one in outcome.open)
    assert kept_lists(session) == []


def test_counts_of_every_year_with_seven_villages(session, run, decisions):
    assert run(decisions).decided == {"decision": 29}
    for year, count in COUNTS.items():
        kinds = Counter(unit.kind for unit in queries.public_units(session, dt.date(year, 12, 31)) if unit.level == 5)
        assert (sum(kinds.values()), kinds["villagers_committee"]) == (count, 7)
    towns = [unit for unit in queries.public_units(session, dt.date(2016, 12, 31)) if unit.level == 4]
    assert len(towns) == 10
    assert queries.ancestry_differences(session) == []


def test_pages_answer_any_date(client, run, decisions, session):
    run(decisions)
    assert "宜川一村居委会" in client.get("/divisions?at=2020-12-31").text
    page = client.get("/divisions?at=2021-12-31").text
    assert "宜川一村第二居委会" in page
    assert "宜川一村居委会" not in page


def test_a_second_import_changes_nothing(run, decisions):
    assert run(decisions).lists_new == 8
    again = run(decisions)
    assert (again.changes, again.lists_known) == (0, 8)


def test_every_list_comes_out_as_it_went_in(session, run, lists, decisions):
    run(decisions)
    for published, kept in zip(lists, kept_lists(session, "nbs", "310107"), strict=True):
        assert tuple(rows_of(session, kept.id)) == published.rows


def test_what_became_of_units_is_told(session, run, decisions):
    run(decisions)
    found = Counter(session.scalars(select(Lineage.edge)))
    assert found == {"set_up": 14, "split_into": 8, "split_off": 4, "renamed": 1, "recoded": 1}
    moved = queries.unit_by_code(session, "nbs", "310107103401", dt.date(2020, 12, 31))
    names = session.scalars(select(UnitVersion.name).where(UnitVersion.unit_id == moved.id).order_by(UnitVersion.valid))
    assert names.all() == ["真建花苑居委会（筹）", "真建花苑居委会"]
    assert queries.unit_by_code(session, "nbs", "310107103027", dt.date(2019, 12, 31)).id == moved.id
