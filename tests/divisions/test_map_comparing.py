"""Comparing two days of units: what moved, from whom to whom, and what only looks like it."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.divisions.rules.comparing import MappedUnit, compare
from portal.kernel.geo.crs import geodesic_area_m2

DAY = dt.date(2014, 7, 1)
IDS = [uuid.UUID(int=n) for n in range(1, 9)]


def unit(number: int, shape: shapely.Polygon | None, name: str = "", **said: object) -> MappedUnit:
    facts = {
        "public_id": IDS[number],
        "name": name or f"单位{number}",
        "kind": "street",
        "parent": "普陀区",
        "codes": {"mca": f"31010700{number}"},
        "shape": shape,
        "quality": "digitised",
        "since": DAY,
        "source": "沪府〔2014〕90号",
    }
    return MappedUnit(**facts | said)


def day(*units: MappedUnit) -> dict[uuid.UUID, MappedUnit]:
    return {one.public_id: one for one in units}


def box(west: float, east: float, south: float = 0.0, north: float = 1.0) -> shapely.Polygon:
    """A part of a field of 0.01 degrees."""
    return shapely.box(121.4 + west / 100, 31.2 + south / 100, 121.4 + east / 100, 31.2 + north / 100)


def told(found) -> list[tuple[str, str, str]]:
    return [(m.what, m.giver.name if m.giver else "", m.taker.name if m.taker else "") for m in found.moves]


def test_a_split_moves_a_piece_to_the_new_unit_and_says_how_much():
    found = compare(
        day(unit(0, box(0, 1), "长征镇")), day(unit(0, box(0, 0.75), "长征镇"), unit(1, box(0.75, 1), "万里街道"))
    )
    assert told(found) == [("moved", "长征镇", "万里街道")]
    [move] = found.moves
    assert move.share == pytest.approx(0.25, rel=1e-3)
    assert move.area_m2 == pytest.approx(geodesic_area_m2(box(0.75, 1)), rel=1e-9)
    assert [one.name for one in found.born] == ["万里街道"]
    assert found.gone == ()
    assert move.source == "沪府〔2014〕90号"


def test_a_line_between_two_that_stay_moves_only_the_ground_between_the_two_lines():
    found = compare(day(unit(0, box(0, 0.5)), unit(1, box(0.5, 1))), day(unit(0, box(0, 0.4)), unit(1, box(0.4, 1))))
    assert told(found) == [("moved", "单位0", "单位1")]
    assert (found.born, found.gone) == ((), ())


def test_a_merger_gives_all_and_the_giver_is_gone():
    found = compare(day(unit(0, box(0, 0.5)), unit(1, box(0.5, 1))), day(unit(1, box(0, 1))))
    assert told(found) == [("moved", "单位0", "单位1")]
    assert found.moves[0].share == pytest.approx(1)
    assert [one.name for one in found.gone] == ["单位0"]


def test_ground_from_nowhere_and_to_nowhere():
    assert told(compare(day(unit(0, box(0, 0.5))), day(unit(0, box(0, 1))))) == [("gained", "", "单位0")]
    assert told(compare(day(unit(0, box(0, 1))), day(unit(0, box(0, 0.5))))) == [("lost", "单位0", "")]


def test_a_rename_a_code_a_kind_and_a_parent_move_nothing():
    old = unit(0, box(0, 1), "真如镇")
    new = unit(0, box(0, 1), "真如镇街道", codes={"mca": "310107022"}, kind="street", parent="静安区")
    found = compare(day(old), day(new))
    assert found.moves == ()
    assert [(a.name, b.name) for a, b in found.renamed] == [("真如镇", "真如镇街道")]
    assert (len(found.recoded), len(found.retyped), len(found.resubordinated)) == (1, 0, 1)
    assert not found.nothing


def test_slivers_are_counted_and_not_shown():
    hair = box(0, 0.50001)
    found = compare(day(unit(0, box(0, 0.5)), unit(1, box(0.5, 1))), day(unit(0, hair), unit(1, box(0.50001, 1))))
    assert found.moves == ()
    assert found.slivers == 1
    assert 0 < found.sliver_m2 < 100


def test_an_outline_that_is_known_on_one_day_only_is_no_ground_that_moved():
    found = compare(day(unit(0, None), unit(1, box(0, 1))), day(unit(0, box(1, 2)), unit(1, box(0, 1))))
    assert found.moves == ()
    assert [one.name for one in found.unseen] == ["单位0"]


def test_a_line_of_another_quality_may_be_a_better_drawing():
    better = {"quality": "surveyed"}
    found = compare(
        day(unit(0, box(0, 0.5)), unit(1, box(0.5, 1))), day(unit(0, box(0, 0.4), **better), unit(1, box(0.4, 1)))
    )
    assert [move.redrawn for move in found.moves] == [True]


def test_the_same_day_twice_differs_in_nothing():
    state = day(unit(0, box(0, 0.5)), unit(1, None))
    assert compare(state, state).nothing


cuts = st.lists(st.integers(1, 99), min_size=1, max_size=5, unique=True).map(sorted)


def strips(places: list[int]) -> dict[uuid.UUID, MappedUnit]:
    edges = [0, *places, 100]
    shapes = [box(a / 100, b / 100) for a, b in pairwise(edges)]
    return day(*(unit(number, shape) for number, shape in enumerate(shapes)))


@settings(max_examples=60, deadline=None)
@given(cuts, cuts)
def test_what_one_loses_others_gain(first, second):
    """Two coverings of one field: every unit's balance is its new area less its old, and nothing comes from nowhere."""
    before, after = strips(first), strips(second)
    found = compare(before, after)
    assert all(move.what == "moved" for move in found.moves)
    for key in before.keys() | after.keys():
        came = sum(m.area_m2 for m in found.moves if m.taker and m.taker.public_id == key)
        went = sum(m.area_m2 for m in found.moves if m.giver and m.giver.public_id == key)
        was = geodesic_area_m2(before[key].shape) if key in before else 0
        now = geodesic_area_m2(after[key].shape) if key in after else 0
        assert came - went == pytest.approx(now - was, abs=100 + found.sliver_m2)
