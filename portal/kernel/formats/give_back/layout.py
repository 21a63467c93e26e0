"""What a sheet looks like before anything is put in: how wide it is, its headings, its columns, its merged cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from mmap import mmap

from portal.kernel.formats.give_back.cells import column_of, ends_of
from portal.kernel.formats.give_back.walk import Walk

_CONTENT = frozenset({"v", "is", "f"})


@dataclass
class Layout:
    """`last_column` is the last that holds something, lies in a merged range or under a filter; from 1, 0 for none.

    `headings` are the texts of the header line by column; a number stands for a shared text. `widths` are the
    attributes of the sheet's `col` elements.
    """

    last_column: int = 0
    headings: dict[int, str | int] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    widths: list[Mapping[str, str]] = field(default_factory=list)

    def shared(self) -> set[int]:
        """The shared texts that are asked for."""
        return {said for said in self.headings.values() if isinstance(said, int)}

    def column_headed(self, heading: str, shared: Mapping[int, str]) -> int | None:
        """The column that bears a heading already."""
        for column, said in self.headings.items():
            words = shared.get(said, "") if isinstance(said, int) else said
            if words.strip() == heading:
                return column
        return None


def layout_of(source: mmap, header_line: int, tables: Sequence[str]) -> Layout:
    """The layout of a sheet; `tables` are the ranges of the tables on it."""
    reader = _Reader(source, header_line)
    reader.run()
    found = reader.layout
    found.last_column = max([found.last_column, *(ends_of(table)[0] for table in tables)])
    return found


class _Reader(Walk):
    def __init__(self, source: mmap, header_line: int) -> None:
        super().__init__(source)
        self.layout, self.header_line = Layout(), header_line
        self.line = self.column = 0
        self.type, self.words = "", ""

    def start(self, name: str, attributes: Mapping[str, str], offset: int) -> None:
        if self.inside != "sheetData":
            self._around(name, attributes)
        elif name == "c":
            self.column = column_of(attributes.get("r", ""), self.column + 1)
            self.type = attributes.get("t", "")
        elif name in _CONTENT:
            self.layout.last_column = max(self.layout.last_column, self.column)
            self.words = ""
        elif name == "row":
            self.line, self.column = int(attributes.get("r", self.line + 1)), 0
            self.parser.CharacterDataHandler = self._take if self.line == self.header_line else None

    def end(self, name: str, offset: int) -> None:
        if self.line != self.header_line or self.inside != "sheetData":
            return
        if name == "is" or (name == "v" and self.type == "str"):
            self.layout.headings[self.column] = self.words
        elif name == "v" and self.type == "s" and self.words.strip().isdigit():
            self.layout.headings[self.column] = int(self.words)

    def _around(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "col" and self.inside == "cols":
            self.layout.widths.append(attributes)
        elif name in ("mergeCell", "autoFilter"):
            reference = attributes.get("ref", "")
            self.layout.last_column = max(self.layout.last_column, ends_of(reference)[0])
            if name == "mergeCell":
                self.layout.merged.append(reference)

    def _take(self, words: str) -> None:
        self.words += words
