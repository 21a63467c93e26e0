"""The map of divisions and the comparison of two dates, through somebody who is not signed in."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
import shapely
from geoalchemy2.shape import from_shape

from portal.divisions.models import UnitCode, UnitShape, UnitVersion
from portal.divisions.queries.mapped import compared, mapped_units, screen_shapes
from portal.divisions.service import rebuild_ancestry
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import connect
from portal.kernel.geo.crs import geodesic_area_m2
from tests.factories.divisions import BEGINNING, make_district, make_unit, square

TURN = dt.date(2014, 7, 1)
HOSTILE = "<img src=x onerror=alert(1)>街道"


def make_change(session):
    """长征镇 gives its eastern half to 万里街道 on the turn; 桃浦镇 has no outline; one is unannounced."""
    district = make_district(session)
    west, east = shapely.box(121.40, 31.24, 121.405, 31.25), shapely.box(121.405, 31.24, 121.41, 31.25)
    zheng = make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"}, until=TURN, shape=square())
    _again(session, zheng, district, west)
    make_unit(
        session,
        district,
        "万里街道",
        at=TURN,
        codes={"mca": "310107021"},
        shape=east,
        quality="schematic",
        announced_on=TURN,
    )
    make_unit(session, district, "真如镇街道", codes={"mca": "310107022"}, shape=square(121.41), quality="legal")
    make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103"})
    make_unit(session, district, "未公告街道", announced_on=None, shape=square(121.5))
    units_announced.send("test", session=session, actor=SYSTEM)
    return zheng


def _again(session, unit, parent, shape):
    """The same unit from the turn on."""
    dated = {"valid_from": TURN, "announced_on": BEGINNING, "source": "沪府〔2014〕90号", "unit_id": unit.id}
    session.add(UnitVersion(name="长征镇", kind="town", level=4, parent_id=parent.id, **dated))
    session.add(UnitCode(system="mca", code="310107102", **dated))
    geom = from_shape(shapely.MultiPolygon([shape]), srid=4490)
    area = geodesic_area_m2(shape)
    session.add(UnitShape(geom=geom, area_m2=area, quality="digitised", original_crs="EPSG:4490", **dated))
    rebuild_ancestry(session)


@pytest.fixture
def changed(app, session):
    return make_change(session)


def text_of(page) -> str:
    return re.sub(r"<[^>]+>", " ", page.text)


def test_before_anything_is_published_the_map_says_so(client):
    page = client.get("/divisions/map?lang=en")
    assert page.status_code == 200
    assert "No divisions are published for this date." in page.text
    assert client.get("/divisions/map.geojson").json["features"] == []


def test_every_unit_is_listed_with_what_its_outline_is_worth(client, changed):
    page = client.get("/divisions/map?lang=en")
    rows = dict(
        re.findall(
            r'<th scope="row".*?>\s*<a [^>]*>([^<]+)</a></th>.*?<td data-label="Quality[^>]*>(.*?)</td>',
            page.text,
            re.S,
        )
    )
    assert "swatch--quality-legal" in rows["真如镇街道"]
    assert "Schematic line" in rows["万里街道"]
    assert "Digitised line" in rows["长征镇"]
    assert "no outline is known" in rows["桃浦镇"]
    assert "未公告街道" not in page.text
    for words in ("Legal boundary line", "Surveyed line", "Digitised line", "Schematic line"):
        assert page.text.count(words) >= 1


def test_the_map_is_as_of_a_date(client, changed):
    before = client.get("/divisions/map?at=2014-06-30").text
    assert "万里街道" not in before
    assert "万里街道" in client.get("/divisions/map?at=2014-07-01").text
    areas = client.get("/divisions/map.geojson?at=2014-06-30").json["features"]
    assert {one["properties"]["name"] for one in areas if "name" in one["properties"]} == {"长征镇", "真如镇街道"}
    assert "map.geojson?at=2014-06-30" in before


def test_the_sources_of_the_day_stand_under_the_map(client, changed):
    assert "沪府〔2014〕90号" not in client.get("/divisions/map?at=2014-06-30").text
    assert "沪府〔2014〕90号" in client.get("/divisions/map?at=2014-07-01").text


def test_the_map_by_kind_and_level(client, changed):
    page = client.get("/divisions/map?kind=town").text
    assert ">长征镇</a>" in page
    assert ">万里街道</a>" not in page
    found = client.get("/divisions/map.geojson?kind=street").json["features"]
    assert {one["properties"]["name"] for one in found if "name" in one["properties"]} == {"万里街道", "真如镇街道"}
    assert ">普陀区</a>" in client.get("/divisions/map?level=3").text
    for hostile in ("level=99", "level=x&kind=nothing", "kind=%3Cscript%3E"):
        assert client.get(f"/divisions/map?{hostile}").status_code == 200


def test_lines_are_drawn_once_and_say_what_they_are_worth(client, changed):
    found = client.get("/divisions/map.geojson").json["features"]
    lines = [one for one in found if one["geometry"]["type"].endswith("LineString")]
    assert {one["properties"]["quality"] for one in lines} == {"digitised", "schematic", "legal"}
    areas = [one for one in found if one["geometry"]["type"].endswith("Polygon")]
    assert {one["properties"]["quality"] for one in areas} == {"digitised", "schematic", "legal"}
    shared = [shapely.from_geojson(json.dumps(one["geometry"])) for one in lines]
    assert shared[0].intersection(shared[1]).length == pytest.approx(0, abs=1e-9)


# --- two dates --------------------------------------------------------------------------------------------------


ASKED = "from=2014-06-30&to=2014-07-01"


def test_what_moved_is_listed_in_hectares_with_its_source(client, changed):
    page = client.get(f"/divisions/map/compare?{ASKED}&lang=en")
    said = text_of(page)
    assert page.status_code == 200
    row = re.search(r"1\s+长征镇\s+万里街道\s+([\d.,]+)\s+([\d.]+) %", said)
    assert float(row.group(1)) == pytest.approx(52.9, abs=0.5)
    assert float(row.group(2)) == pytest.approx(50, abs=0.1)
    assert "New divisions" in said
    assert "测试" in said
    assert "Without an outline on one of the two days, so their ground cannot be compared: 桃浦镇" in said
    assert "at=2014-06-30" in page.text


def test_what_moved_is_drawn(client, changed):
    [moved] = client.get(f"/divisions/map/compare.geojson?{ASKED}").json["features"]
    assert moved["properties"] == {"id": "1", "what": "moved", "number": 1}
    shape = shapely.from_geojson(json.dumps(moved["geometry"]))
    assert shape.bounds == pytest.approx((121.405, 31.24, 121.41, 31.25), abs=1e-6)


def test_two_days_without_a_change_between_them(client, changed):
    page = client.get("/divisions/map/compare?from=2015-01-01&to=2016-01-01&lang=en").text
    assert "Nothing that is published differs between these two days." in page


def test_a_day_of_which_nothing_is_known_is_said_to_be_one(client, changed):
    page = client.get("/divisions/map/compare?from=1990-01-01&to=2016-01-01&lang=en").text
    assert "Nothing is published for one of the two days." in page


@pytest.mark.parametrize("asked", ["from=2014-07-01&to=2014-07-01", "from=x&to=2014-07-01", "from=2014-07-01"])
def test_days_that_make_no_sense_are_refused_at_their_field(client, changed, asked):
    page = client.get(f"/divisions/map/compare?{asked}")
    assert page.status_code == 422
    assert "field__error" in page.text
    assert client.get(f"/divisions/map/compare.geojson?{asked}").status_code == 422


def test_names_of_people_are_escaped(client, session, app):
    district = make_district(session)
    make_unit(session, district, HOSTILE, at=TURN, shape=square())
    units_announced.send("test", session=session, actor=SYSTEM)
    for path in ("/divisions/map", f"/divisions/map/compare?{ASKED}"):
        page = client.get(path).text
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_the_public_role_is_enough(own_database):
    databases = connect(own_database)
    with databases.app.begin() as session:
        make_change(session)
    with databases.public() as session:
        units = mapped_units(session, TURN, 4)
        assert len(screen_shapes(session, units)) == 3
        assert len(compared(session, dt.date(2014, 6, 30), TURN, 4).moves) == 1
    databases.dispose()
