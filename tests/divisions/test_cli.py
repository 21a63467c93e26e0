"""`portal divisions import` as an operator sees it: one command, its table, its sentence, its exit code."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from portal.cli import main
from portal.divisions import queries
from portal.divisions.models import Unit
from portal.kernel.db.session import connect, transaction
from portal.kernel.geo.models import Revision
from tests.divisions.conftest import AT
from tests.factories.divisions import make_district, square

TOWN = {"name": "长征镇", "code": "310107102", "geometry": square()}


@pytest.fixture
def portal(own_database, monkeypatch):
    """Runs the command against a database of its own that has its home district."""
    monkeypatch.setenv("DATABASE_URL", own_database.urls.app.get_secret_value())
    monkeypatch.setenv("PORTAL_PUBLIC_DATABASE_URL", own_database.urls.public.get_secret_value())
    monkeypatch.setenv("PORTAL_SECRET_KEY", "a key for tests")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with transaction(own_database) as session:
        make_district(session)

    def run(*arguments):
        return CliRunner().invoke(main, ["divisions", "import", *map(str, arguments)])

    run.settings = own_database
    return run


TOWNS = ("--code-system", "MCA", "--at", AT.isoformat(), "--parent-code", "310107")


def units(settings) -> int:
    with transaction(settings) as session:
        return session.scalar(select(func.count()).select_from(Unit))


def test_import_says_what_it_did_and_the_second_run_that_nothing_changed(portal, geojson):
    path = geojson([TOWN])
    first = portal(path, *TOWNS)
    assert first.exit_code == 0, first.output
    assert "New: 1. Changed: 0. Unchanged: 0." in first.output
    second = portal(path, *TOWNS)
    assert second.exit_code == 0
    assert "Nothing to change: all 1 divisions are on record as they are." in second.output
    assert units(portal.settings) == 2


def test_what_is_imported_is_published_for_the_public_role(portal, geojson):
    portal(geojson([TOWN]), *TOWNS)
    databases = connect(portal.settings)
    with databases.public() as session:
        assert {unit.name for unit in queries.public_units(session, AT)} == {"普陀区", "长征镇"}
        (found,) = queries.search_public(session, "长征", AT)
        assert [unit.name for unit in queries.public_units_here(session, (121.405, 31.245), AT)] == ["普陀区", "长征镇"]
        assert queries.metres_to_line(session, found.unit, (121.405, 31.245)) == pytest.approx(476, abs=10)
        assert queries.public_bounds(session, found.unit).as_tuple() == pytest.approx(square().bounds, abs=1e-6)
        assert session.scalar(select(func.count()).select_from(Revision).where(Revision.state == "live")) == 1
    databases.dispose()


def test_a_refusal_prints_a_table_and_exits_with_1(portal, geojson):
    bad = [TOWN, {"name": "桃浦镇", "code": "31010710X"}, {"name": "\x1b[31m真如镇", "code": "310107102"}]
    done = portal(geojson(bad), *TOWNS)
    assert done.exit_code == 1
    assert "Nothing was imported: 2 problems." in done.output
    assert "units.geojson" in done.output
    assert "31010710X" in done.output
    assert "A code is 2 to 12 digits and nothing else." in done.output
    assert "\x1b" not in done.output
    assert units(portal.settings) == 1


def test_notes_are_printed_and_keep_nothing_out(portal, table):
    done = portal(table([{"name": "长征街道", "code": "310107102", "kind": "街道"}]), *TOWNS)
    assert done.exit_code == 0
    assert "The digits of the code are not those of this kind." in done.output


@pytest.mark.parametrize(
    "wrong",
    [
        ("--map", "name"),
        ("--only", "=x"),
        ("--tolerance-m", "nan"),
        ("--tolerance-m", "0"),
        ("--quality", "perfect"),
        ("--precision", "hour"),
    ],
)
def test_wrong_usage_exits_with_2(portal, table, wrong):
    done = portal(table([{"name": "长征镇", "code": "310107102"}]), *TOWNS, *wrong)
    assert done.exit_code == 2
    assert wrong[0] in done.output


def test_help_names_every_field(portal):
    done = portal("--help")
    assert done.exit_code == 0
    for word in ("code:SYSTEM", "parent_code", "gb18030", "--tolerance-m"):
        assert word in done.output
