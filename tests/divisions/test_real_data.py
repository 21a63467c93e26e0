"""The proof on real input: the streets and committees of Putuo in 2023, from files that no one here wrote."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math

import pytest
import shapely
from geoalchemy2.shape import to_shape
from shapely.geometry import mapping, shape
from sqlalchemy import func, select

from portal.divisions import queries
from portal.divisions.imports import ImportRefused, ImportUnits, import_units
from portal.divisions.models import UnitShape
from portal.kernel.access.actor import SYSTEM
from portal.kernel.geo.crs import GCJ02, from_storage, geodesic_area_m2
from portal.kernel.geo.topology import holes, overlaps
from tests.factories.divisions import make_district

pytestmark = pytest.mark.real_data

END_OF_2023 = dt.date(2023, 12, 31)
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def putuo(app, session, real_data):
    """The district with its streets by MCA and NBS codes, and its committees below them by NBS codes."""
    make_district(session)
    streets = ImportUnits(
        files=(real_data / "putuo_310107_streets_osm_wgs84.geojson",),
        code_system="mca",
        at=END_OF_2023,
        announced_on=END_OF_2023,
        precision="year",
        columns={"code:nbs": "code_nbs2023"},
        parent_code="310107",
        source="OpenStreetMap contributors, ODbL 1.0",
    )
    committees = ImportUnits(
        files=(real_data / "committees_putuo_zhonglou_2016_2023.csv",),
        code_system="nbs",
        at=END_OF_2023,
        announced_on=END_OF_2023,
        precision="year",
        columns={"code": "code12", "kind": "type", "parent_code": "street_code"},
        only={"year": "2023", "area_code": "310107"},
        source="NBS 2023",
    )
    return [import_units(session, SYSTEM, command, TODAY) for command in (streets, committees)], (streets, committees)


def test_counts_of_2023(session, putuo):
    (streets, committees), _ = putuo
    assert (streets.counts["new"], committees.counts["new"]) == (10, 285)


def test_the_second_run_changes_nothing(session, putuo):
    _, commands = putuo
    for command, count in zip(commands, (10, 285), strict=True):
        report = import_units(session, SYSTEM, command, TODAY)
        assert report.changed_nothing
        assert report.counts["unchanged"] == count


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


def test_the_same_streets_in_gcj02_are_refused_with_their_offset(session, putuo, real_data, tmp_path):
    _, (streets, _) = putuo
    known = json.loads(streets.files[0].read_text(encoding="utf-8"))
    for feature in known["features"]:
        feature["geometry"] = mapping(from_storage(shape(feature["geometry"]), GCJ02))
    shifted = tmp_path / "shifted.geojson"
    shifted.write_text(json.dumps(known), encoding="utf-8")
    with pytest.raises(ImportRefused) as caught:
        import_units(session, SYSTEM, dataclasses.replace(streets, files=(shifted,), at=TODAY), TODAY)
    (finding,) = caught.value.findings
    offset = finding.problem.text.params
    assert finding.problem.code == "geometry.suspected_shift"
    assert math.hypot(offset["east_m"], offset["north_m"]) == pytest.approx(487, abs=15)


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
