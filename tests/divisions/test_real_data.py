"""The proof on real input: the streets and committees of Putuo in 2023, from files that no one here wrote."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import replace

import pytest
import shapely
from geoalchemy2.shape import to_shape
from shapely.geometry import mapping, shape
from sqlalchemy import func, select

from portal.divisions import queries
from portal.divisions.models import UnitShape
from portal.errors import BadInput
from portal.exchange.queries import imports as staged
from portal.exchange.running import Asked, RowsRefused
from portal.exchange.staging import Counts
from portal.kernel.geo.crs import GCJ02, from_storage, geodesic_area_m2
from portal.kernel.geo.topology import holes, overlaps
from tests.exchange.imports import Runner
from tests.factories.divisions import make_district

pytestmark = pytest.mark.real_data

TODAY = dt.date(2026, 11, 22)
YEAR = {"at": "2023-12-31", "announced_on": "2023-12-31", "precision": "year"}
STREETS = "putuo_310107_streets_osm_wgs84.geojson"
COMMITTEES = "committees_putuo_zhonglou_2016_2023.csv"
ASKED = {
    STREETS: Asked(
        columns={"code_nbs": "code_nbs2023"},
        options=YEAR
        | {"code_system": "mca", "parent_code": "310107", "source": "OpenStreetMap contributors, ODbL 1.0"},
    ),
    COMMITTEES: Asked(
        columns={"code": "code12", "kind": "type", "parent_code": "street_code"},
        options=YEAR | {"code_system": "nbs", "source": "NBS 2023"},
        only={"year": "2023", "area_code": "310107"},
    ),
}


@pytest.fixture
def runner(app, session, settings):
    """The home district is on record, and nothing else."""
    make_district(session)
    return Runner(session, settings, "divisions:units")


@pytest.fixture
def putuo(runner, real_data):
    """The streets by MCA and NBS codes and the committees below them by NBS codes, and how many of each went in."""
    return [runner.go_in(runner.preview(real_data / name, asked)) for name, asked in ASKED.items()]


def test_counts_of_2023(putuo):
    assert [counts.new for counts in putuo] == [10, 285]
    assert [counts.refused for counts in putuo] == [0, 0]


def test_the_second_run_changes_nothing(runner, putuo, real_data):
    for (name, asked), count in zip(ASKED.items(), (10, 285), strict=True):
        counts = Counts.of(runner.preview(real_data / name, asked).counts)
        assert (counts.new, counts.changed, counts.unchanged, counts.refused) == (0, 0, count, 0)


def test_the_two_code_systems_disagree_and_both_are_right(session, putuo):
    assert queries.unit_by_code(session, "mca", "310107021", TODAY).name == "真如镇街道"
    assert queries.unit_by_code(session, "nbs", "310107021", TODAY).name == "万里街道"


def test_no_gaps_no_overlaps_and_the_area_on_the_ellipsoid(session, putuo):
    shapes = [(row.unit_id, to_shape(row.geom)) for row in session.scalars(select(UnitShape))]
    assert len(shapes) == 10
    assert overlaps(shapes, 0.01) == []
    assert holes(shapes, 0.01) == []
    assert session.scalar(select(func.sum(UnitShape.area_m2))) / 1e6 == pytest.approx(55.81, abs=0.1)
    assert geodesic_area_m2(shapely.union_all([outline for _, outline in shapes])) / 1e6 == pytest.approx(
        55.81, abs=0.1
    )


@pytest.fixture
def shifted(real_data, tmp_path):
    """The same streets in the coordinates of Chinese web maps, declared as what they are not."""
    known = json.loads((real_data / STREETS).read_text(encoding="utf-8"))
    for feature in known["features"]:
        feature["geometry"] = mapping(from_storage(shape(feature["geometry"]), GCJ02))
    path = tmp_path / "shifted.geojson"
    path.write_text(json.dumps(known), encoding="utf-8")
    return path


LATER = replace(ASKED[STREETS], options=ASKED[STREETS].options | {"at": TODAY.isoformat()})


def test_the_same_streets_in_gcj02_are_asked_about_before_any_row(runner, putuo, shifted):
    with pytest.raises(BadInput, match="GCJ-02"):
        runner.preview(shifted, LATER)


def test_the_same_streets_in_gcj02_are_refused_with_their_offset(session, runner, putuo, shifted):
    """Whoever waves the question away is still told by the streets that these would replace."""
    found = runner.preview(shifted, replace(LATER, sure=("shift",)))
    with pytest.raises(RowsRefused):
        runner.go_in(found)
    told = staged.findings(session, found)
    (finding,) = [one for one in told if one.code == "geometry.suspected_shift"]
    offset = finding.sentence.params
    assert math.hypot(offset["east_m"], offset["north_m"]) == pytest.approx(487, abs=15)
    assert {one.code for one in told} == {"geometry.suspected_shift", "unit.shapes_together"}


def test_the_district_is_published_with_the_outline_of_its_streets(session, putuo):
    home = next(unit for unit in queries.public_units(session, TODAY) if unit.facts["home"])
    assert home.facts["area_m2"] / 1e6 == pytest.approx(55.81, abs=0.1)
    assert home.facts["quality"] == "digitised"


def test_every_committee_is_at_home_on_list_search_and_page(client, session, putuo):
    committees = [unit for unit in queries.public_units(session, TODAY) if unit.level == 5]
    assert len(committees) == 285
    listed = client.get("/divisions").text
    for unit in committees:
        assert f"/divisions/{unit.public_id}" in listed
    for unit in committees[::19]:
        page = client.get(f"/divisions/{unit.public_id}?lang=en")
        assert page.status_code == 200
        assert "No outline of this division is known" in page.text
        assert f"/divisions/{unit.public_id}" in client.get(f"/divisions?q={unit.codes[0][1]}").text


def test_the_two_committees_of_one_name_are_told_apart(client, putuo):
    page = client.get("/divisions?q=海棠苑居委会").text
    assert "真如镇街道" in page
    assert "桃浦镇" in page
