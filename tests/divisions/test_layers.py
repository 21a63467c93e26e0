"""What of the divisions is offered for publication."""

from __future__ import annotations

import datetime as dt

import pytest
from geoalchemy2.shape import from_shape
from shapely import MultiPolygon
from sqlalchemy import update

from portal.divisions.layers import UNITS
from portal.divisions.models import UnitCode, UnitShape, UnitVersion
from tests.factories.divisions import BEGINNING, make_district, make_unit, square

LATER, LATEST = dt.date(2010, 1, 1), dt.date(2020, 1, 1)


@pytest.fixture
def district(session):
    return make_district(session)


def rows(session, unit=None):
    session.flush()
    offered = sorted(UNITS.rows(session), key=lambda row: row.valid_from)
    return [row for row in offered if unit is None or row.public_id == unit.public_id]


def days(found):
    return [(row.valid_from, row.valid_to) for row in found]


def test_a_row_has_what_the_allow_list_names_and_nothing_else(session, district):
    town = make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"}, shape=square())
    (row,) = rows(session, town)
    assert set(row.attributes) == set(UNITS.fields)
    assert row.attributes["parent"] == str(district.public_id)
    assert row.attributes["codes"] == [{"system": "mca", "code": "310107102"}]
    assert row.attributes["home"] is False
    assert row.attributes["area_m2"] == pytest.approx(1.055e6, rel=0.01)
    assert row.coverage == "level 4"


def test_unannounced_units_are_not_offered(session, district):
    make_unit(session, district, "未公告街道", announced_on=None)
    make_unit(session, district, "将来街道", announced_on=dt.date(2999, 1, 1))
    assert [row.name for row in rows(session)] == ["普陀区"]


def test_a_new_row_for_every_day_on_which_version_codes_or_shape_change(session, district):
    town = make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"})
    session.add(
        UnitCode(unit_id=town.id, system="nbs", code="310107102", valid_from=LATER, announced_on=LATER, source="测试")
    )
    found = rows(session, town)
    assert days(found) == [(BEGINNING, LATER), (LATER, None)]
    assert [len(row.attributes["codes"]) for row in found] == [1, 2]


def test_what_follows_is_hidden_until_it_is_announced_and_the_past_goes_on(session, district):
    town = make_unit(session, district, "真如镇", kind="town", until=LATER)
    said = {"unit_id": town.id, "parent_id": district.id, "kind": "street", "level": 4, "source": "测试"}
    session.add(UnitVersion(name="真如街道", valid_from=LATER, announced_on=None, **said))
    assert days(rows(session, town)) == [(BEGINNING, None)]
    assert {row.name for row in rows(session, town)} == {"真如镇"}


def test_rows_that_are_believed_no_longer_are_not_offered(session, district):
    town = make_unit(session, district, "长征镇", kind="town", shape=square())
    session.execute(update(UnitShape).where(UnitShape.unit_id == town.id).values(superseded_at=dt.datetime.now(dt.UTC)))
    (row,) = rows(session, town)
    assert row.geometry is None
    assert row.attributes["quality"] is None


def test_the_home_district_gets_the_outline_of_its_children_as_good_as_the_weakest(session, district):
    make_unit(session, district, "长征镇", kind="town", shape=square(121.40), quality="legal")
    make_unit(session, district, "桃浦镇", kind="town", shape=square(121.41), quality="schematic", at=LATER)
    found = rows(session, district)
    assert days(found) == [(BEGINNING, LATER), (LATER, None)]
    assert [row.attributes["quality"] for row in found] == ["legal", "schematic"]
    assert found[1].geometry.area == pytest.approx(2 * found[0].geometry.area, rel=1e-6)


def test_the_home_district_has_no_outline_while_a_child_has_none(session, district):
    make_unit(session, district, "长征镇", kind="town", shape=square())
    make_unit(session, district, "桃浦镇", kind="town")
    assert [row.geometry for row in rows(session, district)] == [None]


def test_an_outline_of_its_own_comes_first(session):
    district = make_district(session)
    make_unit(session, district, "长征镇", kind="town", shape=square())
    own = MultiPolygon([square(121.39, 31.23, 0.05)])
    session.add(
        UnitShape(
            unit_id=district.id,
            geom=from_shape(own, srid=4490),
            area_m2=1,
            quality="legal",
            original_crs="EPSG:4490",
            valid_from=LATEST,
            announced_on=LATEST,
            source="沪府文件",
        )
    )
    found = rows(session, district)
    assert [row.attributes["quality"] for row in found] == ["digitised", "legal"]


def test_the_source_names_each_origin_once(session, district):
    make_unit(session, district, "长征镇", kind="town", shape=square(121.40))
    make_unit(session, district, "桃浦镇", kind="town", shape=square(121.41))
    assert UNITS.source(session) == "测试"
