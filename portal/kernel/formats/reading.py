"""What every reader gives: first what the file says of itself, then its rows one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text

REASON_HEADING = "导入问题 / Import problems"
"""Heads the column that a returned workbook carries; readers leave it out, so that the corrected file goes in again."""


@dataclass(frozen=True)
class Wish:
    """What the person says of a file where the file itself does not say it; None lets the reader find out.

    `kind` is one of `FileKind`'s values; `encoding` a name such as gb18030; `sheet` and `layer` name a part of a
    workbook or a container; `header_row` is the line (from 1) of the last line of the headings.
    """

    kind: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    layer: str | None = None
    header_row: int | None = None


@dataclass(frozen=True)
class Head:
    """What is known before the first row.

    `columns` are the headings, unique, in order. `encoding` is what texts were read in and `encoding_basis` why:
    declared (a .cpg, an LDID byte, a BOM, the person), `valid` (strict UTF-8 fits) or `fallback` (GB18030 fits):
    anything but declared wants the `sample` confirmed by a person. `declared_crs` is what the file says of its system,
    verbatim. `parts` are the sheets or layers to choose from, `part` the one that was read. `has_geometry`: whether
    rows may carry shapes of their own. `notes` are sentences about the file as a whole (a totals row left out, …).
    `header_line` is the line of the last heading row and `delimiter` that of a CSV, for giving the file back.
    """

    kind: str
    columns: tuple[str, ...]
    encoding: str = ""
    encoding_basis: str = ""
    sample: tuple[str, ...] = ()
    declared_crs: str | None = None
    has_geometry: bool = False
    parts: tuple[str, ...] = ()
    part: str | None = None
    header_line: int = 1
    delimiter: str = ""
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class CellProblem:
    """What is wrong in one row, with the column and raw value to blame; without a column it is the row itself."""

    problem: Problem
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class ReadRow:
    """One record: `number` counts records from 1, `line` is where it stands in the file (from 1).

    `values` are texts by column, None where empty. `shape` is WKB in the file's own numbers, x = the first number of
    the file for plain coordinates, nothing converted, heights still in it.
    """

    number: int
    line: int
    values: Mapping[str, str | None]
    shape: bytes | None = None
    problems: tuple[CellProblem, ...] = ()


@dataclass
class Reading:
    """A file being read; `rows` can be gone through once.

    `late_notes` are sentences about the file that only its end tells (a totals row left out, hidden rows that were
    read): complete when `rows` are through. `head.notes` never repeats them.
    """

    head: Head
    rows: Iterator[ReadRow] = field(default_factory=lambda: iter(()))
    late_notes: list[Text] = field(default_factory=list)
