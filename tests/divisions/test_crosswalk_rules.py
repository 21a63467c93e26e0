"""Weights of units between days and series on new units, as pure rules."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.divisions.rules.crosswalk import GroundEdge, Measured, Why, by_shapes, carry, follow, turned

DAY = dt.date(2014, 9, 1)
NEXT, LAST = dt.date(2016, 1, 1), dt.date(2020, 1, 1)


def edge(number, kind, source, target, share, on=DAY):
    return GroundEdge(number, kind, source, target, on, None if share is None else Fraction(str(share)))


def weights(crosswalk):
    return {(pair.source, pair.target): pair.weight for pair in crosswalk}


def whys(reasons):
    return {reason.why for reason in reasons}


# --- one change ---------------------------------------------------------------------------------------------------


def test_what_splits_off_takes_its_share_and_the_giver_keeps_the_rest():
    found = follow([1, 2], [1, 2, 3], [edge(7, "split_off", 1, 3, "0.3")])
    assert weights(found) == {(1, 1): Fraction(7, 10), (1, 3): Fraction(3, 10), (2, 2): 1}
    assert {pair.via for pair in found.pairs[1]} == {frozenset({7})}
    assert found.changed == {1}
    assert not found.remainders


def test_one_heir_of_an_ended_unit_has_everything_even_when_no_share_was_written_down():
    found = follow([1, 2], [2], [edge(1, "merged_into", 1, 2, None)])
    assert weights(found) == {(1, 2): 1, (2, 2): 1}


def test_thirds_written_with_ten_decimals_are_the_whole():
    edges = [edge(n, "split_into", 1, n, "0.3333333333") for n in (2, 3, 4)]
    assert set(weights(follow([1], [2, 3, 4], edges)).values()) == {Fraction(1, 3)}


def test_an_unknown_share_is_told_for_no_pair_it_touches_and_never_invented():
    found = follow([1], [1, 2, 3], [edge(1, "split_off", 1, 2, None), edge(2, "boundary_adjusted", 1, 3, "0.1")])
    assert weights(found) == {(1, 1): None, (1, 2): None, (1, 3): Fraction(1, 10)}
    assert found.remainders[1].part == Fraction(9, 10)
    assert whys(found.remainders[1].reasons) == {Why.SHARE_UNKNOWN}


def test_shares_of_more_than_the_whole_count_for_nothing():
    found = follow([1], [2, 3], [edge(1, "split_into", 1, 2, "0.7"), edge(2, "split_into", 1, 3, "0.6")])
    assert set(weights(found).values()) == {None}
    assert whys(found.remainders[1].reasons) == {Why.SHARES_EXCEED}


def test_what_an_ended_unit_did_not_give_is_a_remainder():
    found = follow([1], [2, 3], [edge(1, "split_into", 1, 2, "0.5"), edge(2, "split_into", 1, 3, "0.3")])
    assert found.remainders[1].part == Fraction(2, 10)
    assert whys(found.remainders[1].reasons) == {Why.NOT_ALL_GIVEN}


def test_a_unit_that_is_gone_without_a_word_and_one_that_came_without_one():
    found = follow([1, 2], [2, 3], [])
    assert found.remainders[1].part == 1
    assert whys(found.remainders[1].reasons) == {Why.NO_SUCCESSOR}
    assert whys(found.origins[3]) == {Why.NO_ORIGIN}
    assert whys(follow([1], [1, 3], [], founded=[3]).origins[3]) == {Why.NEW_GROUND}


# --- chains -------------------------------------------------------------------------------------------------------


def test_a_chain_multiplies_and_remembers_its_edges():
    edges = [
        edge(1, "split_off", 1, 2, "0.4"),
        edge(2, "split_into", 2, 3, "0.5", NEXT),
        edge(3, "split_into", 2, 4, "0.5", NEXT),
    ]
    found = follow([1], [1, 3, 4], edges)
    assert weights(found) == {(1, 1): Fraction(6, 10), (1, 3): Fraction(2, 10), (1, 4): Fraction(2, 10)}
    assert next(pair for pair in found if pair.target == 3).via == {1, 2}
    assert not any(pair.even for pair in found)


def test_a_unit_put_together_and_divided_again_is_supposed_to_be_mixed_and_says_so():
    edges = [edge(1, "merged_into", 1, 3, 1), edge(2, "merged_into", 2, 3, 1), edge(3, "split_off", 3, 4, "0.5", NEXT)]
    found = follow([1, 2], [3, 4], edges)
    assert all(pair.even and pair.weight == Fraction(1, 2) for pair in found)


def test_a_unit_that_came_and_went_on_one_day_hands_on_what_it_got():
    found = follow([1], [3], [edge(2, "merged_into", 2, 3, 1), edge(1, "type_changed", 1, 2, 1)])
    assert weights(found) == {(1, 3): 1}


def test_two_that_exchange_ground_on_one_day_give_of_what_they_had_before():
    edges = [edge(1, "boundary_adjusted", 1, 2, "0.1"), edge(2, "boundary_adjusted", 2, 1, "0.2")]
    expected = {(1, 1): Fraction(9, 10), (1, 2): Fraction(1, 10), (2, 2): Fraction(8, 10), (2, 1): Fraction(2, 10)}
    assert weights(follow([1, 2], [1, 2], edges)) == expected


# --- back in time -------------------------------------------------------------------------------------------------


def test_back_in_time_a_merged_unit_is_weighed_by_what_went_into_it():
    forward = follow([1, 2], [2], [edge(1, "merged_into", 1, 2, 1)])
    assert weights(turned(forward, [2], {1: 300, 2: 700})) == {(2, 1): Fraction(3, 10), (2, 2): Fraction(7, 10)}


def test_back_in_time_a_unit_without_a_size_leaves_its_taker_untold():
    forward = follow([1, 2], [2], [edge(1, "merged_into", 1, 2, 1)])
    back = turned(forward, [2], {1: None, 2: 700})
    assert set(weights(back).values()) == {None}
    assert whys(back.remainders[2].reasons) == {Why.SIZE_UNKNOWN}


def test_back_in_time_a_single_origin_needs_no_size():
    forward = follow([1], [1, 2], [edge(1, "split_off", 1, 2, None)])
    assert weights(turned(forward, [1, 2], {})) == {(1, 1): 1, (2, 1): 1}


# --- from the shapes ----------------------------------------------------------------------------------------------


def test_measured_weights_replace_what_lineage_cannot_tell_and_drop_the_noise_of_two_drawings():
    told = follow([1, 9], [1, 2, 9], [edge(1, "split_off", 1, 2, None)])
    common = {(1, 1): 599.9, (1, 2): 400.0, (1, 9): 0.1, (9, 9): 50.0}
    found = by_shapes(told, Measured({1: 1000.0, 9: 50.0}, common))
    assert set(weights(found)) == {(1, 1), (1, 2), (9, 9)}
    assert sum(pair.weight for pair in found.pairs[1]) == 1
    assert float(weights(found)[1, 2]) == pytest.approx(0.40004, abs=1e-6)


def test_without_a_shape_there_is_nothing_to_measure():
    told = follow([1], [1, 2], [edge(1, "split_off", 1, 2, None)])
    assert whys(by_shapes(told, Measured({}, {})).remainders[1].reasons) == {Why.NO_SHAPE}


def test_an_outline_that_was_never_redrawn_tells_nothing():
    told = follow([1, 2], [1, 2], [edge(1, "boundary_adjusted", 1, 2, "0.1")])
    found = by_shapes(told, Measured({1: 10.0, 2: 10.0}, {(1, 1): 10.0, (2, 2): 10.0}, frozenset({1, 2})))
    assert weights(found) == {(1, 1): None, (1, 2): None, (2, 2): 1}
    assert whys(found.remainders[1].reasons) == {Why.SHAPE_SAME}


# --- series -------------------------------------------------------------------------------------------------------


def test_whole_numbers_stay_whole_and_keep_their_sum():
    edges = [edge(n, "split_into", 1, n, "0.3333333333") for n in (2, 3, 4)]
    done = carry(follow([1], [2, 3, 4], edges), {1: 100})
    assert sorted(row.value for row in done.units) == [33, 33, 34]


def test_what_cannot_be_placed_is_shown_apart_and_the_new_unit_has_no_value():
    done = carry(follow([1, 2], [1, 2], [edge(1, "boundary_adjusted", 1, 2, None)]), {1: 100, 2: 50})
    rows = {row.unit: row for row in done.units}
    assert rows[2].value is None
    assert rows[2].known == 50
    assert done.unplaced == {1: 100}
    assert [part.original for part in rows[2].parts] == [100, 50]


def test_a_new_unit_with_a_part_that_the_series_lacks_has_no_value():
    done = carry(follow([1, 2], [2], [edge(1, "merged_into", 1, 2, 1)]), {2: 50})
    assert done.units[0].value is None
    assert whys(done.units[0].reasons) == {Why.VALUE_MISSING}


# --- any history --------------------------------------------------------------------------------------------------

PEOPLE = 10**6


@st.composite
def histories(draw, unknown=False):
    """Units at the beginning, and days of changes; every share is a fraction with ten decimals, or unknown."""
    first = list(range(1, draw(st.integers(1, 5)) + 1))
    alive, born, number, days = list(first), len(first), 0, []
    for step in range(draw(st.integers(0, 5))):
        day, edges, takers = dt.date(2001 + step, 1, 1), [], list(alive)
        for giver in draw(st.lists(st.sampled_from(alive), max_size=2, unique=True)):
            ends = draw(st.booleans()) and len(alive) > 1
            others = [unit for unit in takers if unit != giver and unit in alive]
            targets = draw(st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []
            if draw(st.booleans()) or not targets:
                born += 1
                targets, takers = [*targets, born], [*takers, born]
            cuts = [draw(st.integers(1, 9)) for _ in targets]
            rest = 0 if ends else draw(st.integers(1, 9))
            for place, target in enumerate(targets):
                share = Fraction(cuts[place], sum(cuts) + rest)
                if unknown and draw(st.booleans()):
                    share = None
                kind = "split_into" if ends else "boundary_adjusted"
                number += 1
                edges.append(GroundEdge(number, kind, giver, target, day, share))
            if ends:
                takers.remove(giver)
        # A giver that ends on the day takes nothing on it: nobody could say when.
        gone = {one.source for one in edges if one.kind == "split_into"}
        if any(one.target in gone for one in edges):
            continue
        alive = takers
        days.append((day, edges, list(alive)))
    return first, days


def ways(history):
    first, days = history
    edges = [one for _day, mine, _alive in days for one in mine]
    return follow(first, days[-1][2] if days else first, edges)


@settings(max_examples=150, deadline=None)
@given(histories())
def test_known_weights_lie_between_0_and_1_and_come_to_1(history):
    found = ways(history)
    for pairs in found.pairs.values():
        assert all(0 <= pair.weight <= 1 for pair in pairs)
        assert sum(pair.weight for pair in pairs) == 1
    assert not found.remainders


@settings(max_examples=150, deadline=None)
@given(histories(unknown=True))
def test_with_unknown_shares_what_is_known_and_the_remainder_come_to_1(history):
    found = ways(history)
    for source, pairs in found.pairs.items():
        left = found.remainders[source].part if source in found.remainders else 0
        assert sum(pair.at_least for pair in pairs) + left == 1
        assert 0 <= left <= 1
        assert all((pair.weight is None) == bool(pair.reasons) for pair in pairs)


@settings(max_examples=150, deadline=None)
@given(histories(), st.data())
def test_the_way_to_a_day_between_times_the_way_from_there_is_the_whole_way(history, data):
    first, days = history
    cut = data.draw(st.integers(0, len(days)))
    middle = days[cut - 1][2] if cut else first
    before = follow(first, middle, [one for _d, mine, _a in days[:cut] for one in mine])
    after = follow(middle, days[-1][2] if days else first, [one for _d, mine, _a in days[cut:] for one in mine])
    product = defaultdict(Fraction)
    for one in before:
        for two in after.pairs[one.target]:
            product[one.source, two.target] += one.weight * two.weight
    assert dict(product) == weights(ways(history))


@settings(max_examples=150, deadline=None)
@given(histories(), st.data())
def test_the_way_back_composes_too(history, data):
    first, days = history
    last, cut = days[-1][2] if days else first, data.draw(st.integers(0, len(days)))
    middle = days[cut - 1][2] if cut else first
    sizes = {unit: data.draw(st.integers(1, 1000)) for unit in first}
    early = follow(first, middle, [one for _d, mine, _a in days[:cut] for one in mine])
    late = follow(middle, last, [one for _d, mine, _a in days[cut:] for one in mine])
    between = {unit: sum(p.weight * sizes[p.source] for p in early.by_target.get(unit, ())) for unit in middle}
    product = defaultdict(Fraction)
    for one in turned(late, last, between):
        for two in turned(early, middle, sizes).pairs[one.target]:
            product[one.source, two.target] += one.weight * two.weight
    whole = turned(ways(history), last, sizes)
    assert dict(product) == weights(whole)
    assert all(sum(pair.weight for pair in pairs) == 1 for pairs in whole.pairs.values())


@given(st.sets(st.integers(1, 99), min_size=1))
def test_from_a_day_to_itself_every_unit_is_itself(units):
    found = follow(units, units, [])
    assert weights(found) == {(unit, unit): 1 for unit in units}
    assert weights(turned(found, units, {})) == weights(found)


@settings(max_examples=150, deadline=None)
@given(histories(unknown=True), st.data())
def test_a_series_keeps_its_total_whatever_happens(history, data):
    found = ways(history)
    whole = data.draw(st.booleans())
    numbers = st.integers(-PEOPLE, PEOPLE) if whole else st.decimals(-PEOPLE, PEOPLE, places=3)
    series = {unit: data.draw(numbers) for unit in found.pairs}
    done = carry(found, series)
    total = sum(row.known for row in done.units) + sum(done.unplaced.values())
    assert abs(Decimal(total) - sum(series.values())) <= Decimal("1e-9")
    if whole:
        assert total == sum(series.values())
        assert all(isinstance(part.value, int | None) for row in done.units for part in row.parts)
