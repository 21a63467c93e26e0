"""Lines of a series as people paste them: a division by code or name, and a value."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO

from portal.divisions.queries.crosswalk import CrossUnit
from portal.errors import BadInput
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.formats.formula_guard import restored
from portal.kernel.formats.values.numbers import parse_number
from portal.kernel.formats.values.written import CellWrong
from portal.kernel.i18n.text import Text, text

VALUE = Field("value", text("Value"), Kind.NUMBER)
DELIMITERS = "\t,;，"
MOST_PROBLEMS = 10
LONGEST_SHOWN = 40


@dataclass
class Lines:
    """The series by internal unit id, and what is wrong with its lines."""

    series: dict[int, int | Decimal] = field(default_factory=dict)
    problems: list[Text] = field(default_factory=list)


def text_of(content: bytes) -> str:
    """A CSV as text: UTF-8, else GB18030. Raises `BadInput` for what is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            said = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in said:
            return said
    raise BadInput(text("The file is no CSV: its text cannot be read. Save it as CSV and send it again."))


def read_lines(said: str, units: Iterable[CrossUnit]) -> Lines:
    """Reads all lines; a first line without a number is a heading. A division is named once, by code or name."""
    found, known = Lines(), _known(units)
    for number, cells in _cells(said):
        if len(cells) < 2:
            _wrong(found, text("Line %(line)d needs a division and a value.", line=number))
        elif not (number == 1 and cells[0] not in known and not any(one.isdigit() for one in cells[1])):
            _take(found, number, cells, known.get(cells[0], ()))
    if not found.series and not found.problems:
        _wrong(
            found, text("Paste a series or choose a CSV file: one line a division, with its code or name and a value.")
        )
    return found


def _take(found: Lines, number: int, cells: Sequence[str], units: Sequence[CrossUnit]) -> None:
    name = cells[0][:LONGEST_SHOWN]
    if len(units) != 1:
        none = text("Line %(line)d: no division of the first day is called “%(name)s”.", line=number, name=name)
        many = text("Line %(line)d: “%(name)s” may be several divisions; give the code.", line=number, name=name)
        _wrong(found, many if units else none)
    elif units[0].id in found.series:
        _wrong(found, text("Line %(line)d: “%(name)s” has a value already.", line=number, name=name))
    else:
        try:
            value, _note = parse_number(VALUE, cells[1])
        except CellWrong as error:
            _wrong(found, text("Line %(line)d: %(what)s", line=number, what=error.problem.text))
        else:
            found.series[units[0].id] = int(value) if value == int(value) and "." not in cells[1] else value


def _cells(said: str) -> Iterator[tuple[int, list[str]]]:
    """Cells of the lines that have some, by the delimiter that the first of them uses."""
    first = next((line for line in said.splitlines() if line.strip()), "")
    delimiter = next((one for one in DELIMITERS if one in first), ",")
    reader = csv.reader(StringIO(said), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            cells = [restored(cell).strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadInput(text("Line %(line)d cannot be read as CSV.", line=reader.line_num)) from error


def _known(units: Iterable[CrossUnit]) -> Mapping[str, list[CrossUnit]]:
    found: dict[str, list[CrossUnit]] = {}
    for unit in units:
        for key in filter(None, {unit.code, unit.name, f"{unit.parent or ''}{unit.name}"}):
            found.setdefault(key, []).append(unit)
    return found


def _wrong(found: Lines, problem: Text) -> None:
    if len(found.problems) < MOST_PROBLEMS:
        found.problems.append(problem)
