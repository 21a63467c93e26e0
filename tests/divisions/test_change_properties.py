"""Whatever valid changes come in whatever order: at every date one parent each, no shared code, nothing held twice,
nothing believed twice for a day, and the same ground in sum."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import combinations

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.divisions.models import Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.queries import ancestry_differences
from portal.divisions.queries.lineage_check import lineage_differences
from portal.divisions.queries.snapshot import shapes_of
from portal.divisions.queries.units import units_at
from portal.divisions.rules.changes.content import Content
from portal.divisions.service import ChangeRefused
from portal.kernel.geo.topology import overlaps
from tests.factories.changes import Clerk, amended, born, ended, part, whole
from tests.factories.divisions import make_district, make_unit

START = dt.date(2010, 1, 1)
WEST, SOUTH, CELL = 121.40, 31.24, 0.01
KINDS = ("street", "town", "township")

operations = st.lists(
    st.tuples(
        st.sampled_from(["split", "merge", "adjust", "convert", "rename", "recode", "seat", "abolish"]),
        st.integers(0, 30),
        st.integers(0, 30),
        st.floats(0.05, 0.95),
        st.integers(0, 400),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(operations)
def test_any_sequence_keeps_the_law(session: Session, plan: list[tuple[str, int, int, float, int]]) -> None:
    with session.begin_nested() as attempt:
        world = World(session)
        for one in plan:
            world.change(*one)
        world.check()
        attempt.rollback()


class World:
    """A district of four towns with two committees each, in one row; the last has no outline."""

    def __init__(self, session: Session) -> None:
        self.session, self.clerk, self.day, self.number = session, Clerk(session), START, 100
        self.district = make_district(session)
        self.days = [START]
        for index in range(4):
            shape = shapely.box(WEST + index * CELL, SOUTH, WEST + (index + 1) * CELL, SOUTH + CELL)
            town = make_unit(
                session,
                self.district,
                f"镇{index}",
                kind="town",
                codes={"mca": self.code()},
                shape=shape if index < 3 else None,
            )
            for part_of in range(2):
                make_unit(session, town, f"镇{index}居{part_of}", level=5)
        self.total = self.area(START)

    def code(self) -> str:
        self.number += 1
        return f"310107{self.number}"

    def towns(self) -> list[Unit]:
        ids = [row.id for row in self.session.execute(units_at(self.day)) if row.level == 4]
        return list(self.session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id)))

    def children(self, town: Unit) -> list[Unit]:
        ids = [row.id for row in self.session.execute(units_at(self.day)) if row.parent_id == town.id]
        return list(self.session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id)))

    def change(self, what: str, one: int, other: int, at: float, days: int) -> None:
        towns = self.towns()
        first, second = towns[one % len(towns)], towns[other % len(towns)]
        self.day += dt.timedelta(days=days)
        with self.session.begin_nested() as attempt:
            try:
                getattr(self, what)(first, second, at)
            except ChangeRefused:
                attempt.rollback()
            else:
                self.days.append(self.day)

    def make(self, kind: str, units=(), moves=()) -> None:
        self.clerk.make(kind, kind, self.day, units, moves)

    def split(self, first: Unit, _second: Unit, at: float) -> None:
        file = self.clerk.draft("split", "析出")
        shape = shapes_of(self.session, [first.id], self.day).get(first.id)
        piece = None
        if shape is not None:
            west, south, east, north = shape.geometry.bounds
            piece = self.clerk.draw(file, shapely.box(west + (east - west) * at, south - 1, east + 1, north + 1))
        moved = self.children(first)[:1]
        code = self.code()
        units = [born(1, f"新{self.number}", "street", self.district, codes={"mca": code})]
        units += [amended(child, "new:1") for child in moved]
        self.clerk.fill(
            file, Content(tuple(units), (part(first, "new:1", piece=piece, area_share=None if piece else at),))
        )
        self.clerk.approve(file, self.day, "测1号")
        self.clerk.step(file, "carry_out", self.day)

    def merge(self, first: Unit, second: Unit, _at: float) -> None:
        drawn = shapes_of(self.session, [first.id, second.id], self.day)
        if first.id in drawn and second.id not in drawn:
            return  # What a division without an outline takes is not drawn any more, so the sum of the drawn ends.
        units = [ended(first), *(amended(child, second) for child in self.children(first))]
        self.make("merge", units, [whole(first, second)])

    abolish = merge

    def adjust(self, first: Unit, second: Unit, at: float) -> None:
        file = self.clerk.draft("adjust_line", "界线")
        middle = WEST + 4 * CELL * at
        piece = self.clerk.draw(file, shapely.box(middle, SOUTH - 0.001, middle + CELL / 2, SOUTH + CELL / 2))
        self.clerk.fill(file, Content((), (part(first, second, piece=piece),)))
        self.clerk.approve(file, self.day, "测2号")
        self.clerk.step(file, "carry_out", self.day)

    def convert(self, first: Unit, _second: Unit, at: float) -> None:
        kind = KINDS[int(at * 100) % 3]
        units = [born(1, f"改{self.number}", kind, self.district, codes={"mca": self.code()}), ended(first)]
        units += [amended(child, "new:1") for child in self.children(first)]
        self.make("convert", units, [whole(first, "new:1")])

    def rename(self, first: Unit, _second: Unit, _at: float) -> None:
        self.number += 1
        self.make("rename", [amended(first, name=f"名{self.number}")])

    def recode(self, first: Unit, second: Unit, at: float) -> None:
        taken = self.session.scalar(select(UnitCode.code).where(UnitCode.unit_id == second.id))
        code = taken if at > 0.5 and taken else self.code()
        self.make("recode", [amended(first, codes={"mca": code})])

    def seat(self, first: Unit, _second: Unit, _at: float) -> None:
        self.number += 1
        self.make("move_seat", [amended(first, seat=f"路{self.number}号")])

    def area(self, day: dt.date) -> float:
        ids = [row.id for row in self.session.execute(units_at(day)) if row.level == 4]
        # In degrees: a new corner in a long edge changes its area on the ellipsoid, for edges are straight in degrees.
        return sum(shape.geometry.area for shape in shapes_of(self.session, ids, day).values())

    def check(self) -> None:
        assert ancestry_differences(self.session) == []
        assert lineage_differences(self.session) == []
        self.check_rows()
        eves = [day - dt.timedelta(days=1) for day in self.days if day > START]
        for day in [*self.days, *eves, self.day + dt.timedelta(days=1000)]:
            self.check_day(day)

    def check_rows(self) -> None:
        for table in (UnitVersion, UnitShape):
            rows = self.session.scalars(select(table).where(table.superseded_at.is_(None))).all()
            for one, other in combinations(rows, 2):
                assert one.unit_id != other.unit_id or apart(one, other)
        codes = self.session.scalars(select(UnitCode).where(UnitCode.superseded_at.is_(None))).all()
        for one, other in combinations(codes, 2):
            assert (one.system, one.code) != (other.system, other.code) or apart(one, other)

    def check_day(self, day: dt.date) -> None:
        rows = self.session.execute(units_at(day)).all()
        there = {row.id for row in rows}
        assert all(times == 1 for times in Counter(row.id for row in rows).values())
        assert all(row.parent_id in there for row in rows if row.level > 3), day
        shapes = shapes_of(self.session, there, day)
        towns = [(row.id, shapes[row.id].geometry) for row in rows if row.level == 4 and row.id in shapes]
        assert overlaps(towns, 0.01) == []
        assert self.area(day) == pytest.approx(self.total, rel=1e-7)


def apart(one, other) -> bool:
    return (one.valid_to is not None and one.valid_to <= other.valid_from) or (
        other.valid_to is not None and other.valid_to <= one.valid_from
    )
