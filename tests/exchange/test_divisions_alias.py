"""`portal divisions import` as an operator sees it: one command, its table, its sentence, its exit code."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner
from shapely.geometry import mapping
from sqlalchemy import func, select

from portal.cli import main
from portal.divisions import queries
from portal.divisions.models import Unit, UnitShape, UnitVersion
from portal.kernel.db.session import connect, transaction
from portal.kernel.geo.crs import from_storage, parse_crs
from portal.kernel.geo.models import Revision
from tests.factories.divisions import make_district, square

AT = dt.date(2020, 1, 1)
TOWNS = ("--code-system", "MCA", "--at", AT.isoformat(), "--parent-code", "310107")
BY_NBS = ("--code-system", "nbs", "--at", AT.isoformat(), "--parent-code", "310107")
TOWN = {"name": "长征镇", "code": "310107102"}
OTHER = {"name": "桃浦镇", "code": "310107103"}
COMMITTEE = {"name": "海棠苑居委会", "code": "310107103009", "parent_code": "310107103"}


@pytest.fixture
def portal(own_database, installed, monkeypatch):
    """Runs the command against a database of its own that has its home district."""
    monkeypatch.setenv("DATABASE_URL", own_database.urls.app.get_secret_value())
    monkeypatch.setenv("PORTAL_PUBLIC_DATABASE_URL", own_database.urls.public.get_secret_value())
    monkeypatch.setenv("PORTAL_DATA_DIR", str(installed.folder.root))
    monkeypatch.setenv("PORTAL_SECRET_KEY", "a key for tests")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with transaction(own_database) as session:
        make_district(session)

    def run(*arguments):
        return CliRunner().invoke(main, ["divisions", "import", *map(str, arguments)])

    run.settings = own_database
    return run


@pytest.fixture
def table(tmp_path):
    """`table(row, …)` writes a CSV with a column for each key of the first row."""

    def write(*rows, name="units.csv", encoding="utf-8"):
        lines = [",".join(rows[0]), *(",".join(str(row[key]) for key in rows[0]) for row in rows)]
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return write


@pytest.fixture
def geojson(tmp_path):
    """`geojson((properties, shape), …)` writes a file that declares no coordinate system."""

    def write(*units):
        features = [{"type": "Feature", "properties": said, "geometry": mapping(shape)} for said, shape in units]
        path = tmp_path / "units.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


def units(settings) -> int:
    with transaction(settings) as session:
        return session.scalar(select(func.count()).select_from(Unit))


def test_import_says_what_it_did_and_the_second_run_that_nothing_changed(portal, geojson):
    path = geojson((TOWN, square()))
    first = portal(path, *TOWNS, "--crs", "EPSG:4490")
    assert first.exit_code == 0, first.output
    assert "New: 1. Changed: 0. Unchanged: 0." in first.output
    second = portal(path, *TOWNS, "--crs", "EPSG:4490")
    assert second.exit_code == 0
    assert "Nothing to change: 1 rows are on record as they are." in second.output
    assert units(portal.settings) == 2


def test_it_is_the_importer_of_the_pipeline_with_its_options(portal, geojson):
    """What is not said is as it was before: public from the day on, known to the day, digitised, named by its file."""
    metres = parse_crs("EPSG:4549")
    done = portal(geojson((TOWN, from_storage(square(), metres))), *TOWNS, "--crs", "EPSG:4549")
    assert done.exit_code == 0, done.output
    with transaction(portal.settings) as session:
        town = session.scalars(select(UnitVersion).where(UnitVersion.level == 4)).one()
        shape = session.scalars(select(UnitShape)).one()
        assert (town.valid_from, town.announced_on, town.valid_from_precision) == (AT, AT, "day")
        assert (shape.quality, shape.original_crs, shape.source) == ("digitised", "EPSG:4549", "units.geojson")


def test_every_option_reaches_the_rows(portal, table):
    said = ("--precision", "month", "--announced-on", "2999-01-01", "--kind", "other", "--source", "测试文件")
    done = portal(table(TOWN), *TOWNS, *said, "--quality", "surveyed", "--tolerance-m", "0.5", "--parent-system", "MCA")
    assert done.exit_code == 0, done.output
    with transaction(portal.settings) as session:
        town = session.scalars(select(UnitVersion).where(UnitVersion.name == "长征镇")).one()
        assert (town.valid_from_precision, town.announced_on.year, town.kind) == ("month", 2999, "other")
        assert town.source == "测试文件"


def test_what_is_imported_is_published_for_the_public_role(portal, geojson):
    portal(geojson((TOWN, square())), *TOWNS, "--crs", "EPSG:4490")
    databases = connect(portal.settings)
    with databases.public() as session:
        assert {unit.name for unit in queries.public_units(session, AT)} == {"普陀区", "长征镇"}
        (found,) = queries.search_public(session, "长征", AT)
        assert [unit.name for unit in queries.public_units_here(session, (121.405, 31.245), AT)] == ["普陀区", "长征镇"]
        assert queries.metres_to_line(session, found.unit, (121.405, 31.245)) == pytest.approx(476, abs=10)
        assert queries.public_bounds(session, found.unit).as_tuple() == pytest.approx(square().bounds, abs=1e-6)
        assert session.scalar(select(func.count()).select_from(Revision).where(Revision.state == "live")) == 1
    databases.dispose()


def test_several_files_go_in_together_parents_first(portal, table):
    towns, committees = table(OTHER, name="towns.csv"), table(COMMITTEE, name="committees.csv")
    done = portal(towns, committees, *BY_NBS)
    assert done.exit_code == 0, done.output
    assert "New: 2. Changed: 0. Unchanged: 0." in done.output
    assert "Nothing to change: 2 rows" in portal(towns, committees, *BY_NBS).output


def test_or_none_of_them(portal, table):
    good, bad = table(OTHER, name="towns.csv"), table(COMMITTEE | {"parent_code": "310199"}, name="committees.csv")
    done = portal(good, bad, *BY_NBS)
    assert done.exit_code == 1
    assert "committees.csv" in done.output
    assert "310199" in done.output
    assert units(portal.settings) == 1


def test_columns_are_mapped_rows_filtered_and_padded_codes_cut(portal, table):
    rows = (
        {"jahr": "2023", "mingcheng": "长征镇", "daima": "310107102000", "min": "310107102", "shang": "310107000000"},
        {"jahr": "2016", "mingcheng": "", "daima": "x", "min": "", "shang": ""},
    )
    fields = ("name=mingcheng", "code=daima", "code:MCA=min", "parent_code=shang")
    mapped = [word for pair in fields for word in ("--map", pair)]
    done = portal(table(*rows), *BY_NBS, *mapped, "--only", "jahr=2023")
    assert done.exit_code == 0, done.output
    with transaction(portal.settings) as session:
        town = queries.unit_by_code(session, "nbs", "310107102", AT)
        assert town.name == "长征镇"
        assert queries.unit_by_code(session, "mca", "310107102", AT) == town


def test_gb18030_is_read_when_it_is_declared_and_asked_about_when_not(portal, table):
    path = table(TOWN, encoding="gb18030")
    asked = portal(path, *TOWNS)
    assert asked.exit_code == 1
    assert "confirm that it can be read" in asked.output
    assert portal(path, *TOWNS, "--encoding", "gb18030").exit_code == 0


def test_a_refusal_prints_a_table_and_exits_with_1(portal, table):
    rows = TOWN, {"name": "桃浦镇", "code": "31010710X"}, {"name": "\x1b[31m真如镇", "code": "310107102"}
    done = portal(table(*rows), *TOWNS)
    assert done.exit_code == 1
    assert "Nothing was imported: 2 rows are refused." in done.output
    assert "units.csv" in done.output
    assert "31010710X" in done.output
    assert "A code is 2 to 12 digits and nothing else." in done.output
    assert "\x1b" not in done.output
    assert units(portal.settings) == 1


def test_a_code_of_a_broken_row_does_not_steer_the_terminal(portal, table):
    done = portal(table(TOWN | {"code": "\x1b[31m"}), *TOWNS)
    assert done.exit_code == 1
    assert "\x1b" not in done.output


def test_notes_are_printed_and_keep_nothing_out(portal, table):
    done = portal(table(TOWN | {"name": "长征街道", "kind": "街道"}), *TOWNS)
    assert done.exit_code == 0
    assert "The digits of the code are not those of this kind." in done.output


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--code-system", "gb2260"), "gb2260"),
        (("--map", "colour=name"), "“colour” is not a field; the fields are name, name_en, code, code_mca"),
        (("--map", "seat=zhudi"), "The file has no column “zhudi”"),
        (("--only", "jahr=2023"), "units.csv has no column “jahr”; it has: name, code."),
        (("--only", "name=桃浦镇"), "units.csv has no row that counts."),
        (("--quality", "perfect"), "perfect"),
        (("--tolerance-m", "0"), "option-tolerance_m"),
        (("--tolerance-m", "nan"), "option-tolerance_m"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(portal, table, more, words):
    done = portal(table(TOWN), *TOWNS, *more)
    assert done.exit_code == 1
    assert words in done.output
    assert units(portal.settings) == 1


def test_geometry_without_a_coordinate_system_declared_or_given(portal, geojson):
    done = portal(geojson((TOWN, square())), *TOWNS)
    assert done.exit_code == 1
    assert "coordinate system" in done.output


def test_files_that_are_none(portal, tmp_path):
    (tmp_path / "empty.csv").touch()
    for path, word in ((tmp_path, "folder"), (tmp_path / "empty.csv", "empty"), (tmp_path / "no.csv", "not exist")):
        done = portal(path, *TOWNS)
        assert done.exit_code == 1
        assert word in done.output


@pytest.mark.parametrize(
    "wrong", [("--map", "name"), ("--only", "=x"), ("--precision", "hour"), ("--at", "gestern"), ("--sure", "all")]
)
def test_wrong_usage_exits_with_2(portal, table, wrong):
    done = portal(table(TOWN), *TOWNS, *wrong)
    assert done.exit_code == 2
    assert wrong[0] in done.output


def test_help_names_every_field(portal):
    done = portal("--help")
    assert done.exit_code == 0
    for word in ("code:SYSTEM", "parent_code", "gb18030", "--tolerance-m", "divisions:units"):
        assert word in done.output
