"""The pure decisions of publication."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from shapely.geometry import Point

from portal.errors import FormInvalid
from portal.kernel.geo.layer import Layer, LayerRow
from portal.kernel.i18n.text import text
from portal.maps.rules import (
    allowed,
    carried,
    changes,
    check_legal_fields,
    dates_of,
    fingerprint,
    holds,
    label_point,
    row_digest,
)

LAYER = Layer(
    name="test.things",
    title=text("Things"),
    style="hazards",
    fields=("name", "level"),
    tile_fields=("level",),
    rows=lambda session: (),
    source=lambda session: "test",
    detail="/things/{id}",
)


def row(**given: object) -> LayerRow:
    stated = {
        "public_id": uuid.UUID(int=1),
        "name": "甲",
        "attributes": {"name": "甲", "level": "red", "keeper": "张三"},
        "geometry": Point(121.4, 31.25),
    }
    return LayerRow(**(stated | given))


def test_only_the_allow_list_is_published() -> None:
    assert allowed(LAYER, row()) == {"name": "甲", "level": "red"}


def test_tiles_carry_less_and_nothing_empty() -> None:
    assert carried(LAYER, {"name": "甲", "level": "red"}) == {"level": "red"}
    assert carried(LAYER, {"name": "甲", "level": None}) == {}


def test_a_private_attribute_does_not_change_the_digest() -> None:
    other = row(attributes={"name": "甲", "level": "red", "keeper": "李四"})
    assert row_digest(LAYER, row()) == row_digest(LAYER, other)


@pytest.mark.parametrize(
    "given",
    [
        {"name": "乙"},
        {"attributes": {"name": "甲", "level": "blue"}},
        {"geometry": Point(121.4, 31.26)},
        {"geometry": None},
        {"valid_to": dt.date(2030, 1, 1)},
    ],
)
def test_every_public_difference_changes_the_digest(given: dict[str, object]) -> None:
    assert row_digest(LAYER, row()) != row_digest(LAYER, row(**given))


def test_the_fingerprint_names_the_legal_fields_too_but_not_the_order() -> None:
    assert fingerprint(LAYER, ["a", "b"], ["1"]) == fingerprint(LAYER, ["b", "a"], ["1"])
    assert fingerprint(LAYER, ["a", "b"], ["1"]) != fingerprint(LAYER, ["a", "b"], ["2"])
    assert len(fingerprint(LAYER, [], [])) == 10


def test_differences_are_named() -> None:
    before = {uuid.UUID(int=1): ("甲", "x"), uuid.UUID(int=2): ("乙", "x"), uuid.UUID(int=4): ("丁", "x")}
    after = {uuid.UUID(int=1): ("甲", "y"), uuid.UUID(int=3): ("丙", "x"), uuid.UUID(int=4): ("丁", "x")}
    assert [(c.kind, c.name) for c in changes(before, after)] == [("added", "丙"), ("changed", "甲"), ("removed", "乙")]


@pytest.mark.parametrize(("number", "sample"), [(None, False), ("沪S(2026)001号", True)])
def test_a_map_has_an_approval_number_or_is_a_sample(number: str | None, sample: bool) -> None:
    with pytest.raises(FormInvalid):
        check_legal_fields(number, sample)


def test_either_of_the_two_is_enough() -> None:
    check_legal_fields("沪S(2026)001号", False)
    check_legal_fields(None, True)


def test_validity_is_half_open() -> None:
    dated = row(valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2021, 1, 1))
    assert holds(dated, dt.date(2020, 1, 1))
    assert not holds(dated, dt.date(2021, 1, 1))
    assert dates_of([dated, row()]) == [dt.date.min, dt.date(2020, 1, 1)]


def test_a_label_lies_on_the_shape() -> None:
    assert label_point(Point(121.4, 31.25)) == (121.4, 31.25)
    assert label_point(None) == (None, None)
