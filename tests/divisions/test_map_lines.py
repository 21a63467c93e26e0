"""Lines by what they are worth: each stretch once, a shared one under its weaker side."""

from __future__ import annotations

import pytest
import shapely

from portal.divisions.rules.line_quality import lines_by_quality

LEFT, RIGHT = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def test_a_shared_line_is_worth_what_the_weaker_side_is():
    lines = lines_by_quality([("legal", LEFT), ("schematic", RIGHT)])
    assert list(lines) == ["schematic", "legal"]
    assert lines["schematic"].length == pytest.approx(4)
    assert lines["legal"].length == pytest.approx(3)
    assert lines["legal"].intersection(lines["schematic"]).length == 0


def test_a_line_of_two_alike_is_drawn_once():
    lines = lines_by_quality([("digitised", LEFT), ("digitised", RIGHT)])
    assert lines["digitised"].length == pytest.approx(7)


def test_corners_that_differ_by_less_than_a_centimetre_still_share():
    nudged = shapely.box(1.00000003, 0, 2, 1)
    lines = lines_by_quality([("surveyed", LEFT), ("legal", nudged)])
    assert sum(line.length for line in lines.values()) == pytest.approx(7, abs=1e-5)


def test_a_corner_in_the_middle_of_the_neighbours_line_does_not_tear_it():
    upper, lower = shapely.box(1, 0.37, 2, 1), shapely.box(1, 0, 2, 0.37)
    lines = lines_by_quality([("legal", LEFT), ("schematic", upper), ("digitised", lower)])
    assert sum(line.length for line in lines.values()) == pytest.approx(8)


def test_without_shapes_there_are_no_lines():
    assert lines_by_quality([]) == {}
