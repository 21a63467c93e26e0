"""Going through the XML of a sheet with the place of every element in the file, so that bytes can be spliced."""

from __future__ import annotations

from collections.abc import Mapping
from mmap import mmap
from xml.parsers import expat

from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import text

_CHUNK = 1024 * 1024
_PARTS = frozenset({"cols", "sheetData"})


class Walk:
    """Calls `start(name, attributes, offset)` and `end(name, offset)` for each element, by local name.

    `prefix` is what stands before the local name of the element at hand ("x:" or ""). At the end of an empty-element
    tag the offset is behind it, at any other end it is where the end tag begins. `inside` is the part of the sheet that
    is being gone through, `cols` or `sheetData` (elsewhere drawings have rows and columns of their own).
    """

    def __init__(self, source: mmap) -> None:
        self.source = source
        self.prefix = self.inside = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _no_doctype

    def run(self) -> None:
        """Goes through all of it. Raises `FileRefused` for what is no XML."""
        try:
            for place in range(0, len(self.source), _CHUNK):
                self.parser.Parse(self.source[place : place + _CHUNK], False)
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise FileRefused(text("The workbook cannot be opened again to write into it."), "file.damaged") from error

    def start(self, name: str, attributes: Mapping[str, str], offset: int) -> None:
        """An element begins."""

    def end(self, name: str, offset: int) -> None:
        """An element is over."""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        before, colon, own = name.rpartition(":")
        self.prefix = before + colon
        if own in _PARTS:
            self.inside = own
        self.start(own, attributes, self.parser.CurrentByteIndex)

    def _end(self, name: str) -> None:
        own = name.rpartition(":")[2]
        self.end(own, self.parser.CurrentByteIndex)
        if own in _PARTS:
            self.inside = ""


def _no_doctype(*_: object) -> None:
    raise FileRefused(text("The workbook cannot be opened again to write into it."), "file.damaged")
