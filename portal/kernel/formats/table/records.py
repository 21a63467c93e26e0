"""Lines of a table before anybody knows which of them are headings."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.kernel.geo.problem import Problem


@dataclass(slots=True)
class Record:
    """One line with something in it. `cells` begin at the first column; None is empty, and nothing empty ends them.

    `faults` are (column from 0, problem, raw value) that the cells brought along.
    """

    line: int
    cells: list[str | None]
    faults: list[tuple[int, Problem, str | None]] = field(default_factory=list)
    hidden: bool = False

    def cell(self, column: int) -> str | None:
        """The text in a column (from 0), None when empty or beyond the end."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells merged into one: lines from 1, columns from 0, both ends included. Its value stands in the first cell."""

    top: int
    bottom: int
    left: int
    right: int


def column_letters(column: int) -> str:
    """A column (from 0) as spreadsheets call it: A, B, … AA."""
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
