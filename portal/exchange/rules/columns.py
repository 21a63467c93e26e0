"""Which column of a file is which field: by its heading, by what it was last time, by what stands in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LEVELS = " / "
"""Between the parts of a heading of several lines."""

SHARE = 0.8
"""Of the cells must look like the field before a column is proposed by its content."""

_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Known:
    """A field as columns are matched to it: the headings it goes by, and what its cells look like."""

    key: str
    words: frozenset[str]
    looks: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Match:
    """A proposed column and why: `heading`, `remembered` or `content`."""

    column: str
    why: str


def heading_key(heading: str) -> str:
    """A heading without what does not matter: width of signs, case, blanks, punctuation, units in brackets."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return _NO_WORD.sub("", _BRACKETS.sub("", plain)) or _NO_WORD.sub("", plain)


def match_columns(
    fields: Sequence[Known],
    columns: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    remembered: Mapping[str, str],
) -> dict[str, Match]:
    """Fields to columns; no column twice. `remembered` gives fields by `heading_key`, `samples` cells by column."""
    found: dict[str, Match] = {}
    wanted = {field.key: field for field in fields}
    for why, ways in (("remembered", _by_memory(columns, remembered)), ("heading", _by_heading(fields, columns))):
        for key, column in ways:
            if key in wanted and key not in found and column not in _taken(found):
                found[key] = Match(column, why)
    for field in fields:
        if field.key not in found and field.looks is not None:
            _by_content(field, [column for column in columns if column not in _taken(found)], samples, found)
    return found


def _taken(found: Mapping[str, Match]) -> set[str]:
    return {match.column for match in found.values()}


def _by_memory(columns: Sequence[str], remembered: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for column in columns:
        key = remembered.get(heading_key(column))
        if key is not None:
            yield key, column


def _by_heading(fields: Sequence[Known], columns: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Whole headings come before the last part of a heading of several lines."""
    for shorten in (False, True):
        for field in fields:
            for column in columns:
                if heading_key(column.rsplit(LEVELS, 1)[-1] if shorten else column) in field.words:
                    yield field.key, column


def _by_content(
    field: Known, columns: Sequence[str], samples: Mapping[str, Sequence[str]], found: dict[str, Match]
) -> None:
    for column in columns:
        cells = [cell for cell in samples.get(column, ()) if cell.strip()]
        fitting = sum(1 for cell in cells if field.looks is not None and field.looks.fullmatch(cell.strip()))
        if cells and fitting >= SHARE * len(cells):
            found[field.key] = Match(column, "content")
            return
