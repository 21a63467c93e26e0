"""Files of divisions through the whole pipeline: real lists, and what this portal itself hands out."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from sqlalchemy import func, select

from portal.divisions import queries
from portal.divisions.exchange.exports import UNITS_LIST
from portal.divisions.models import UnitShape
from portal.exchange.exports import FORMATS
from portal.exchange.exports.making import Maker, make
from portal.exchange.models import Import, State
from portal.exchange.queries import imports as staged
from portal.exchange.running import Asked as Wanted
from portal.exchange.running import RowsRefused
from portal.exchange.service import entering, moving
from portal.exchange.staging import Counts
from portal.kernel.access.actor import SYSTEM
from portal.kernel.contracts.exporting import Asked
from portal.kernel.geo.crs import parse_crs
from tests.divisions.conftest import AT, TODAY
from tests.exchange.imports import Runner
from tests.factories.divisions import make_district

END_OF_2023 = dt.date(2023, 12, 31)
TOWNS = {"at": AT.isoformat(), "announced_on": AT.isoformat(), "code_system": "mca", "parent_code": "310107"}


@pytest.fixture
def runner(app, session, settings) -> Runner:
    make_district(session)
    return Runner(session, settings, "divisions:units")


@pytest.fixture
def workbook(tmp_path):
    """`workbook(headings, row, …)` writes a plain one."""

    def write(*rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        path = tmp_path / "名单.xlsx"
        book.save(path)
        return path

    return write


HEADINGS = ["区划名称", "区划代码", "类别", "政府驻地", "邮编", "常住人口"]
ROWS = [
    ["长征镇", 310107102, "镇", "大渡河路1668号", 200333, "21.3万人"],
    ["桃浦镇", "310107103", "镇", None, "200331", 170000],
]


def counts(found: Import) -> tuple[int, int, int, int]:
    told = Counts.of(found.counts)
    return told.new, told.changed, told.unchanged, told.refused


def findings(session, found: Import) -> list[tuple[int, str, str | None]]:
    return sorted((one.line, one.code, one.column) for one in staged.findings(session, found))


def test_a_list_of_an_office_goes_in_by_its_own_headings(session, runner, workbook):
    found = runner.preview(workbook(HEADINGS, *ROWS), Wanted(options=TOWNS))
    assert counts(found) == (2, 0, 0, 0)
    runner.go_in(found)
    town = queries.unit_by_code(session, "mca", "310107102", AT)
    (told,) = [unit for unit in queries.public_units(session, TODAY) if unit.public_id == town.public_id]
    assert (told.facts["population"], told.facts["postcode"]) == (213000, "200333")
    assert counts(runner.preview(workbook(HEADINGS, *ROWS), Wanted(options=TOWNS))) == (0, 0, 2, 0)


def test_an_import_is_taken_back_as_a_whole(session, runner, workbook):
    found = runner.preview(workbook(HEADINGS, *ROWS), Wanted(options=TOWNS))
    runner.go_in(found)
    moving.move(session, found, State.UNDOING)
    entering.undo(session, SYSTEM, found, runner.importer)
    assert [unit.name for unit in queries.public_units(session, TODAY)] == ["普陀区"]


def test_what_keeps_rows_out_is_said_at_the_columns_of_the_file(session, runner, workbook):
    runner.go_in(runner.preview(workbook(HEADINGS, *ROWS), Wanted(options=TOWNS)))
    renamed = ["真如镇街道", "310107103", "街道", None, None, None]
    wrong = ["万里街道", "31010702X", "街道", None, None, "很多"]
    found = runner.preview(workbook(HEADINGS, ROWS[0], renamed, wrong), Wanted(options=TOWNS))
    assert counts(found) == (0, 0, 1, 2)
    assert (3, "unit.renamed", "区划名称") in findings(session, found)
    with pytest.raises(RowsRefused):
        runner.go_in(found)


@pytest.fixture
def putuo(runner, real_data):
    """The streets and committees of Putuo in 2023, taken in as their files are."""
    day = {"at": "2023-12-31", "announced_on": "2023-12-31", "precision": "year"}
    streets = runner.preview(
        real_data / "putuo_310107_streets_osm_wgs84.geojson",
        Wanted(
            columns={"name": "name", "code_mca": "code_mca", "code_nbs": "code_nbs2023"},
            options=day | {"code_system": "mca", "parent_code": "310107"},
        ),
    )
    runner.go_in(streets)
    return streets


@pytest.mark.real_data
def test_the_streets_of_putuo(session, putuo):
    assert counts(putuo) == (10, 0, 0, 0)
    assert queries.unit_by_code(session, "mca", "310107021", TODAY).name == "真如镇街道"
    assert queries.unit_by_code(session, "nbs", "310107021", TODAY).name == "万里街道"
    assert session.scalar(select(func.sum(UnitShape.area_m2))) / 1e6 == pytest.approx(55.81, abs=0.1)


@pytest.mark.real_data
@pytest.mark.parametrize("ending", [form.ending for form in FORMATS])
@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_an_export_goes_in_again_and_changes_nothing(session, runner, putuo, tmp_path, ending, locale):
    form = next(form for form in FORMATS if form.ending == ending)
    crs = parse_crs("EPSG:4549") if form.projected else parse_crs("EPSG:4490")
    maker = Maker(session, None, "普陀区", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), crs)
    made = make(maker, UNITS_LIST, form, Asked({}, TODAY, locale), tmp_path)
    options = {"at": "2024-06-01", "code_system": "mca", "quality": "digitised"}
    found = runner.preview(made.path, Wanted(options=options, crs=crs.key if form.shaped else None))
    assert findings(session, found) == []
    assert counts(found) == (0, 0, 11, 0)
