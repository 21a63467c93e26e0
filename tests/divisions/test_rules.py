"""Spans, what is public of them, codes and trees; no database."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.divisions.catalogue import code_systems, kinds
from portal.divisions.rules import Dated, Span, at, cut, edges, publicly, tree, weakest
from portal.divisions.rules.codes import cut_padding, fits_kind, is_code, kind_of_code, level_of_digits

FIRST = dt.date(2000, 1, 1)
days = st.integers(0, 2000).map(lambda n: FIRST + dt.timedelta(days=n))


@st.composite
def rows_in_a_row(draw):
    """Rows that follow each other, some with a gap between, the last one open or not; each announced or not."""
    starts = sorted(draw(st.sets(days, min_size=1, max_size=6)))
    rows = []
    for number, start in enumerate(starts):
        later = starts[number + 1] if number + 1 < len(starts) else None
        end = later if later is None or draw(st.booleans()) else start + (later - start) / 2
        if end is None and draw(st.booleans()):
            end = start + dt.timedelta(days=100)
        if end is None or end > start:
            rows.append(Dated(Span(start, end), number, draw(st.booleans())))
    return rows


@given(rows_in_a_row(), days)
def test_at_most_one_row_holds_and_it_is_the_one_found(rows, day):
    holding = [row.value for row in rows if row.span.holds(day)]
    assert len(holding) <= 1
    assert at(rows, day) == (holding[0] if holding else None)


@given(days, st.none() | days, st.lists(days, max_size=8), days)
def test_a_cut_span_is_the_same_days_in_pieces_that_do_not_overlap(start, end, cuts, day):
    span = Span(start, end)
    if end is not None and end <= start:
        return
    pieces = cut(span, cuts)
    assert sum(piece.holds(day) for piece in pieces) == span.holds(day)
    assert [piece.start for piece in pieces[1:]] == [piece.end for piece in pieces[:-1]]
    assert not any(
        piece.holds(inner) and inner != piece.start for piece in pieces for inner in cuts if span.holds(inner)
    )


@given(rows_in_a_row(), days)
def test_the_public_sees_announced_rows_or_the_announced_one_before(rows, day):
    seen = at(publicly(rows), day)
    hidden = next((row for row in rows if row.span.holds(day)), None)
    if hidden is None:
        assert seen is None
    elif hidden.announced:
        assert seen == hidden.value
    else:
        assert seen is None or (seen < hidden.value and rows_by_value(rows)[seen].announced)


def rows_by_value(rows):
    return {row.value: row for row in rows}


@given(rows_in_a_row())
def test_public_rows_never_overlap(rows):
    seen = publicly(rows)
    assert all(a.span.end is not None and a.span.end <= b.span.start for a, b in itertools.pairwise(seen))


def test_an_announced_row_goes_on_until_the_next_one_is_announced():
    d = [FIRST + dt.timedelta(days=n) for n in range(4)]
    rows = [Dated(Span(d[0], d[1]), "old"), Dated(Span(d[1], d[2]), "secret", False), Dated(Span(d[2], None), "new")]
    assert publicly(rows) == [Dated(Span(d[0], d[2]), "old"), Dated(Span(d[2], None), "new")]


def test_after_a_gap_nothing_goes_on():
    d = [FIRST + dt.timedelta(days=n) for n in range(4)]
    rows = [Dated(Span(d[0], d[1]), "old"), Dated(Span(d[2], None), "secret", False)]
    assert publicly(rows) == [Dated(Span(d[0], d[1]), "old")]


def test_edges_are_starts_and_known_ends():
    assert edges([Dated(Span(FIRST, None), 1)]) == {FIRST}
    later = FIRST + dt.timedelta(days=1)
    assert edges([Dated(Span(FIRST, later), 1)]) == {FIRST, later}


def test_something_made_of_parts_is_worth_what_its_weakest_part_is():
    assert weakest(["legal", "digitised", "surveyed"]) == "digitised"
    assert weakest(["legal", "schematic"]) == "schematic"


@pytest.mark.parametrize("code", ["310107", "310107102001", "31"])
def test_codes(code):
    assert is_code(code)


@pytest.mark.parametrize("code", ["3", "31010710X", "１２３４", "", "3101071020011", "310107 ", "-310107"])
def test_no_codes(code):
    assert not is_code(code)


@pytest.mark.parametrize(
    ("padded", "plain"),
    [
        ("310107000000", "310107"),
        ("310107102000", "310107102"),
        ("310107102001", "310107102001"),
        ("310000000000", "310000"),
        ("310107100", "310107100"),
    ],
)
def test_padding_is_cut_from_twelve_digits_only(padded, plain):
    assert cut_padding(padded, code_systems()["nbs"].written.values()) == plain


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("310107005", "street"),
        ("310107102", "town"),
        ("310151201", "township"),
        ("310151401", "other"),
        ("310107005001", "residents_committee"),
        ("310107103401", "residents_committee"),
        ("310107103201", "villagers_committee"),
        ("310107", None),
    ],
)
def test_the_digits_of_a_code_propose_a_kind(code, kind):
    found = kind_of_code(code, kinds().values())
    assert (found.key if found else None) == kind
    assert found is None or fits_kind(code, found)


def test_the_length_of_a_code_says_a_level_when_only_one_has_it():
    written = code_systems()["nbs"].written
    assert level_of_digits("310107102", written) == 4
    assert level_of_digits("310107102001", written) == 5
    assert level_of_digits("310107", written) is None


@dataclass(frozen=True)
class Leaf:
    public_id: uuid.UUID
    parent: uuid.UUID | None


def test_a_tree_keeps_units_whose_parent_is_not_there():
    ids = [uuid.uuid4() for _ in range(4)]
    units = [Leaf(ids[0], None), Leaf(ids[1], ids[0]), Leaf(ids[2], ids[1]), Leaf(ids[3], uuid.uuid4())]
    roots = tree(units)
    assert [branch.unit for branch in roots] == [units[0], units[3]]
    assert (roots[0].leaves, roots[1].leaves) == (1, 0)
