"""The changes of the seed documents, by name: what was true on any day, and why it changed.

Names, numbers of documents and dates are those of the documents; outlines and numbers of people are the tests' own.
"""

from __future__ import annotations

import datetime as dt

import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions import queries
from portal.divisions.models import Lineage, Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.queries import ancestry_differences, unit_by_code
from portal.divisions.queries.snapshot import shapes_of
from portal.divisions.rules.changes.content import Content
from tests.factories.changes import Clerk, amended, born, ended, names_on, part, unit_named, whole
from tests.factories.divisions import make_district, make_unit, square

EVE, DAY = dt.date(2014, 10, 30), dt.date(2014, 10, 31)
"""The days of the year are the tests' own; the documents are of 2014."""


@pytest.fixture
def clerk(session: Session) -> Clerk:
    return Clerk(session)


@pytest.fixture
def district(session: Session) -> Unit:
    return make_district(session)


def edges(session: Session) -> list[tuple[str, str | None, str]]:
    """Believed edges with the last names of their ends."""
    names = dict(session.execute(select(UnitVersion.unit_id, UnitVersion.name).order_by(UnitVersion.valid_from)).all())
    found = session.scalars(select(Lineage).where(Lineage.superseded_at.is_(None)).order_by(Lineage.id))
    return [(edge.edge, names.get(edge.from_unit_id), names[edge.to_unit_id]) for edge in found]


def area(session: Session, unit: Unit, on: dt.date) -> float | None:
    shape = shapes_of(session, [unit.id], on).get(unit.id)
    return shape.area_m2 if shape else None


def shape_of(session: Session, unit: Unit, on: dt.date) -> shapely.MultiPolygon:
    return shapes_of(session, [unit.id], on)[unit.id].geometry


def test_wanli_is_split_from_changzheng(session: Session, clerk: Clerk, district: Unit) -> None:
    """万里街道 split from 长征镇, 沪府〔2014〕90号."""
    changzheng = make_unit(
        session, district, "长征镇", kind="town", codes={"mca": "310107102"}, shape=square(size=0.02)
    )
    committees = [
        make_unit(session, changzheng, name, level=5) for name in ("万里城居委会", "中环花苑居委会", "真源居委会")
    ]
    file = clerk.draft("split", "设立万里街道")
    piece = clerk.draw(file, shapely.box(121.41, 31.24, 121.42, 31.26))
    clerk.fill(
        file,
        Content(
            (
                born(1, "万里街道", "street", district, codes={"mca": "310107022"}),
                *(amended(one, "new:1") for one in committees[:2]),
            ),
            (part(changzheng, "new:1", piece=piece, people=60_000),),
        ),
    )
    clerk.approve(file, dt.date(2014, 10, 8), "沪府〔2014〕90号")
    before = area(session, changzheng, EVE)
    clerk.step(file, "carry_out", DAY)

    wanli = unit_named(session, "万里街道", DAY)
    assert "万里街道" not in names_on(session, EVE)
    assert {one.name for one in queries.children(session, wanli.id, DAY)} == {"万里城居委会", "中环花苑居委会"}
    assert {one.name for one in queries.children(session, changzheng.id, DAY)} == {"真源居委会"}
    assert len(queries.children(session, changzheng.id, EVE)) == 3
    assert unit_by_code(session, "mca", "310107102", DAY).id == changzheng.id  # It stays itself.
    assert area(session, changzheng, EVE) == before
    assert area(session, changzheng, DAY) + area(session, wanli, DAY) == pytest.approx(before, rel=1e-8)
    assert ("split_off", "长征镇", "万里街道") in edges(session)
    edge = session.scalars(select(Lineage).where(Lineage.edge == "split_off")).one()
    assert float(edge.area_share) == pytest.approx(0.5, abs=1e-4)
    assert edge.document == "沪府〔2014〕90号"
    assert edge.people == 60_000
    assert ancestry_differences(session) == []


def test_zhenru_town_becomes_zhenru_street(session: Session, clerk: Clerk, district: Unit) -> None:
    """真如镇 → 真如镇街道, 沪府〔2014〕89号: another kind is another division, on the same ground."""
    town = make_unit(session, district, "真如镇", kind="town", codes={"mca": "310107101"}, shape=square())
    committee = make_unit(session, town, "清涧一居委会", level=5)
    units = [
        born(1, "真如镇街道", "street", district, codes={"mca": "310107021"}),
        amended(committee, "new:1"),
        ended(town),
    ]
    clerk.make("convert", "真如镇改设街道", DAY, units, [whole(town, "new:1")], number="沪府〔2014〕89号")

    street = unit_named(session, "真如镇街道", DAY)
    assert street.id != town.id
    assert names_on(session, DAY, 4) == {"真如镇街道"}
    assert names_on(session, EVE, 4) == {"真如镇"}
    assert shape_of(session, street, DAY).equals_exact(shape_of(session, town, EVE))  # To the last digit.
    assert area(session, town, DAY) is None
    assert unit_by_code(session, "mca", "310107101", DAY) is None
    assert edges(session) == [
        ("type_changed", "真如镇", "真如镇街道"),
        ("resubordinated", "清涧一居委会", "清涧一居委会"),
    ]
    changed = select(Lineage).where(Lineage.edge == "type_changed", Lineage.superseded_at.is_(None))
    edge = session.scalars(changed).one()
    assert (float(edge.area_share), float(edge.people_share), edge.announced_on) == (1, 1, DAY)


@pytest.mark.parametrize(
    ("giver", "giver_kind", "taker", "taker_kind"),
    [("真如镇", "town", "石泉路街道", "street"), ("长征镇", "town", "长风新村街道", "street")],
)
def test_part_of_a_line_changes(
    session: Session, clerk: Clerk, district: Unit, giver: str, giver_kind: str, taker: str, taker_kind: str
) -> None:
    """Partial line changes 石泉/真如 and 长风/长征: both stay themselves, a strip changes hands."""
    west = make_unit(session, district, giver, kind=giver_kind, codes={"mca": "310107101"}, shape=square(121.40))
    east = make_unit(session, district, taker, kind=taker_kind, codes={"mca": "310107017"}, shape=square(121.41))
    file = clerk.draft("adjust_line", f"{taker}与{giver}部分界线变更")
    piece = clerk.draw(file, shapely.box(121.409, 31.24, 121.41, 31.25))
    clerk.fill(file, Content((), (part(west, east, piece=piece),)))
    plan = queries.changes.plan_of(session, file, DAY)
    assert plan.lines is not None
    assert plan.lines.hectares == pytest.approx(10.6, abs=0.2)
    assert plan.lines.new_m == pytest.approx(1109, abs=5)
    clerk.approve(file, EVE, "普府〔2014〕1号")
    clerk.step(file, "carry_out", DAY)

    assert area(session, west, DAY) == pytest.approx(0.9 * area(session, west, EVE), rel=1e-3)
    total = sum(area(session, one, EVE) for one in (west, east))
    assert sum(area(session, one, DAY) for one in (west, east)) == pytest.approx(total, rel=1e-8)
    assert edges(session) == [("boundary_adjusted", giver, taker)]
    assert names_on(session, DAY) == names_on(session, EVE)


@pytest.mark.parametrize(("name", "seat"), [("万里街道", "新村路423号"), ("长风新村街道", "枣阳路251号")])
def test_a_seat_moves(session: Session, clerk: Clerk, district: Unit, name: str, seat: str) -> None:
    """Two seat moves: 万里 and 长风新村; the addresses are the tests' own."""
    street = make_unit(session, district, name, codes={"mca": "310107022"})
    clerk.make("move_seat", f"{name}办事处驻地迁移", DAY, [amended(street, seat=seat)])
    rows = session.scalars(
        select(UnitVersion).where(UnitVersion.unit_id == street.id, UnitVersion.superseded_at.is_(None))
    )
    assert [(row.seat, row.valid_from, row.valid_to) for row in sorted(rows, key=lambda row: row.valid_from)] == [
        (None, dt.date(2000, 1, 1), DAY),
        (seat, DAY, None),
    ]
    assert edges(session) == [("seat_moved", name, name)]


def test_zhonglou_villages_become_neighbourhoods(session: Session, clerk: Clerk) -> None:
    """Zhonglou's 撤村转居: village committees end, residents' committees are set up; none has an outline."""
    district = make_district(session, "钟楼区")
    town = make_unit(session, district, "邹区镇", kind="town", codes={"mca": "320404116"})
    villages = [
        make_unit(session, town, f"{name}村委会", level=5, kind="villagers_committee") for name in ("东方", "龙潭")
    ]
    units = [
        *(ended(one) for one in villages),
        born(1, "东方居委会", "residents_committee", town),
        born(2, "龙潭居委会", "residents_committee", town),
    ]
    moves = [whole(villages[0], "new:1"), whole(villages[1], "new:2")]
    clerk.make("villages_to_residents", "撤村转居", DAY, units, moves, number="钟政发〔2020〕1号")
    assert names_on(session, DAY, 5) == {"东方居委会", "龙潭居委会"}
    assert names_on(session, EVE, 5) == {"东方村委会", "龙潭村委会"}
    assert [edge[0] for edge in edges(session)] == ["type_changed", "type_changed"]


def test_chongming_county_becomes_a_district(session: Session, clerk: Clerk) -> None:
    """崇明县 310230 → 崇明区 310151 (2016), with its towns."""
    day = dt.date(2016, 7, 22)
    make_district(session)
    county = make_unit(session, None, "崇明县", level=3, kind="county", codes={"mca": "310230"}, shape=square(size=0.1))
    towns = [make_unit(session, county, name, kind="town") for name in ("城桥镇", "陈家镇")]
    units = [
        born(1, "崇明区", "district", None, codes={"mca": "310151"}),
        *(amended(town, "new:1") for town in towns),
        ended(county),
    ]
    clerk.make("convert", "撤销崇明县设立崇明区", day, units, [whole(county, "new:1")], number="国函〔2016〕1号")
    assert unit_by_code(session, "mca", "310230", day) is None
    assert unit_by_code(session, "mca", "310230", day - dt.timedelta(days=1)).name == "崇明县"
    chongming = unit_by_code(session, "mca", "310151", day)
    assert {one.name for one in queries.children(session, chongming.id, day)} == {"城桥镇", "陈家镇"}
    assert ("type_changed", "崇明县", "崇明区") in edges(session)


def test_zhabei_goes_into_jingan(session: Session, clerk: Clerk) -> None:
    """闸北 into 静安 (2015): 310106 keeps code and name while its ground changes."""
    day = dt.date(2015, 11, 4)
    make_district(session)
    jingan = make_unit(session, None, "静安区", level=3, codes={"mca": "310106"}, shape=square(121.44))
    zhabei = make_unit(session, None, "闸北区", level=3, codes={"mca": "310108"}, shape=square(121.45))
    street = make_unit(session, zhabei, "天目西路街道", codes={"mca": "310108010"})
    units = [ended(zhabei), amended(street, jingan, codes={"mca": "310106020"})]
    clerk.make("merge", "闸北区并入静安区", day, units, [whole(zhabei, jingan)], number="国函〔2015〕1号")
    eve = day - dt.timedelta(days=1)
    now = unit_by_code(session, "mca", "310106", day)
    assert (now.id, now.name) == (jingan.id, "静安区")
    assert area(session, jingan, day) == pytest.approx(
        area(session, jingan, eve) + area(session, zhabei, eve), rel=1e-8
    )
    assert unit_by_code(session, "mca", "310108", day) is None
    assert [one.name for one in queries.children(session, jingan.id, day)] == ["天目西路街道"]
    assert ("merged_into", "闸北区", "静安区") in edges(session)
    codes = session.scalars(
        select(UnitCode.code).where(UnitCode.unit_id == street.id, UnitCode.superseded_at.is_(None))
    )
    assert sorted(codes) == ["310106020", "310108010"]
    assert (
        session.scalars(select(UnitShape).where(UnitShape.unit_id == zhabei.id, UnitShape.superseded_at.is_(None)))
        .one()
        .valid_to
        == day
    )
