"""What is said of a place, and where it lies."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import shapely

from portal.errors import FormInvalid
from portal.places.catalogue import kinds_on, name_of, public_kinds
from portal.places.rules import Entered, Placed, check_closing, check_particulars, located, originals, same_position
from tests.factories.places import TODAY, said

KINDS = kinds_on(TODAY)


def wrong(**given: object) -> dict[str, int]:
    with pytest.raises(FormInvalid) as caught:
        check_particulars(said(**given), KINDS, TODAY)
    return {field: len(messages) for field, messages in caught.value.messages.items()}


def test_a_plain_place_and_a_full_one_are_fine() -> None:
    check_particulars(said(), KINDS, TODAY)
    full = said(area_m2=Decimal("1200.50"), setting="both", accessible="yes", note="第一行\n第二行")
    check_particulars(full, KINDS, TODAY)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"name": " "}, {"name"}),
        ({"name": "名" * 101}, {"name"}),
        ({"keeper": "a\x00"}, {"keeper"}),
        ({"kind": "castle"}, {"kind"}),
        ({"setting": "roof", "accessible": "maybe"}, {"setting", "accessible"}),
        ({"capacity_people": -1, "area_m2": Decimal("1e9")}, {"capacity_people", "area_m2"}),
        ({"phone": "call me"}, {"phone"}),
        ({"duty_phone": "<b>1</b>"}, {"duty_phone"}),
        ({"valid_from": dt.date(1900, 1, 1)}, {"valid_from"}),
        ({"checked_on": dt.date(2026, 7, 2)}, {"checked_on"}),
        ({"checked_on": dt.date(2025, 5, 31)}, {"checked_on"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(given: dict[str, object], fields: set[str]) -> None:
    assert set(wrong(**given)) == fields


@pytest.mark.parametrize("phone", ["021-5256 4588", "13800138000", "（021）52564588转801", "+86 21 5256 4588", ""])
def test_phones_as_offices_write_them(phone: str) -> None:
    check_particulars(said(phone=phone), KINDS, TODAY)


def test_a_closing_has_a_reason_and_a_day() -> None:
    check_closing("已搬迁", TODAY, TODAY, TODAY)
    with pytest.raises(FormInvalid) as caught:
        check_closing("", dt.date(2024, 1, 1), dt.date(2025, 1, 1), TODAY)
    assert set(caught.value.messages) == {"reason", "closed_on"}


def test_positions_in_degrees_metres_and_web_systems() -> None:
    assert located(Entered("121.405， 31.245")).coords[0] == (121.405, 31.245)
    assert located(Entered("121°24′18″ 31°14′42″")).coords[0] == (121.405, 31.245)
    plane = located(Entered("633362.0, 3459112.0", "EPSG:4549"))
    assert (plane.x, plane.y) == pytest.approx((121.40, 31.25), abs=0.01)
    shifted = located(Entered("121.4095, 31.2430", "GCJ-02"))
    assert shifted.x == pytest.approx(121.405, abs=0.0006)


@pytest.mark.parametrize(
    "entered",
    [
        Entered("121.4"),
        Entered("a, b"),
        Entered("31.24, 121.40"),
        Entered("0, 0"),
        Entered("121.4, 31.2", "EPSG:4549"),
        Entered("633362, 3459112"),
        Entered("121.4, 31.2", "EPSG:4214"),
        Entered("nan, 31"),
    ],
)
def test_a_wrong_position_is_said_at_its_field(entered: Entered) -> None:
    with pytest.raises(FormInvalid) as caught:
        located(entered)
    assert set(caught.value.messages) == {"typed"}


def test_originals_stand_in_the_declared_system() -> None:
    here = shapely.Point(121.405, 31.245)
    degrees, metres = originals([Placed(here), Placed(here, "EPSG:4549")])
    assert degrees == "121.405, 31.245"
    assert located(Entered(metres, "EPSG:4549")).distance(here) < 1e-7


def test_the_same_position() -> None:
    here, near, away = (shapely.Point(121.405 + shift, 31.245) for shift in (0, 4e-7, 1e-5))
    assert same_position(here, near)
    assert same_position(None, None)
    assert not same_position(here, away)
    assert not same_position(here, None)


def test_the_kinds_of_the_catalogue() -> None:
    assert {"shelter", "depot", "donation_point", "charity_shop", "office"} <= set(KINDS)
    assert {"shelter", "donation_point"} <= set(public_kinds(KINDS))
    assert not {"depot", "storage_point", "office"} & set(public_kinds(KINDS))
    assert name_of(KINDS, "shelter") == {"zh": "应急避难场所", "en": "Emergency shelter"}
    assert name_of(KINDS, "castle") == {"zh": "castle", "en": "castle"}
    words = [word for kind in KINDS.values() for word in (*kind.labels.values(), *kind.names)]
    assert len(words) == len(set(words))
