"""Bytes to text: what the file or a person declares, else strict UTF-8, else GB18030 with lines to confirm.

Nothing is decoded with replacement signs, and no more than a block stands in memory while the encoding is decided.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import text

DECLARED, VALID, FALLBACK = "declared", "valid", "fallback"

# GB18030 reads everything its two forerunners can say.
_NAMES = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "65001": "utf-8",
    "cp65001": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "936": "gb18030",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-16be": "utf-16-be",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_BLOCK = 1024 * 1024
_ASCII = bytes(range(128))
_CERTAINLY_UTF8 = 60  # So many bytes that fit UTF-8 by chance do not occur in Chinese text of another encoding.
_SAMPLE_LINES, _SAMPLE_WIDTH, _SAMPLE_BYTES = 6, 120, 64 * 1024


@dataclass(frozen=True)
class Encoding:
    """How a file is read: `codec` for Python, `name` to show, `basis` and `sample` as in `Head`.

    `mark` is the length of the byte order mark in bytes.
    """

    codec: str
    name: str
    basis: str
    sample: tuple[str, ...] = ()
    mark: int = 0


def decode_text(data: bytes, declared: str | None, name: str) -> tuple[str, Encoding]:
    """The text and how it was read. Raises `FileRefused` (file.encoding) naming the first wrong byte and its line."""
    found = _decide(io.BytesIO(data), declared, name)
    return data[found.mark :].decode(found.codec), found


def decide_encoding(path: Path, declared: str | None, name: str) -> Encoding:
    """How a text file is to be read; all of it is tried, block by block. Raises `FileRefused` (file.encoding)."""
    with path.open("rb") as file:
        return _decide(file, declared, name)


def open_text(path: Path, found: Encoding) -> TextIO:
    """The file as text behind its byte order mark, line ends as they stand."""
    file = path.open("rb")
    file.seek(found.mark)
    return io.TextIOWrapper(file, encoding=found.codec, errors="strict", newline="")


def _decide(file: BinaryIO, declared: str | None, name: str) -> Encoding:
    wish = _canonical(declared)
    marked = _marked(file, wish, name)
    if marked or wish:
        known = marked or Encoding(wish or "", wish or "", DECLARED)
        trial = _Trial(file, known)
        if trial.wrong_at is not None:
            raise _wrong(file, trial.wrong_at, name, known.codec)
        return _with_sample(file, known, trial)
    return _found_out(file, name)


def _found_out(file: BinaryIO, name: str) -> Encoding:
    utf8 = Encoding("utf-8", "utf-8", VALID)
    first = _Trial(file, utf8)
    if first.wrong_at is None:
        ascii_only = first.beyond_ascii == 0
        return Encoding("utf-8", "utf-8", DECLARED) if ascii_only else _with_sample(file, utf8, first)
    if first.beyond_ascii >= _CERTAINLY_UTF8:
        raise _wrong(file, first.wrong_at, name, "utf-8")
    fallback = Encoding("gb18030", "gb18030", FALLBACK)
    second = _Trial(file, fallback)
    if second.wrong_at is not None:
        raise _wrong(file, second.wrong_at, name, None)
    return _with_sample(file, fallback, second)


class _Trial:
    """One pass over a file with a strict decoder: `wrong_at` is the first byte that does not fit, None if all do."""

    def __init__(self, file: BinaryIO, encoding: Encoding) -> None:
        self.wrong_at: int | None = None
        self.beyond_ascii = 0
        self.first_beyond: int | None = None
        self._decoder = codecs.getincrementaldecoder(encoding.codec)("strict")
        self._at = encoding.mark
        self._run(file)

    def _run(self, file: BinaryIO) -> None:
        file.seek(self._at)
        for block in _blocks(file):
            self._feed(block, final=False)
            if self.wrong_at is not None:
                return
            self._look(block)
            self._at += len(block)
        self._feed(b"", final=True)

    def _feed(self, block: bytes, *, final: bool) -> None:
        pending = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            self.wrong_at = self._at - pending + error.start
            self._look(block[: max(0, error.start - pending)])

    def _look(self, block: bytes) -> None:
        if block.isascii():
            return
        self.beyond_ascii += len(block.translate(None, _ASCII))
        if self.first_beyond is None:
            self.first_beyond = self._at + len(block) - len(block.lstrip(_ASCII))


def _canonical(declared: str | None) -> str | None:
    if not declared:
        return None
    known = _NAMES.get(declared.strip().lower().replace("_", "-"))
    if known is None:
        sentence = text("The encoding “%(encoding)s” is not one of utf-8, gb18030, utf-16.", encoding=declared[:30])
        raise FileRefused(sentence, "file.encoding")
    return known


def _marked(file: BinaryIO, wish: str | None, name: str) -> Encoding | None:
    file.seek(0)
    head = file.read(4)
    if head in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise FileRefused(text("%(file)s is UTF-32; save it as UTF-8.", file=name), "file.encoding")
    for mark, codec, shown in _MARKS:
        if head.startswith(mark):
            if wish and wish[:5] != codec[:5]:
                raise _marked_otherwise(name, codec, wish)
            return Encoding(codec, shown, DECLARED, mark=len(mark))
    return None


def _with_sample(file: BinaryIO, found: Encoding, trial: _Trial) -> Encoding:
    """The first lines that do not read the same in every encoding: those a person can judge by."""
    if trial.first_beyond is None or found.codec.startswith("utf-16"):
        return found
    start = max(found.mark, trial.first_beyond - 4096)
    file.seek(start)
    piece = file.read(_SAMPLE_BYTES)
    before = piece.rfind(b"\n", 0, trial.first_beyond - start) + 1
    lines = piece[before:].decode(found.codec, errors="ignore").splitlines()
    telling = [line.strip()[:_SAMPLE_WIDTH] for line in lines if not line.isascii()]
    return Encoding(found.codec, found.name, found.basis, tuple(telling[:_SAMPLE_LINES]), found.mark)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _marked_otherwise(name: str, codec: str, wish: str) -> FileRefused:
    sentence = text(
        "%(file)s is %(codec)s by its first bytes, not %(wish)s.", file=name, codec=codec.upper(), wish=wish.upper()
    )
    return FileRefused(sentence, "file.encoding")


def _wrong(file: BinaryIO, offset: int, name: str, codec: str | None) -> FileRefused:
    byte, line = _byte_and_line(file, offset)
    where = {"file": name, "byte": byte, "position": offset + 1, "line": line}
    if codec is None:
        sentence = text(
            "%(file)s is neither UTF-8 nor GB18030: byte 0x%(byte)s at position %(position)d, line %(line)d. "
            "Save it as “CSV UTF-8”, or as a workbook (.xlsx).",
            **where,
        )
        return FileRefused(sentence, "file.encoding")
    hint = text("Save it again in that encoding.")
    sentence = text(
        "%(file)s is not %(encoding)s: byte 0x%(byte)s at position %(position)d, line %(line)d. %(hint)s",
        encoding=codec.upper(),
        hint=hint,
        **where,
    )
    return FileRefused(sentence, "file.encoding")


def _byte_and_line(file: BinaryIO, offset: int) -> tuple[str, int]:
    line, left = 1, offset
    file.seek(0)
    while left > 0 and (block := file.read(min(_BLOCK, left))):
        line += block.count(b"\n")
        left -= len(block)
    return (file.read(1) or b"\0").hex().upper(), line
