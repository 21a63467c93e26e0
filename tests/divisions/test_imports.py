"""What lists leave in the tables: which rows they close, add and leave as they are."""

from __future__ import annotations

import datetime as dt

import pytest
from geoalchemy2.shape import to_shape
from sqlalchemy import select

from portal.divisions import queries
from portal.divisions.models import UnitCode, UnitShape, UnitVersion
from tests.divisions.conftest import AT
from tests.divisions.test_exchange_imports import CHANGZHENG, EAST, LATER, TAOPU, WEST
from tests.factories.divisions import make_unit, square

NOTHING = {"new": 0, "changed": 0, "unchanged": 2}


@pytest.fixture
def towns(take):
    """Two towns on record since 2020."""
    return take(CHANGZHENG | {"postcode": "200333"}, TAOPU, shapes=[WEST, EAST])


def same_area(shape, expected):
    """Whether a stored shape covers what is expected, but for rounding to millimetres."""
    return to_shape(shape.geom).symmetric_difference(expected).area < 1e-6 * expected.area


def versions(session, name):
    query = select(UnitVersion).where(UnitVersion.name == name).order_by(UnitVersion.valid_from, UnitVersion.id)
    return session.scalars(query).all()


def believed(session, name):
    return [version for version in versions(session, name) if version.superseded_at is None]


def test_new_units_have_their_area_on_the_ellipsoid_and_their_place_in_the_tree(session, district, towns):
    town = queries.unit_by_code(session, "mca", "310107102", AT)
    shape = session.scalars(select(UnitShape).where(UnitShape.unit_id == town.id)).one()
    assert same_area(shape, WEST)
    assert shape.area_m2 == pytest.approx(1.055e6, rel=0.01)
    assert [unit.id for unit in queries.ancestors(session, town.id, AT)] == [district.id]


def test_the_same_list_again_writes_nothing(take, towns, holdings):
    before = holdings()
    for at in (AT, LATER):
        again = take(CHANGZHENG | {"postcode": "200333"}, TAOPU, shapes=[WEST, EAST], at=at)
        assert again["counts"] in (NOTHING, {"new": 0, "changed": 0, "unchanged": 0})
    assert holdings() == before


def test_particulars_that_differ_later_close_the_old_row_and_add_two(session, take, towns):
    assert take(CHANGZHENG | {"postcode": "200334"}, at=LATER)["counts"]["changed"] == 1
    assert [(v.valid_from, v.valid_to, v.postcode) for v in believed(session, "长征镇")] == [
        (AT, LATER, "200333"),
        (LATER, None, "200334"),
    ]
    assert len(versions(session, "长征镇")) == 3


def test_particulars_that_differ_on_the_same_day_are_a_correction(session, take, towns):
    take(CHANGZHENG | {"postcode": "200334"})
    assert [(v.valid_from, v.valid_to, v.postcode) for v in believed(session, "长征镇")] == [(AT, None, "200334")]


def test_an_empty_cell_says_nothing(session, take, towns):
    take(CHANGZHENG | {"postcode": None, "phone": "021-66600000"}, at=LATER)
    assert [(v.postcode, v.phone) for v in believed(session, "长征镇")] == [
        ("200333", None),
        ("200333", "021-66600000"),
    ]


def test_a_shape_that_differs_later_closes_the_old_one(session, take, towns):
    smaller = square(121.40, size=0.009)
    assert take(CHANGZHENG, shapes=[smaller], at=LATER)["counts"]["changed"] == 1
    town = queries.unit_by_code(session, "mca", "310107102", AT)
    shapes = session.scalars(
        select(UnitShape)
        .where(UnitShape.unit_id == town.id, UnitShape.superseded_at.is_(None))
        .order_by(UnitShape.valid)
    ).all()
    assert [(s.valid_from, s.valid_to) for s in shapes] == [(AT, LATER), (LATER, None)]
    assert same_area(shapes[0], WEST)
    assert same_area(shapes[1], smaller)


def test_codes_of_another_list_join_by_name_parent_and_kind_never_by_the_bare_code(session, take):
    take({"name": "真如镇街道", "code": "310107021"}, {"name": "万里街道", "code": "310107022"})
    nbs = {"name": "万里街道", "code": "310107021"}, {"name": "真如镇街道", "code": "310107022"}
    wrote = take(*nbs, code_system="nbs", parent_system="mca")
    assert wrote["counts"] == {"new": 0, "changed": 2, "unchanged": 0}
    assert queries.unit_by_code(session, "nbs", "310107021", AT).name == "万里街道"
    assert queries.unit_by_code(session, "mca", "310107021", AT).name == "真如镇街道"


def test_kinds_in_the_words_of_the_statistical_bureau(session, take):
    take(CHANGZHENG, code_system="nbs")
    said = {"name": "真建花苑居委会", "code": "310107102401", "kind": "residents_committee"}
    take(said, {"name": "新杨村委会", "code": "310107102201"}, code_system="nbs", parent_code="310107102")
    assert queries.unit_by_code(session, "nbs", "310107102401", AT).kind == "residents_committee"
    assert queries.unit_by_code(session, "nbs", "310107102201", AT).kind == "villagers_committee"


def test_what_is_not_announced_yet_stays_internal(app, session, take):
    take(CHANGZHENG, TAOPU, announced_on=dt.date(2999, 1, 1))
    assert [unit.name for unit in queries.public_units(session, AT)] == ["普陀区"]
    assert queries.unit_by_code(session, "mca", "310107102", AT) is not None


def test_new_codes_end_where_the_next_ones_begin(session, district, take):
    town = make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"})
    session.add(
        UnitCode(unit_id=town.id, system="nbs", code="310107109", valid_from=LATER, source="测试", announced_on=LATER)
    )
    session.flush()
    take({"name": "长征镇", "code_mca": "310107102", "code_nbs": "310107102"})
    codes = session.scalars(
        select(UnitCode).where(UnitCode.unit_id == town.id, UnitCode.system == "nbs").order_by(UnitCode.valid)
    )
    assert [(row.code, row.valid_from, row.valid_to) for row in codes] == [
        ("310107102", AT, LATER),
        ("310107109", LATER, None),
    ]
