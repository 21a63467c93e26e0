"""Columns to fields, and the way of an import: no database."""

from __future__ import annotations

import re

import pytest

from portal.errors import RuleBroken
from portal.exchange.models import State
from portal.exchange.rules import MOVES, Known, check_move, heading_key, match_columns

NAME = Known("name", frozenset({"名称", "隐患名称", "name"}))
CODE = Known("code", frozenset({"区划代码", "code"}), re.compile(r"\d{12}"))
PEOPLE = Known("people", frozenset({"人数", "people"}))


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        (" 名 称 ", "名称"),
        ("容纳人数（人）", "容纳人数"),
        ("Ｎａｍｅ", "name"),
        ("unit_code", "unitcode"),
        ("(人)", "人"),
        ("面积[㎡]", "面积"),
    ],
)
def test_what_does_not_matter_in_a_heading_is_taken_off(heading: str, key: str) -> None:
    assert heading_key(heading) == key


def test_a_heading_of_several_lines_is_known_by_its_last_part() -> None:
    found = match_columns([NAME, PEOPLE], ["基本情况 / 名称", "基本情况 / 人数（人）"], {}, {})
    assert {key: match.column for key, match in found.items()} == {
        "name": "基本情况 / 名称",
        "people": "基本情况 / 人数（人）",
    }


def test_a_whole_heading_comes_before_a_last_part() -> None:
    found = match_columns([NAME], ["上级 / 名称", "名称"], {}, {})
    assert found["name"].column == "名称"


def test_what_was_chosen_last_time_comes_before_the_heading() -> None:
    found = match_columns([NAME, PEOPLE], ["名称", "甲"], {}, {"甲": "name"})
    assert (found["name"].column, found["name"].why) == ("甲", "remembered")
    assert "people" not in found


def test_a_column_is_proposed_by_what_stands_in_it() -> None:
    cells = {"一": ["310107005001", "310107005002", "x"] + ["310107005003"] * 7, "二": ["曹杨"]}
    found = match_columns([NAME, CODE], ["一", "二"], cells, {})
    assert (found["code"].column, found["code"].why) == ("一", "content")
    assert match_columns([CODE], ["二"], cells, {}) == {}


def test_no_column_is_two_fields() -> None:
    other = Known("other", frozenset({"名称"}))
    found = match_columns([NAME, other], ["名称"], {}, {})
    assert list(found) == ["name"]


def test_a_field_that_is_no_longer_known_is_not_remembered() -> None:
    assert match_columns([NAME], ["甲"], {}, {"甲": "gone"}) == {}


def test_every_state_has_its_moves_and_leads_somewhere_known() -> None:
    states = {str(state) for state in State}
    assert set(MOVES) == states
    assert set().union(*MOVES.values()) <= states


@pytest.mark.parametrize(("state", "to"), [("asking", "checking"), ("previewed", "entering"), ("done", "undoing")])
def test_a_step_forward(state: str, to: str) -> None:
    check_move(state, to)


@pytest.mark.parametrize(("state", "to"), [("asking", "entering"), ("done", "entering"), ("undone", "undoing")])
def test_a_step_that_is_not_there(state: str, to: str) -> None:
    with pytest.raises(RuleBroken):
        check_move(state, to)
