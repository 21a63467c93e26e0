"""Which lines are the headings, and the columns they make."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.reading import REASON_HEADING
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.table.cells import cell_problem
from portal.kernel.formats.table.grid import Grid
from portal.kernel.formats.table.records import Merge, Record
from portal.kernel.i18n.text import Text, text

SAMPLE = 60
"""How many lines are looked at to find the headings."""

BETWEEN = " / "
"""Between the upper and the lower heading of one column."""

_MOST_LINES = 5
_LAST_HEADER_ROW = 1_000
_STEM = re.compile(r"[甲乙丙丁戊己庚辛壬癸]")


@dataclass(frozen=True)
class Layout:
    """Where things stand: `places` are the column numbers (from 0) of `columns`; rows begin at `first_line`.

    `width` counts the columns up to the last heading, those without one included; `passed_over` are those of our own
    reasons in a workbook that comes back.
    """

    columns: tuple[str, ...]
    places: tuple[int, ...]
    header_line: int
    first_line: int
    width: int
    passed_over: tuple[int, ...] = ()
    notes: tuple[Text, ...] = ()


def find_layout(
    sample: Sequence[Record], merges: Sequence[Merge], header_row: int | None, limits: Limits, name: str
) -> Layout:
    """The headings within the first lines; `header_row` is a person's word for the last of them.

    Raises `FileRefused` (file.no_header, file.too_many_columns) when there are none or too many.
    """
    grid = Grid(sample, merges, limits.columns)
    last = _last_line(grid, header_row, name)
    lines = _heading_lines(grid, last, fixed=header_row is not None)
    headings = _flattened(grid, lines)
    kept = {place: heading for place, heading in sorted(headings.items()) if REASON_HEADING not in heading}
    _check(kept, limits, name)
    columns, doubles = _unique(list(kept.values()))
    numbering = _numbering(grid, lines[-1] + 1)
    return Layout(
        columns=columns,
        places=tuple(kept),
        header_line=lines[-1],
        first_line=lines[-1] + (2 if numbering else 1),
        width=max(headings) + 1,
        passed_over=tuple(sorted(headings.keys() - kept.keys())),
        notes=(*_above(grid, lines[0]), *numbering, *doubles),
    )


def take_sample(records: Iterator[Record], header_row: int | None) -> list[Record]:
    """The first lines, and those up to and below the one that a person named; the rest stays in `records`."""
    taken: list[Record] = []
    until = min(header_row or 0, _LAST_HEADER_ROW) + 1
    for record in records:
        taken.append(record)
        if len(taken) >= SAMPLE and record.line >= until:
            break
    return taken


def _last_line(grid: Grid, header_row: int | None, name: str) -> int:
    if header_row is not None:
        if header_row not in grid.records:
            raise FileRefused(
                text("Line %(line)d of %(file)s, named as the headings, is empty.", line=header_row, file=name),
                "file.no_header",
            )
        return header_row
    found = _candidate(grid)
    if found is None:
        raise _no_header(name)
    return found


def _no_header(name: str) -> FileRefused:
    sentence = text(
        "No line of %(file)s looks like headings. Put one word above each column, or say in which line they stand.",
        file=name,
    )
    return FileRefused(sentence, "file.no_header")


def _candidate(grid: Grid) -> int | None:
    """The first line that is about as wide as most are, and of which most cells are words.

    Narrower ones are titles, and labels with what they say beside them (填报单位, 填报日期).
    """
    filled = {line: grid.filled(line) for line in sorted(grid.records)}
    widths = sorted(count for count in filled.values() if count > 1)
    usual = widths[len(widths) * 3 // 4] if widths else 1
    least = min(usual, 2) if usual <= 3 else math.ceil(usual * 0.75)
    return next(
        (line for line, count in filled.items() if count >= least and grid.headings(line) >= math.ceil(count * 0.6)),
        None,
    )


def _heading_lines(grid: Grid, line: int, *, fixed: bool) -> list[int]:
    """The line with those above and, unless it was named as the last, below it that belong to the same headings."""
    lines = [line]
    while lines[0] - 1 in grid.records and grid.continues(lines[0] - 1) and len(lines) < _MOST_LINES:
        lines.insert(0, lines[0] - 1)
    while not fixed and grid.continues(lines[-1]) and len(lines) < _MOST_LINES:
        lines.append(lines[-1] + 1)
    return lines


def _flattened(grid: Grid, lines: Sequence[int]) -> dict[int, str]:
    """The heading of each column: what its lines say from above, each merged cell once."""
    said: dict[int, list[tuple[tuple[int, int], str]]] = {}
    for line in lines:
        for column, place in grid.shown(line).items():
            words = " ".join(grid.value(place).split())
            above = said.setdefault(column, [])
            if words and all(place != other and words != heading for other, heading in above):
                above.append((place, words))
    return {column: BETWEEN.join(words for _, words in parts) for column, parts in said.items() if parts}


def _check(headings: dict[int, str], limits: Limits, name: str) -> None:
    if not headings:
        raise _no_header(name)
    if len(headings) > limits.columns:
        sentence = text(
            "%(file)s has more than %(limit)d columns. Keep those that count.", file=name, limit=limits.columns
        )
        raise FileRefused(sentence, "file.too_many_columns")
    for number, heading in headings.items():
        problem = cell_problem(heading, limits)
        if problem:
            sentence = text(
                "Heading %(number)d of %(file)s: %(reason)s", number=number + 1, file=name, reason=problem.text
            )
            raise FileRefused(sentence, "file.no_header")


def _unique(headings: Sequence[str]) -> tuple[tuple[str, ...], list[Text]]:
    """Equal headings get a number, so that a person can tell them apart when choosing."""
    taken: list[str] = []
    notes: list[Text] = []
    known = set(headings)
    for heading in headings:
        free, number = heading, 1
        while free in taken:
            number += 1
            free = f"{heading} ({number})"
            free = free if free not in known else heading
        if free != heading:
            notes.append(text("The heading “%(column)s” stands there more than once.", column=heading[:50]))
        taken.append(free)
    return tuple(taken), list(dict.fromkeys(notes))


def _numbering(grid: Grid, line: int) -> list[Text]:
    """Official forms number their columns below the headings: 甲, 乙, 1, 2, 3."""
    shown = [grid.value(place) for place in dict.fromkeys(grid.shown(line).values())]
    stems = sum(1 for said in shown if _STEM.fullmatch(said))
    numbers = [int(said) for said in shown if said.isascii() and said.isdecimal() and len(said) < 4]
    if not stems or stems + len(numbers) != len(shown) or numbers != list(range(1, len(numbers) + 1)):
        return []
    return [text("Line %(line)d numbers the columns and is not read as a row.", line=line)]


def _above(grid: Grid, first: int) -> list[Text]:
    lines = [line for line in sorted(grid.records) if line < first]
    if not lines:
        return []
    said = next((cell for cell in grid.records[lines[0]].cells if cell), "")[:60]
    return [text("What stands above the headings in line %(line)d is not read: “%(said)s”.", line=first, said=said)]
