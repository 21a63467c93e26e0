"""Lines below the headings to rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.reading import CellProblem, ReadRow
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.table.cells import cell_problem, written_by_excel
from portal.kernel.formats.table.closing import without_closing
from portal.kernel.formats.table.headings import Layout
from portal.kernel.formats.table.records import Record, column_letters
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

_MOST_LINES_NAMED = 12


@dataclass
class TableRows:
    """Makes rows of lines and gathers, in `told`, what only the end of the file tells.

    `exact` is for texts: there a row wider or narrower than the headings has lost a delimiter or a quotation mark.
    """

    layout: Layout
    limits: Limits
    name: str
    exact: bool
    told: list[Text] = field(default_factory=list)
    _outside: set[int] = field(default_factory=set)
    _hidden: list[int] = field(default_factory=list)

    def rows(self, records: Iterable[Record]) -> Iterator[ReadRow]:
        """The rows in file order. Raises `FileRefused` (file.too_many_rows)."""
        below = (record for record in records if record.line >= self.layout.first_line)
        for number, record in enumerate(without_closing(below, self.layout.width, self.told), start=1):
            if number > self.limits.rows:
                raise self._too_many()
            yield self._row(number, record)
        self.told.extend(self._late())

    def _row(self, number: int, record: Record) -> ReadRow:
        values: dict[str, str | None] = {}
        problems: list[CellProblem] = []
        for column, place in zip(self.layout.columns, self.layout.places, strict=True):
            value = record.cell(place)
            values[column] = value
            if value is not None and (found := cell_problem(value, self.limits) or written_by_excel(value)):
                problems.append(CellProblem(found, column, value))
        if record.faults:
            problems += self._faults(record)
        self._look(record, problems)
        return ReadRow(number, record.line, values, None, tuple(problems))

    def _faults(self, record: Record) -> list[CellProblem]:
        heads = dict(zip(self.layout.places, self.layout.columns, strict=True))
        return [CellProblem(problem, heads[at], value) for at, problem, value in record.faults if at in heads]

    def _look(self, record: Record, problems: list[CellProblem]) -> None:
        if record.hidden:
            self._hidden.append(record.line)
        if self.exact and (found := _used_width(record, self.layout.width)) != self.layout.width:
            problems.append(CellProblem(_wrong_width(found, self.layout.width)))
        elif len(record.cells) > self.layout.width or len(self.layout.places) < self.layout.width:
            used = {at for at, cell in enumerate(record.cells) if cell}
            self._outside |= used.difference(self.layout.places)

    def _late(self) -> Iterator[Text]:
        for at in sorted(self._outside.difference(self.layout.passed_over))[:_MOST_LINES_NAMED]:
            yield text("Column %(column)s has values but no heading; it is not read.", column=column_letters(at))
        if self._hidden:
            lines = ", ".join(str(line) for line in self._hidden[:_MOST_LINES_NAMED])
            more = ", …" if len(self._hidden) > _MOST_LINES_NAMED else ""
            yield text("Hidden rows are read too: lines %(lines)s.", lines=lines + more)

    def _too_many(self) -> FileRefused:
        sentence = text("%(file)s has more than %(limit)d rows; split it.", file=self.name, limit=self.limits.rows)
        return FileRefused(sentence, "file.too_many_rows")


def _used_width(record: Record, width: int) -> int:
    """Spreadsheets write delimiters for columns that once held something; beyond the headings they do not count."""
    used = len(record.cells)
    while used > width and record.cells[used - 1] is None:
        used -= 1
    return used


def _wrong_width(found: int, expected: int) -> Problem:
    sentence = text(
        "The row has %(found)d cells, the header %(expected)d; is a delimiter missing or not quoted?",
        found=found,
        expected=expected,
    )
    return Problem("row.width", sentence)
