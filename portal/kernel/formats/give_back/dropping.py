"""Which bytes of a sheet go so that only some of its rows are left, each on its own line still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from mmap import mmap

from portal.kernel.formats.give_back.cells import tag_end
from portal.kernel.formats.give_back.edits import Edit
from portal.kernel.formats.give_back.walk import Walk


def dropped(source: mmap, holds: Callable[[int], bool]) -> list[Edit]:
    """The changes in the order of the file; `holds` says which lines stay."""
    dropper = _Dropper(source, holds)
    dropper.run()
    return dropper.edits


class _Dropper(Walk):
    def __init__(self, source: mmap, holds: Callable[[int], bool]) -> None:
        super().__init__(source)
        self.holds, self.edits = holds, list[Edit]()
        self.line = 0
        self.going: int | None = None
        """Where the row at hand begins, when it goes."""

    def start(self, name: str, attributes: Mapping[str, str], offset: int) -> None:
        if name != "row" or self.inside != "sheetData":
            return
        self.line = int(attributes.get("r", self.line + 1))
        self.going = None if self.holds(self.line) else offset
        if self.going is None and "r" not in attributes:
            # Without its number it would take that of the row before it.
            place = offset + 1 + len(self.prefix) + len(name)
            self.edits.append(Edit(place, place, f' r="{self.line}"'.encode()))

    def end(self, name: str, offset: int) -> None:
        if name == "row" and self.going is not None and self.inside == "sheetData":
            self._drop(self.going, self._end_of(self.going, offset))
            self.going = None

    def _drop(self, start: int, end: int) -> None:
        if self.edits and self.edits[-1].end == start and not self.edits[-1].put:
            start = self.edits.pop().start
        self.edits.append(Edit(start, end, b""))

    def _end_of(self, start: int, offset: int) -> int:
        opened = tag_end(self.source, start)
        return opened if self.source[opened - 2 : opened] == b"/>" else tag_end(self.source, offset)
