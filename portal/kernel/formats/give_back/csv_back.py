"""A CSV back with a column of reasons, in its own encoding, delimiter and line ends, each line's bytes as they were."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from portal.kernel.formats.formula_guard import harmless
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import Text, text

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# In these no byte of a longer character is a quotation mark, a delimiter or a line end, so bytes may be gone through as
# letters and come out as they went in.
_BYTES_WILL_DO = frozenset({"utf-8", "gb18030", "gbk", "gb2312", "ascii", "latin-1"})


class Record(NamedTuple):
    """A record with the line it begins on (from 1), as it was written, without and with its line end."""

    line: int
    body: str
    end: str

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.body.strip()


@dataclass(frozen=True)
class _Column:
    """The column of reasons: where it is (None: a new one at the end) and how many cells stand before its end."""

    reasons: Mapping[int, str]
    header_line: int
    heading: str
    delimiter: str
    encode: _Encoding
    known: int | None
    width: int

    def filled(self, record: Record) -> str:
        """A record with its cell."""
        if record.line < self.header_line or record.blank:
            return record.body + record.end
        words = self.heading if record.line == self.header_line else self.reasons.get(record.line, "")
        cell = self.encode.letters(_quoted(harmless(words), self.delimiter))
        spans = cell_spans(record.body, self.delimiter)
        if self.known is not None and self.known < len(spans):
            start, end = spans[self.known]
            return record.body[:start] + cell + record.body[end:] + record.end
        missing = max(0, (self.width if self.known is None else self.known) - len(spans))
        return record.body + self.encode.letters(self.delimiter) * (missing + 1) + cell + record.end


@dataclass(frozen=True)
class _Encoding:
    """How the file's bytes are gone through: as single bytes where that is safe, else as characters."""

    mark: bytes
    name: str

    @property
    def reading(self) -> str:
        """The encoding to open the file in."""
        return "latin-1" if self.name in _BYTES_WILL_DO else self.name

    def letters(self, words: str) -> str:
        """Words as they look among what was read."""
        return words.encode(self.name).decode("latin-1") if self.reading == "latin-1" else words

    def words(self, letters: str) -> str:
        """What was read, in words."""
        return letters.encode("latin-1").decode(self.name, "replace") if self.reading == "latin-1" else letters


def csv_back(
    original: Path,
    out: Path,
    reasons: Mapping[int, str],
    header_line: int,
    heading: str,
    encoding: str,
    delimiter: str,
    *,
    only_refused: bool = False,
) -> None:
    """Writes the table to `out` with the reasons; see `give_back`. Lines without one get an empty cell."""
    known = _encoding(original, encoding)
    try:
        column = _column(original, known, reasons, header_line, heading, delimiter)
        with _opened(original, known) as source, out.open("w", encoding=known.reading, newline="") as target:
            target.write(known.mark.decode(known.reading))
            for record in records(source, delimiter):
                if not only_refused or record.line <= header_line or record.line in reasons:
                    target.write(column.filled(record))
    except (csv.Error, UnicodeError) as error:
        raise FileRefused(_changed(), "file.changed") from error


def records(source: TextIO, delimiter: str) -> Iterator[Record]:
    """Each record as it is written; one may hold line ends between quotation marks."""
    taken: list[str] = []
    reader = csv.reader(_keeping(source, taken), delimiter=delimiter)
    line = 1
    for _cells in reader:
        written = "".join(taken)
        taken.clear()
        body = written.rstrip("\r\n") if written[-1:] in "\r\n" else written
        yield Record(line, body, written[len(body) :])
        line = reader.line_num + 1


def cell_spans(body: str, delimiter: str) -> list[tuple[int, int]]:
    """Where the cells of a record begin and end, their quotation marks included."""
    cell = re.compile(rf'(?:"(?:[^"]|"")*")?[^{re.escape(delimiter)}]*')
    spans, place = [], 0
    while True:
        found = cell.match(body, place)
        end = found.end() if found else len(body)
        spans.append((place, end))
        if end >= len(body):
            return spans
        place = end + len(delimiter)


def _column(
    original: Path, encoding: _Encoding, reasons: Mapping[int, str], header_line: int, heading: str, delimiter: str
) -> _Column:
    with _opened(original, encoding) as source:
        header = next((one for one in records(source, delimiter) if one.line >= header_line and not one.blank), None)
    if header is None:
        raise FileRefused(_changed(), "file.changed")
    cells = next(csv.reader(io.StringIO(encoding.words(header.body), newline=""), delimiter=delimiter))
    stripped = [cell.strip() for cell in cells]
    known = stripped.index(heading) if heading in stripped else None
    return _Column(reasons, header.line, heading, delimiter, encoding, known, len(cells))


def _encoding(path: Path, declared: str) -> _Encoding:
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _Encoding(mark, name)
    name = declared.lower().replace("_", "-").removesuffix("-sig")
    return _Encoding(b"", {"gbk": "gb18030", "gb2312": "gb18030", "utf-16": "utf-16-le"}.get(name, name))


def _opened(path: Path, encoding: _Encoding) -> TextIO:
    # `newline=""`: line ends stay what they are.
    file = path.open(encoding=encoding.reading, newline="")
    file.read(len(encoding.mark.decode(encoding.reading)))
    return file


def _keeping(source: TextIO, taken: list[str]) -> Iterator[str]:
    for line in source:
        taken.append(line)
        yield line


def _changed() -> Text:
    return text("The file is not as it was when it was read; please hand it in again.")


def _quoted(words: str, delimiter: str) -> str:
    if any(sign in words for sign in (delimiter, '"', "\r", "\n")):
        return '"' + words.replace('"', '""') + '"'
    return words
