"""The table of fixtures, walked through the real pipeline: reader's process, staging, checks, room, base."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.exchange.staging import Counts
from tests.exchange.fixtures.checks import check
from tests.exchange.fixtures.make import MAKERS, make
from tests.exchange.fixtures.walk import Case, cases, make_world, outcome
from tests.exchange.imports import Runner

ORDINARY = [case for case in cases() if not case.hostile]
SETTLED = (
    "xlsx_plain.xlsx",
    "xlsx_formulas.xlsx",
    "gpkg_towns.gpkg",
    "shp_gbk_alone.zip",
    "hostile_nested.zip",
    "kmz_hazards.kmz",
)


@pytest.mark.parametrize("case", ORDINARY, ids=lambda case: case.name)
def test_each_comes_out_as_the_table_says(session: Session, settings, tmp_path: Path, case: Case) -> None:
    if case.missing:
        pytest.skip("real data is not here; set PORTAL_REAL_DATA")
    make_world(session, case.world)
    path, runner = make(case.file, tmp_path), Runner(session, settings, case.importer)
    made = outcome(runner, path, case)
    check(case, made)
    if case.again and made.found is not None and made.counts.get("new") and not made.counts.get("refused"):
        assert_in_and_nothing_new(runner, path, case, made.found)


def assert_in_and_nothing_new(runner: Runner, path: Path, case: Case, found) -> None:
    """What goes in is on record as it is when the same file comes a second time."""
    counts = runner.go_in(found)
    again = Counts.of(runner.preview(path, case.asked()).counts)
    assert (again.new, again.changed, again.unchanged, again.refused) == (0, 0, counts.total, 0)


def test_every_fixture_has_its_row_and_every_row_its_fixture() -> None:
    named = {case.file for case in cases() if not case.missing}
    assert named == set(MAKERS)


def test_there_are_enough_of_each_kind() -> None:
    hostile = {case.file for case in cases() if case.hostile}
    assert len(hostile) >= 60
    assert len({case.file for case in ORDINARY}) >= 60


@pytest.mark.parametrize("name", SETTLED)
def test_a_fixture_is_the_same_whenever_it_is_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert make(name, tmp_path / "one").read_bytes() == make(name, tmp_path / "two").read_bytes()
