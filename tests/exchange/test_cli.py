"""`portal import`: one transaction, the same checks as the page, exit codes and words of a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy import func, select

from portal.cli import main
from portal.exchange.cli import run, summary
from portal.exchange.models import Import
from portal.exchange.running import Asked, RowsRefused
from portal.exchange.staging import Counts
from portal.kernel.db.session import transaction
from portal.risk.models import Hazard
from tests.exchange.imports import HEADINGS, ROW, workbook
from tests.factories.people import make_land

DEGREES = Asked(crs="EPSG:4490")


@pytest.fixture
def district(own_database):
    """A database of its own with a district: the command opens its own connection."""
    with transaction(own_database) as session:
        make_land(session)
    return own_database


def counted(settings, table) -> int:
    with transaction(settings) as session:
        return session.scalar(select(func.count()).select_from(table))


def wrong(level: str = "紫") -> list[object]:
    return ["坏", ROW[1], level, *ROW[3:]]


def test_a_file_goes_in_with_its_import_on_record(district, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [ROW])
    counts = run(district, "risk:hazards", [path], DEGREES, returned=None, dry_run=False)
    assert (counts.new, counted(district, Hazard)) == (1, 1)
    again = run(district, "risk:hazards", [path], DEGREES, returned=None, dry_run=False)
    assert (again.new, again.unchanged) == (0, 1)


def test_a_refused_row_refuses_all_files_and_leaves_nothing(district, tmp_path: Path, capsys) -> None:
    files = [workbook(tmp_path / "a.xlsx", [ROW]), workbook(tmp_path / "b.xlsx", [wrong()])]
    with pytest.raises(RowsRefused):
        run(district, "risk:hazards", files, DEGREES, returned=tmp_path / "back", dry_run=False)
    assert counted(district, Hazard) == counted(district, Import) == 0
    assert "cell.choice" in capsys.readouterr().err
    back = next((tmp_path / "back").glob("b_*.xlsx"))
    assert "cell.choice" in load_workbook(back).active.cell(2, len(HEADINGS) + 1).value


def test_a_dry_run_counts_and_writes_nothing(district, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [ROW, wrong()])
    counts = run(district, "risk:hazards", [path], DEGREES, returned=None, dry_run=True)
    assert (counts.new, counts.refused) == (1, 1)
    assert counted(district, Hazard) == counted(district, Import) == 0


def test_the_valid_rows_on_request(district, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [ROW, wrong()])
    run(district, "risk:hazards", [path], Asked(crs="EPSG:4490", valid_only=True), returned=None, dry_run=False)
    assert counted(district, Hazard) == 1


def test_what_it_says() -> None:
    assert "New: 2" in str(summary(Counts(new=2), dry_run=False))
    assert "nothing was written" in str(summary(Counts(new=2), dry_run=True))
    assert "Nothing to change" in str(summary(Counts(unchanged=2), dry_run=False))


@pytest.mark.parametrize("arguments", [["--map", "name"], ["--sure", "all"], ["--header-row", "0"]])
def test_wrong_options_are_said_before_anything_starts(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, ["import", "risk:hazards", "a.xlsx", *arguments]).exit_code == 2
