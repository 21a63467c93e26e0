"""The rows of a sheet as a stream (ECMA-376 Part 1, 18.3.1.73): every cell by its value, as a person sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.kernel.formats.archive import Archive, Member
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.table.records import Record
from portal.kernel.formats.xlsx import xml_stream
from portal.kernel.formats.xlsx.number_formats import PLAIN, NumberFormat
from portal.kernel.formats.xlsx.numbers import number_text
from portal.kernel.formats.xlsx.references import column_number
from portal.kernel.formats.xlsx.strings import RichText, SharedStrings, unescaped
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

_DIGITS = "0123456789"


@dataclass(frozen=True)
class Pools:
    """What cells point into."""

    strings: SharedStrings
    formats: Sequence[NumberFormat]
    since_1904: bool


def sheet_records(archive: Archive, member: Member, pools: Pools) -> Iterator[Record]:
    """The rows that hold anything, in order; a million rows that are only painted cost nothing but time.

    Raises `FileRefused` (file.damaged) while it is read.
    """
    events = _Rows(archive, pools)
    for _ in xml_stream.steps(archive.blocks(member), events, archive.name):
        yield from events.ready
        events.ready.clear()


class _Rows:
    """Builds records from events; `ready` are those that are whole."""

    def __init__(self, archive: Archive, pools: Pools) -> None:
        self.ready: list[Record] = []
        self._archive = archive
        self._pools = pools
        self._most_columns = archive.limits.columns + 1
        self._line = 0
        self._column = -1
        self._record: Record | None = None
        self._cell: Mapping[str, str] | None = None
        self._formula = False
        self._value: list[str] | None = None
        self._in_value = False
        self._inline: RichText | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._value, self._in_value = [], True
        elif self._inline is not None:
            self._inline.start(name)
        elif name == "f":
            self._formula = True
        elif name == "is" and self._cell is not None:
            self._inline = RichText()
        elif name == "row":
            self._begin_row(attributes)

    def end(self, name: str) -> None:
        if name == "v":
            self._in_value = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif self._inline is not None:
            self._inline.end(name)

    def characters(self, data: str) -> None:
        if self._in_value and self._value is not None:
            self._value.append(data)
        elif self._inline is not None:
            self._inline.characters(data)

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        said = attributes.get("r", "")
        line = int(said) if said.isdecimal() and len(said) < 9 else self._line + 1
        if line <= self._line:
            raise self._damaged()
        self._line, self._column = line, -1
        self._record = Record(line, [], hidden=attributes.get("hidden") in ("1", "true"))

    def _end_row(self) -> None:
        record, self._record = self._record, None
        if record is not None and (record.cells or record.faults):
            self.ready.append(record)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        self._column = column_number(place.rstrip(_DIGITS)) if place else self._column + 1
        self._cell, self._formula, self._value, self._inline = attributes, False, None, None

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        inline, self._inline = self._inline, None
        painted = self._value is None and inline is None and not self._formula
        if painted or cell is None or self._record is None or self._column >= self._most_columns:
            return
        raw = None if self._value is None else "".join(self._value)
        kind = cell.get("t", "n")
        said, problem = (inline.take(), None) if inline is not None else self._read(kind, raw, cell)
        self._put(said, problem, raw)

    def _put(self, said: str | None, problem: Problem | None, raw: str | None) -> None:
        record, column = self._record, self._column
        if record is None:
            return
        if problem is not None:
            record.faults.append((column, problem, said or raw))
        if said and not said.isspace():
            missing = column - len(record.cells)
            if missing < 0:
                record.cells[column] = said
            else:
                record.cells.extend([None] * missing)
                record.cells.append(said)

    def _read(self, kind: str, raw: str | None, cell: Mapping[str, str]) -> tuple[str | None, Problem | None]:
        if kind == "s":
            return self._shared(raw), None
        if not raw and (kind != "str" or raw is None):
            return None, _NO_VALUE if self._formula else None
        if kind in ("str", "inlineStr"):
            return unescaped(raw or ""), None
        if kind == "e":
            return None, Problem("cell.error", Text(_ERROR.msgid, {"value": (raw or "")[:20]}))
        return self._plain(kind, raw or "", cell)

    def _plain(self, kind: str, raw: str, cell: Mapping[str, str]) -> tuple[str, Problem | None]:
        if kind == "b":
            return ("TRUE" if raw.strip() in ("1", "true") else "FALSE"), None
        if kind == "d":
            return raw.replace("T", " ").removesuffix(" 00:00:00"), None
        return number_text(raw.strip(), self._format(cell.get("s")), since_1904=self._pools.since_1904)

    def _shared(self, raw: str | None) -> str:
        try:
            return self._pools.strings[int(raw or "")]
        except (ValueError, IndexError) as error:
            raise self._damaged() from error

    def _format(self, style: str | None) -> NumberFormat:
        if style is None or not style.isdecimal() or len(style) > 6:
            return PLAIN
        number = int(style)
        return self._pools.formats[number] if number < len(self._pools.formats) else PLAIN

    def _damaged(self) -> FileRefused:
        sentence = text(
            "%(file)s is damaged near line %(line)d of a sheet. Open it and save it again.",
            file=self._archive.name,
            line=self._line,
        )
        return FileRefused(sentence, "file.damaged")


_ERROR = text("The cell shows the error %(value)s. Correct its formula, or enter the value itself.")
_NO_VALUE = Problem(
    "cell.formula_without_value",
    text("The result of this formula is not in the file. Open the workbook in Excel or WPS and save it."),
)
