"""The number format of each style, by the number that cells carry (ECMA-376 Part 1, 18.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.kernel.formats.archive import Archive, Member
from portal.kernel.formats.xlsx import xml_stream
from portal.kernel.formats.xlsx.number_formats import NumberFormat, built_in, understood


def read_formats(archive: Archive, member: Member | None) -> Sequence[NumberFormat]:
    """The formats of the cell styles in order; a number beyond them is plain."""
    events = _Styles()
    if member is not None:
        xml_stream.run(archive.blocks(member), events, archive.name)
    return [understood(events.codes[one]) if one in events.codes else built_in(one) for one in events.styles[:_MOST]]


_MOST = 65_536  # Excel itself stops at 65,490.


class _Styles:
    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.styles: list[int] = []
        self._in_cells = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "cellXfs":
            self._in_cells = True
        elif name == "numFmt" and len(self.codes) < _MOST:
            self.codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "xf" and self._in_cells and len(self.styles) < _MOST:
            self.styles.append(_number(attributes.get("numFmtId")))

    def end(self, name: str) -> None:
        self._in_cells = self._in_cells and name != "cellXfs"

    def characters(self, data: str) -> None:
        """Nothing: styles stand in attributes."""


def _number(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdecimal() and len(said) < 10 else 0
