"""The pool of texts that the cells of a workbook point into (ECMA-376 Part 1, 18.4)."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping

from portal.kernel.formats.archive import Archive, Member
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.xlsx import xml_stream
from portal.kernel.i18n.text import text

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_ENOUGH = 1024 * 1024  # Characters; a text beyond every cap need not be gathered to its end.
_COST = 16  # Bytes that even an empty text takes in the pool.


class SharedStrings:
    """All texts in one run of UTF-8 with where each ends: a fifth of what they take as single objects."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends):
            raise IndexError(number)
        start = self._ends[number - 1] if number else 0
        return self._bytes[start : self._ends[number]].decode("utf-8", "surrogatepass")

    @property
    def cost(self) -> int:
        """Bytes that the pool takes, roughly."""
        return len(self._bytes) + _COST * len(self._ends)

    def append(self, said: str) -> None:
        """Takes the next text."""
        self._bytes += said.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))


def read_strings(archive: Archive, member: Member | None) -> SharedStrings:
    """The texts, without formats and reading aids. Raises `FileRefused` (file.too_much_text, file.damaged)."""
    events = _Strings(archive)
    if member is not None:
        xml_stream.run(archive.blocks(member), events, archive.name)
    return events.pool


def unescaped(said: str) -> str:
    """Excel writes characters that XML forbids, and line ends, as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), said) if "_x" in said else said


class RichText:
    """Gathers the runs of one text and passes over the reading aids between them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._inside = False
        self._aside = 0

    def start(self, name: str) -> None:
        """An element within the text begins."""
        if name == "rPh":
            self._aside += 1
        self._inside = name == "t" and not self._aside

    def end(self, name: str) -> None:
        """An element within the text ends."""
        if name == "rPh":
            self._aside = max(0, self._aside - 1)
        self._inside = False

    def characters(self, data: str) -> None:
        """A piece of text; only what stands in runs is taken."""
        if self._inside and self._length < _ENOUGH:
            self._pieces.append(data)
            self._length += len(data)

    def take(self) -> str:
        """The whole text; then the next can begin."""
        said = unescaped("".join(self._pieces))
        self._pieces.clear()
        self._length = 0
        return said


class _Strings:
    def __init__(self, archive: Archive) -> None:
        self.pool = SharedStrings()
        self._archive = archive
        self._text = RichText()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._text.start(name)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "si":
            self.pool.append(self._text.take())
            if self.pool.cost > self._archive.limits.shared_characters:
                raise self._too_much()

    def characters(self, data: str) -> None:
        self._text.characters(data)

    def _too_much(self) -> FileRefused:
        sentence = text(
            "%(file)s holds more than %(limit)d MB of text; split it.",
            file=self._archive.name,
            limit=self._archive.limits.shared_characters // 1024**2,
        )
        return FileRefused(sentence, "file.too_large")
