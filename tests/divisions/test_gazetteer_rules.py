"""Cells, Pinyin and sentences of the gazetteer."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.divisions.catalogue import gazetteer as catalogue
from portal.divisions.models.changes import EDGES
from portal.divisions.rules.gazetteer import (
    Event,
    check_source,
    check_year,
    heading_of,
    proposed_pinyin,
    read_cell,
    said_of,
)
from portal.errors import BadInput, FormInvalid

FIELDS = catalogue.fields()


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("resident_population", " 12,345 ", "12345"),
        ("resident_population", "１２３４５", "12345"),
        ("resident_population", "12345.0", "12345"),
        ("resident_population", "  ", None),
        ("resident_population", "0", "0"),
        ("area", "12.50", "12.5"),
        ("area", "100", "100"),
        ("dialling_code", "０２１", "021"),
        ("pinyin", "Changzheng  Zhen", "Changzheng Zhen"),
        ("pinyin", "Lüdi", "Lüdi"),
    ],
)
def test_what_is_kept_of_what_was_typed(field, typed, kept):
    assert read_cell(FIELDS[field], typed) == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("resident_population", "about 12"),
        ("resident_population", "-1"),
        ("resident_population", "1.5"),
        ("resident_population", "1e3"),
        ("resident_population", "NaN"),
        ("resident_population", "9999999999999"),
        ("area", "1.23456"),
        ("dialling_code", "21"),
        ("pinyin", "长征"),
        ("pinyin", "<b>x</b>"),
        ("pinyin", "a" * 201),
    ],
)
def test_what_a_cell_refuses_with_a_sentence(field, typed):
    with pytest.raises(BadInput):
        read_cell(FIELDS[field], typed)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("长征镇", "Changzheng Zhen"),
        ("真如镇街道", "Zhenruzhen Jiedao"),
        ("长寿路街道", "Changshoulu Jiedao"),
        ("平安镇", "Ping'an Zhen"),
        ("绿地居委会", "Lüdi Juweihui"),
        ("海棠苑居民委员会", "Haitangyuan Jumin Weiyuanhui"),
        ("镇", "Zhen"),
        ("ABC", ""),
    ],
)
def test_names_in_pinyin_are_proposed_as_place_names_are_written(name, said):
    assert proposed_pinyin(name) == said


def test_a_source_is_needed_and_a_year_that_has_begun():
    assert check_source(" 2023年  年报 ") == "2023年 年报"
    with pytest.raises(FormInvalid):
        check_source("  ")
    check_year(2023, dt.date(2023, 1, 1))
    for year in (1948, 2024):
        with pytest.raises(BadInput):
            check_year(year, dt.date(2023, 12, 31))


def test_every_edge_of_lineage_has_its_sentence_and_heading():
    for edge in EDGES:
        one = Event(dt.date(2014, 7, 1), "day", edge, 1, "甲", 2, "乙", "", "")
        assert "乙" in str(said_of(one))
        assert str(heading_of(one))


def test_the_catalogue_compares_with_what_is_counted():
    for one in catalogue.entered_fields().values():
        assert one.compare is None or FIELDS[one.compare].origin == "counted"
        assert one.type in ("text", "code", "integer", "number")
    assert all(labels["zh"] and labels["en"] for labels in catalogue.sections().values())
