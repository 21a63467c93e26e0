"""Numbers and times as people type them."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.disasters.rules.clock import SHANGHAI, day_of, parse_moment, said, typed_moment
from portal.disasters.rules.figures import LARGEST, parse_figure
from portal.disasters.rules.wording import plain
from portal.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", "12"),
        ("１２", "12"),
        ("1,234", "1234"),
        ("1，234，567", "1234567"),
        (" 1 234 ", "1234"),
        ("3.50", "3.5"),
        ("３．５", "3.5"),
        (".5", "0.5"),
        ("7.", "7"),
        ("+8", "8"),
        ("-2", "-2"),
        ("－２", "-2"),
        ("0", "0"),
        ("1,234.56", "1234.56"),
        ("9,999,999,999.99", "9999999999.99"),
    ],
)
def test_reads(typed, value):
    assert parse_figure(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "   ", "\u3000", "\u00a0\t"])
def test_a_blank_is_not_known(typed):
    assert parse_figure(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "1e9",
        "0x10",
        "12人",
        "十二",
        "1,23",
        "1,2345",
        "12,",
        "1.2.3",
        "--1",
        "1_000",
        "5²",
        "½",
        "٣",
        "<img src=x onerror=1>",
        "10000000000",
        "9" * 40,
        "1.005",
    ],
)
def test_refuses_in_plain_words(typed):
    with pytest.raises(BadInput) as refused:
        parse_figure(typed)
    assert str(refused.value).endswith(".")


@given(st.decimals(-LARGEST, LARGEST, places=2))
def test_reads_back_what_it_writes(value):
    assert parse_figure(plain(value)) == value
    assert parse_figure(f"{value:,f}") == value


@given(st.text(max_size=60))
def test_any_text_is_a_number_a_blank_or_refused(typed):
    try:
        value = parse_figure(typed)
    except BadInput:
        return
    assert value is None or (value.is_finite() and abs(value) <= LARGEST)


@pytest.mark.parametrize(
    "typed",
    [
        "2025-09-13T03:40",
        "2025-09-13 03:40",
        "2025-9-13 3:40",
        "2025/9/13 03:40",
        "２０２５-09-13 03：40",
        "2025年9月13日3时40分",
        "2025-09-13T03:40:12.5",
    ],
)
def test_reads_a_moment_in_shanghai(typed):
    assert parse_moment(typed) == dt.datetime(2025, 9, 13, 3, 40, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "typed",
    [
        "yesterday",
        "2025-13-01 00:00",
        "2025-02-30 10:00",
        "2025-09-13",
        "03:40",
        "2025-09-13 24:00",
        "0001-01-01 00:00",
        "x" * 5000,
    ],
)
def test_refuses_what_is_no_moment(typed):
    with pytest.raises(BadInput):
        parse_moment(typed)


def test_no_moment_is_none():
    assert parse_moment("  ") is None


def test_moments_are_shown_in_shanghai():
    late = dt.datetime(2026, 7, 1, 17, 5, tzinfo=dt.UTC)
    assert said(late) == "2026-07-02 01:05"
    assert day_of(late) == dt.date(2026, 7, 2)
    assert parse_moment(typed_moment(late)) == late
