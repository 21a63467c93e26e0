"""The first lines of a table with its merged cells, as far as headings need them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portal.kernel.formats.table.records import Merge, Record

Place = tuple[int, int]
"""Line (from 1) and column (from 0) of a cell that holds a value."""

_NUMBER = re.compile(r"[+\-－¥￥]?[\d.,，]+\s*[%％]?|\d{1,2}:\d{2}(?::\d{2})?", re.ASCII)
_DATE = re.compile(r"\d{2,4}\s*[-/.年]\s*\d{1,2}\s*(?:[-/.月]\s*(?:\d{1,2}\s*日?)?)?(?:[ T]\d.*)?", re.ASCII)
_LABEL = re.compile(r"[^:：（(]{1,12}[:：]\s*\S")
_LONGEST_HEADING = 80


class Grid:
    """Lines by number with the cells they show; a merged cell shows its value in every place it covers."""

    def __init__(self, records: Sequence[Record], merges: Sequence[Merge], most_columns: int) -> None:
        self.records = {record.line: record for record in records}
        last = max(self.records, default=0)
        self._merges = [merge for merge in merges if merge.top <= last]
        self._most = most_columns

    def shown(self, line: int) -> dict[int, Place]:
        """The columns of a line that show something, each with the place where it is written."""
        record = self.records.get(line)
        places = {number: (line, number) for number, cell in enumerate(record.cells if record else ()) if cell}
        for merge in self._covering(line):
            if self.value((merge.top, merge.left)):
                covered = range(merge.left, min(merge.right, self._most) + 1)
                places.update(dict.fromkeys(covered, (merge.top, merge.left)))
        return places

    def value(self, place: Place) -> str:
        """What is written in a place."""
        record = self.records.get(place[0])
        return (record.cell(place[1]) or "") if record else ""

    def filled(self, line: int) -> int:
        """How many different cells a line shows."""
        return len(set(self.shown(line).values()))

    def headings(self, line: int) -> int:
        """How many of them look like headings."""
        return sum(is_heading(self.value(place)) for place in set(self.shown(line).values()))

    def continues(self, line: int) -> bool:
        """Whether the headings of a line go on in the next one: cells are merged downwards, or divided below."""
        if line + 1 not in self.records or self.filled(line) < 2:
            return False
        return any(merge.bottom > line for merge in self._covering(line)) or self._divides(line)

    def _divides(self, line: int) -> bool:
        """Whether all that the next line itself says stands below broad cells of this one, and looks like headings."""
        broad = [merge for merge in self._covering(line) if merge.right > merge.left and merge.bottom == line]
        own = {number for number, cell in enumerate(self.records[line + 1].cells) if cell}
        below = {number for number in own for merge in broad if merge.left <= number <= merge.right}
        words = all(is_heading(self.value((line + 1, number))) for number in own)
        return len(own) >= 2 and own == below and words

    def _covering(self, line: int) -> list[Merge]:
        return [merge for merge in self._merges if merge.top <= line <= merge.bottom]


def is_heading(value: str) -> bool:
    """Whether a text could head a column: no number, no date, no “label: content”, no sentence."""
    said = value.strip()
    if not said or len(said) > _LONGEST_HEADING:
        return False
    return not (_NUMBER.fullmatch(said) or _DATE.fullmatch(said) or _LABEL.match(said))
