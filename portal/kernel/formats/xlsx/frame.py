"""What a sheet says around its rows: merged cells, which stand behind them, and hidden columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from portal.kernel.formats.archive import Archive, Member
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.table.records import Merge
from portal.kernel.formats.xlsx import xml_stream
from portal.kernel.formats.xlsx.references import column_number
from portal.kernel.i18n.text import text

_BEGINS = re.compile(rb"<(?:[A-Za-z_][\w.\-]{0,50}:)?sheetData\s*(/?)>")
_ENDS = re.compile(rb"</(?:[A-Za-z_][\w.\-]{0,50}:)?sheetData\s*>")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", re.ASCII)
_KEPT = 256


class Frame:
    """Merged cells by their first line, and the numbers of hidden columns (from 0)."""

    def __init__(self, archive: Archive) -> None:
        self.merges: list[Merge] = []
        self.hidden: set[int] = set()
        self._archive = archive

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Takes a merged range or a hidden column."""
        if name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            self._hide(attributes)

    def end(self, name: str) -> None:
        """Nothing: all that is needed stands in attributes."""

    def characters(self, data: str) -> None:
        """Nothing, as above."""

    def _merge(self, reference: str) -> None:
        found = _RANGE.fullmatch(reference)
        if found is None:
            return
        left, top = column_number(found[1]), int(found[2])
        right, bottom = column_number(found[3] or found[1]), int(found[4] or found[2])
        if left <= right and top <= bottom:
            self.merges.append(Merge(top, bottom, left, right))
        if len(self.merges) > self._archive.limits.merged_ranges:
            raise self._too_many()

    def _hide(self, attributes: Mapping[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6:
            self.hidden.update(range(int(first) - 1, min(int(last), self._archive.limits.columns)))

    def _too_many(self) -> FileRefused:
        sentence = text(
            "%(file)s has more than %(limit)d merged cells. Undo the merging, or split the table.",
            file=self._archive.name,
            limit=self._archive.limits.merged_ranges,
        )
        return FileRefused(sentence, "file.too_many_merges")


def read_frame(archive: Archive, member: Member) -> Frame:
    """Reads all of a sheet but its rows. Raises `FileRefused` (file.damaged, file.too_many_merges)."""
    frame = Frame(archive)
    xml_stream.run(_without_rows(archive.blocks(member)), frame, archive.name)
    frame.merges.sort(key=lambda merge: (merge.top, merge.left))
    return frame


def _without_rows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The part without what stands in sheetData: its bytes are looked through, not parsed.

    A part in an encoding where the tags are not found is given whole; it is only slower.
    """
    waiting = b""
    wanted: re.Pattern[bytes] | None = _BEGINS
    for block in blocks:
        waiting += block
        if wanted is _BEGINS and (found := _BEGINS.search(waiting)):
            yield waiting[: found.start()]
            waiting, wanted = waiting[found.end() :], None if found[1] else _ENDS
        if wanted is _ENDS and (found := _ENDS.search(waiting)):
            waiting, wanted = waiting[found.end() :], None
        if wanted is not _ENDS:
            yield waiting[:-_KEPT]
        waiting = waiting[-_KEPT:]
    if wanted is not _ENDS:
        yield waiting
