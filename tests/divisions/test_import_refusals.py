"""What keeps rows of divisions out: shapes against what is on record, parents and codes over time, and cells."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from portal.divisions.exchange.imports import UNITS
from portal.exchange.queries import imports as staged
from portal.exchange.running import Asked
from portal.kernel.access.actor import SYSTEM
from portal.kernel.contracts.importing import Action
from portal.kernel.geo.crs import from_storage, parse_crs
from tests.divisions.conftest import TODAY
from tests.divisions.test_exchange_imports import CHANGZHENG, EAST, TAOPU, WEST
from tests.divisions.test_pipeline import TOWNS
from tests.exchange.imports import Runner
from tests.factories.divisions import make_unit, square
from tests.factories.staging import codes, planned

LIST = {"name": "海棠苑居委会", "code": "310107103009", "parent_code": "310107103"}


@pytest.fixture
def look(session, rows):
    """Plans rows and gives them."""
    return lambda *given, **options: planned(session, SYSTEM, UNITS, rows(*given, **options))


def only(rows):
    """The one finding of all rows that is not the echo of another's."""
    (found,) = [one for row in rows for one in row.findings if one.problem.code != "unit.shapes_together"]
    return found.problem


def metres(problem):
    return math.hypot(problem.text.params["east_m"], problem.text.params["north_m"])


# --- territories ----------------------------------------------------------------------------------------------------


def test_gcj02_is_recognised_by_the_outline_of_the_parent(session, district, look):
    make_unit(session, district, "长征镇", kind="town", codes={"nbs": "310107102"}, shape=WEST.union(EAST))
    halves = [from_storage(half, parse_crs("GCJ-02")) for half in (WEST, EAST)]
    given = {"name": "甲居委会", "code": "310107102001"}, {"name": "乙居委会", "code": "310107102002"}
    problem = only(look(*given, shapes=halves, code_system="nbs", parent_code="310107102"))
    assert problem.code == "geometry.suspected_shift"
    assert "GCJ-02" in str(problem.text)
    assert metres(problem) == pytest.approx(487, abs=25)


def test_bd09_is_recognised_by_the_shapes_it_would_replace(look, take):
    take(CHANGZHENG, TAOPU, shapes=[WEST, EAST])
    shifted = [from_storage(shape, parse_crs("BD-09")) for shape in (WEST, EAST)]
    problem = only(look(CHANGZHENG, TAOPU, shapes=shifted, at=TODAY))
    assert problem.code == "geometry.suspected_shift"
    assert "BD-09" in str(problem.text)


def test_overlaps_with_a_sibling_on_record_are_named_with_their_width(look, take):
    take(CHANGZHENG, shapes=[WEST])
    problem = only(look(TAOPU, shapes=[square(121.408, size=0.012)]))
    assert problem.code == "geometry.overlap"
    assert "长征镇" in str(problem.text)
    assert problem.text.params["width"] == pytest.approx(190, abs=5)


def test_the_tolerance_decides_what_is_an_overlap(look):
    close = [WEST, square(121.409995)]
    assert [row.action for row in look(CHANGZHENG, TAOPU, shapes=close)] == [Action.NEW] * 2
    assert only(look(CHANGZHENG, TAOPU, shapes=close, tolerance_m=0.1)).code == "geometry.overlap"


def test_a_hole_is_named_with_its_area_unless_another_district_holds_it(session, look):
    cells = [square(121.40 + i * 0.01, 31.24 + j * 0.01) for i in range(3) for j in range(3) if (i, j) != (1, 1)]
    ring = [{"name": f"{i}镇", "code": f"3101071{i:02}"} for i in range(1, 9)]
    problem = only(look(*ring, shapes=cells))
    assert problem.code == "geometry.hole"
    assert problem.text.params["area"] == pytest.approx(1.055e6, rel=0.02)
    other = make_unit(session, None, "嘉定区", level=3)
    make_unit(session, other, "江桥镇", kind="town", shape=square(121.41, 31.25))
    assert [row.action for row in look(*ring, shapes=cells)] == [Action.NEW] * 8


# --- who is who -----------------------------------------------------------------------------------------------------


def test_a_parent_that_is_not_valid_on_the_day(session, district, look):
    make_unit(session, district, "桃浦镇", kind="town", codes={"nbs": "310107103"}, at=dt.date(2021, 1, 1))
    (row,) = look(LIST, code_system="nbs")
    assert codes(row) == ["unit.unknown_parent"]


def test_a_parent_of_the_same_level(session, district, look):
    make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103"})
    (row,) = look(CHANGZHENG, parent_code="310107103")
    assert codes(row) == ["unit.parent_level"]


def test_a_code_that_somebody_bears_later(look, take):
    take(CHANGZHENG, at=TODAY)
    (row,) = look(CHANGZHENG)
    assert codes(row) == ["unit.code_borne_later"]


# --- cells of a file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"name": ""}, "name", "cell.required"),
        ({"name": "长" * 101}, "name", "cell.too_long"),
        ({"code": "3.10107E+08"}, "code", "cell.excel_number"),
        ({"kind": "大镇"}, "kind", "cell.choice"),
        ({"population": "-5"}, "population", "cell.too_small"),
        ({"population": "12.5"}, "population", "cell.not_whole"),
        ({"quality": "perfect"}, "quality", "cell.choice"),
    ],
)
def test_a_cell_that_is_wrong_is_named_with_its_value(session, settings, district, table, change, column, code):
    row = {"kind": "", "population": "", "quality": ""} | CHANGZHENG | change
    found = Runner(session, settings, "divisions:units").preview(table([row, TAOPU]), Asked(options=TOWNS))
    (finding,) = staged.findings(session, found)
    assert (finding.line, finding.column, finding.code) == (2, column, code)
    assert (finding.value or "") == change[column]
