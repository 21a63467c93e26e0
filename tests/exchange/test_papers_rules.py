"""How running numbers are written."""

from __future__ import annotations

import pytest

from portal.errors import FormInvalid
from portal.exchange.rules.numbering import DEFAULT_PATTERN, check_pattern, written_number


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (DEFAULT_PATTERN, "普陀区-2026-0007"),
        ("普应急〔{year}〕{number}号", "普应急〔2026〕7号"),
        ("{year}{number:6}", "2026000007"),
        ("{unit}{unit}{year}/{number:1}", "普陀区普陀区2026/7"),
    ],
)
def test_a_pattern_writes_the_number(pattern, written):
    check_pattern(pattern)
    assert written_number(pattern, "普陀区", 2026, 7) == written


def test_more_digits_than_asked_for_are_not_cut():
    assert written_number("{year}-{number:2}", "", 2026, 12345) == "2026-12345"


def test_a_name_with_braces_is_only_a_name():
    assert written_number(DEFAULT_PATTERN, "{year}{number}", 2026, 7) == "{year}{number}-2026-0007"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "between 1 and 80"),
        ("x" * 81, "between 1 and 80"),
        ("{year}", "needs {year} and {number}"),
        ("{number}", "needs {year} and {number}"),
        ("{year}{number}{month}", "only {unit}, {year} and {number}"),
        ("{year}{number.__class__}", "only {unit}, {year} and {number}"),
        ("{year}{number:0999999999}", "only {unit}, {year} and {number}"),
        ("{{year}}{number}", "only {unit}, {year} and {number}"),
        ("{year}{number}}", "only {unit}, {year} and {number}"),
        ("{year}{number}\n", "cannot be printed"),
        ("{year}{number}\u202e", "cannot be printed"),
    ],
)
def test_a_pattern_that_is_wrong_is_refused_at_its_field(pattern, said):
    with pytest.raises(FormInvalid) as caught:
        check_pattern(pattern)
    assert said in str(caught.value.messages["pattern"][0])
