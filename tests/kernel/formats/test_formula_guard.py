"""Cells that a spreadsheet would run, and those that only look odd."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.formats.formula_guard import harmless, restored, runs

RUNNING = [
    *("=1+1", "+86 21 5256 4588", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠a", "\t=1", "\r=1", "\n", "  =1"),
    *('"=1', "'=1", "“=1", "\u3000=1", "\u200b=1", "\ufeff=1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")'),
]
HARMLESS = ["", "普陀区", "310107", "1-2", "a=b", "'quoted'", "3.5", "—", "（=1）", "2026-05-31"]


@pytest.mark.parametrize("value", RUNNING)
def test_what_would_run_is_marked_and_comes_back(value):
    assert runs(value)
    assert harmless(value) == "'" + value
    assert not runs(harmless(value)[:1])
    assert restored(harmless(value)) == value


@pytest.mark.parametrize(
    "value", ["", "普陀区", "310107", "1-2", "a=b", "'quoted'", "3.5", "—", "（=1）", "2026-05-31"]
)
def test_what_would_not_stays_as_it_is(value):
    assert harmless(value) == value
    assert restored(value) == value


@given(st.text(st.sampled_from("='\"@+-＝ \ta1“\n"), max_size=8))
def test_nothing_is_lost_whatever_it_is(value):
    assert restored(harmless(value)) == value
    assert not harmless(value).startswith(tuple("=+-@＝＋－＠\t\r\n"))
