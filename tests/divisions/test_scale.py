"""Subtrees at any date stay quick with ten thousand divisions."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from sqlalchemy import func, select, text

from portal.divisions.models import Unit, UnitVersion
from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.queries import unit_choices, within
from portal.divisions.queries.scope import on
from portal.divisions.service import rebuild_ancestry
from portal.kernel.access.actor import Actor

pytestmark = pytest.mark.slow

TOWNS, COMMITTEES = 100, 10_000
DAY = dt.date(2024, 6, 1)

FILL = """
INSERT INTO divisions.units (id, public_id) SELECT n, gen_random_uuid() FROM generate_series(1, 10101) AS n;
INSERT INTO divisions.unit_versions (unit_id, parent_id, name, kind, level, source, valid_from, valid_to)
SELECT n, CASE WHEN n = 1 THEN NULL WHEN n <= 101 THEN 1 ELSE 2 + n % 100 END, 'unit ' || n, 'other',
       CASE WHEN n = 1 THEN 3 WHEN n <= 101 THEN 4 ELSE 5 END, 'bench', part.first, part.last
FROM generate_series(1, 10101) AS n,
     (VALUES (date '2000-01-01', date '2010-01-01'), ('2010-01-01', '2020-01-01'), ('2020-01-01', NULL))
     AS part (first, last)
"""


@pytest.fixture
def country(session):
    for statement in FILL.split(";"):
        session.execute(text(statement))
    started = time.perf_counter()
    rebuild_ancestry(session)
    session.info["rebuilt_s"] = time.perf_counter() - started
    return session


def subtree(root: int):
    return select(UnitVersion.name).where(
        UnitVersion.superseded_at.is_(None),
        on(UnitVersion.valid, DAY),
        within(UnitVersion.unit_id, {root}, DAY),
    )


def test_the_tree_of_ten_thousand_is_rebuilt_in_seconds(country):
    assert country.info["rebuilt_s"] < 15
    assert country.scalar(select(func.count()).select_from(Unit)) == 1 + TOWNS + COMMITTEES


def test_a_subtree_is_read_through_the_index_of_ancestry(country):
    asked = subtree(2).compile(dialect=country.get_bind().dialect, compile_kwargs={"render_postcompile": True})
    plan = "\n".join(row[0] for row in country.connection().exec_driver_sql(f"EXPLAIN {asked}", asked.params))
    assert "ix_ancestry_ancestor_valid" in plan
    assert "Seq Scan on ancestry" not in plan


def test_a_subtree_and_a_picker_answer_at_once(country):
    clerk = Actor(1, "张三", scopes={IMPORT_UNITS.key: frozenset({2})})
    for ask in (lambda: country.scalars(subtree(2)).all(), lambda: unit_choices(country, clerk, IMPORT_UNITS, DAY)):
        started = time.perf_counter()
        assert len(ask()) == 1 + COMMITTEES // TOWNS
        assert time.perf_counter() - started < 0.5
