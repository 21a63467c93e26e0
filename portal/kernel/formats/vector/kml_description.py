"""The description of a Placemark, which is HTML, to text; and the table of attributes that ArcGIS writes into it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = ("style", "script", "head", "title")
_BREAKS = ("br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table")
_CELLS = ("td", "th")
_LEAST_PAIRS = 2


def description_text(description: str) -> tuple[str, dict[str, str]]:
    """The visible text, and the pairs of a table with two columns (a name and a value a row), if it is one."""
    if "<" not in description and "&" not in description:
        return description.strip(), {}
    page = _Page()
    page.feed(description)
    page.close()
    return page.visible(), page.pairs()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _BREAKS:
            self._pieces.append("\n")
        if tag == "tr":
            self._rows.append([])
        if tag in _CELLS:
            self._pieces.append(" ")
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in _CELLS and self._cell is not None:
            if self._rows:
                self._rows[-1].append(_one_line("".join(self._cell)))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        self._pieces.append(data)
        if self._cell is not None:
            self._cell.append(data)

    def visible(self) -> str:
        """What a reader of the page sees, without blank lines."""
        lines = (_one_line(line) for line in "".join(self._pieces).splitlines())
        return "\n".join(line for line in lines if line)

    def pairs(self) -> dict[str, str]:
        """Rows of two cells as names and values; nothing when hardly any row is one."""
        found = {row[0]: row[1] for row in self._rows if len(row) == 2 and row[0]}
        return found if len(found) >= _LEAST_PAIRS else {}


def _one_line(written: str) -> str:
    return re.sub(r"\s+", " ", written).strip()
