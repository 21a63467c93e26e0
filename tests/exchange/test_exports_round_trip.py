"""What goes out comes in again and changes nothing: each list in each format, through the real import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.divisions.signals import units_announced
from portal.exchange.queries import imports as queries
from portal.exchange.running import Asked
from portal.exchange.staging import Counts
from portal.kernel.access.actor import SYSTEM
from portal.kernel.formats.reading import Wish
from portal.kernel.i18n.clock import today
from tests.exchange.imports import Runner
from tests.factories.divisions import make_district, make_unit, square
from tests.factories.places import make_place
from tests.factories.risk import make_closed, make_hazard

AREA = {
    "type": "Polygon",
    "coordinates": [
        [[121.401, 31.241], [121.40212345, 31.241], [121.402, 31.243], [121.401, 31.241]],
    ],
}


@pytest.fixture
def putuo(session, app):
    """Divisions, hazards of two kinds of shape, and places with and without a position."""
    district = make_district(session)
    town = make_unit(session, district, "曹杨新村街道", codes={"mca": "310107005", "nbs": "310107005"}, shape=square())
    committee = make_unit(session, town, "源园居委会", level=5, codes={"nbs": "310107005001"})
    make_unit(session, district, "长风新村街道", codes={"mca": "310107014", "nbs": "310107014"})
    units_announced.send("test", session=session, actor=SYSTEM)
    make_hazard(session, town, name="=1+1 积水点", description="第一行\n第二行", advice="请绕行")
    make_hazard(session, committee, name="老旧围墙", level="blue", shape=json.dumps(AREA))
    make_closed(session, town, name="已整治点")
    phones = {"phone": "021-52564588", "duty_phone": "13800001111"}
    make_place(session, town, **phones)
    make_place(session, committee, name="无坐标的储备点", kind="depot", position=None, **phones)


def went_out(client, tmp_path: Path, address: str) -> Path:
    answer = client.get(f"/exchange/export/{address}")
    assert answer.status_code == 200
    path = tmp_path / address.rpartition("/")[2].partition("?")[0]
    path.write_bytes(answer.data)
    return path


def came_in(runner: Runner, path: Path, **asked: object) -> Counts:
    found = runner.preview(path, Asked(**({"crs": "EPSG:4490"} | asked)))
    counts = Counts.of(found.counts)
    told = [(one.code, str(one.sentence)) for one in queries.findings(runner.session, found, level="error")]
    assert told == [], told
    assert [one.changes for one in queries.differences(runner.session, found)] == []
    return counts


TABLES = ("xlsx", "csv", "raw.csv", "geojson", "gpkg")


@pytest.mark.parametrize("ending", TABLES)
def test_hazards(session, settings, as_role, putuo, tmp_path, ending):
    path = went_out(as_role("risk_assessor"), tmp_path, f"risk/hazards.{ending}")
    counts = came_in(Runner(session, settings, "risk:hazards"), path)
    assert (counts.unchanged, counts.total) == (2, 2)


@pytest.mark.parametrize(("layer", "crs"), [("hazards_point", "EPSG:4549"), ("hazards_area", "EPSG:4490")])
def test_hazards_as_shapefiles(session, settings, as_role, putuo, tmp_path, layer, crs):
    path = went_out(as_role("risk_assessor"), tmp_path, f"risk/hazards.shp.zip?crs={crs}")
    counts = came_in(Runner(session, settings, "risk:hazards"), path, crs=crs, wish=Wish(layer=layer))
    assert (counts.unchanged, counts.total) == (1, 1)


@pytest.mark.parametrize("ending", TABLES)
def test_places(session, settings, as_role, putuo, tmp_path, ending):
    path = went_out(as_role("relief_manager"), tmp_path, f"places/places.{ending}")
    counts = came_in(Runner(session, settings, "places:places"), path)
    assert (counts.unchanged, counts.total) == (2, 2)


@pytest.mark.parametrize("ending", TABLES)
def test_divisions(session, settings, client, putuo, tmp_path, ending):
    """Towns and committees; the district's own outline is made of its parts and is no row of a list."""
    path = went_out(client, tmp_path, f"divisions/units.{ending}?q=街道")
    options = {"at": today().isoformat(), "code_system": "mca"}
    counts = came_in(Runner(session, settings, "divisions:units"), path, options=options)
    assert (counts.unchanged, counts.total) == (2, 2)
