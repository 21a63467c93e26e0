"""What the bytes of a .dbf mean: by declaration first, then strict UTF-8, then GB18030 with texts to confirm.

Column names are cut at 10 bytes and values at 254, often in the middle of a character: such a last byte is forgiven.
LDID values: Esri, "ArcPad: LDID/code page table", and GDAL's `dbf` driver, which agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.kernel.formats.dbf_table import DbfTable, RawText
from portal.kernel.formats.reading import CellProblem
from portal.kernel.formats.rows import FileRefused
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

DECLARED, VALID, FALLBACK = "declared", "valid", "fallback"

_NAMES = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "65001": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "936": "gb18030",
    "54936": "gb18030",
    "big5": "cp950",
    "950": "cp950",
}
_SHOWN = {"cp950": "big5"}

# Western code pages (0x01 to 0x03, 0x57) are what careless software writes whatever the texts are, and every byte
# means something in them: they declare nothing.
_BY_LDID = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "cp950", 0x78: "cp950"}

_LONGEST_CUT = 3
# GDAL cuts names that have become equal once more and numbers them.
_NUMBERED = re.compile(rb"_\d{1,2}")
_SAMPLE, _SAMPLE_WIDTH = 6, 60


@dataclass(frozen=True)
class DbfEncoding:
    """How texts are read: Python's codec, the name to show, and why (`Head.encoding_basis`), with texts to confirm."""

    codec: str
    name: str
    basis: str
    sample: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()

    def decode(self, raw: str) -> tuple[str, CellProblem | None]:
        """A text that came as Latin-1 in its own characters; a note when its cut last character was dropped."""
        return decode_cell(raw.encode("latin-1"), self.codec)


def decide_dbf_encoding(table: DbfTable, cpg: str | None, wished: str | None, name: str) -> DbfEncoding:
    """How the texts of a table are to be read; all of them are tried.

    The person's word comes first, then the .cpg (or .cst) beside it, then the LDID byte; what is declared but does not
    fit is passed over with a note. Raises `FileRefused` (file.encoding) when the person's word does not fit, or when
    nothing does.
    """
    if wished:
        return _as_wished(table, wished, name)
    for declared, codec in _declarations(table, cpg):
        if codec and _fits(table.texts(), codec):
            return _decided(table, codec, DECLARED)
        if codec:
            return _found_out(table, name, (_not_as_declared(declared),))
    return _found_out(table, name)


def decode_cell(raw: bytes, codec: str) -> tuple[str, CellProblem | None]:
    """The characters of a text. One cut at its end loses it with a note; one broken elsewhere is a problem."""
    try:
        return raw.decode(codec), None
    except UnicodeDecodeError as error:
        if _is_cut(error):
            cut = text("The last character was cut off in the file and is dropped.")
            number = raw[error.end :] if _NUMBERED.fullmatch(raw, error.end) else b""
            return (raw[: error.start] + number).decode(codec), CellProblem(Problem("cell.cut", cut, level="note"))
    broken = text("The text is not in the encoding of the file.")
    return raw.decode(codec, errors="ignore"), CellProblem(Problem("cell.encoding", broken))


def _declarations(table: DbfTable, cpg: str | None) -> Iterable[tuple[str, str | None]]:
    """What is declared, as written and as a codec; None for what is not known here."""
    if cpg:
        yield cpg, _codec(cpg)
    if table.language in _BY_LDID:
        yield f"LDID 0x{table.language:02X}", _BY_LDID[table.language]


def _codec(declared: str) -> str | None:
    """The codec of a name such as "UTF-8", "ANSI 936", "CP936" or "OEM 936"."""
    plain = declared.strip().strip("\ufeff\0").lower().replace("_", "-")
    for prefix in ("ansi", "oem", "cp", "windows-", "ms", "x-"):
        plain = plain.removeprefix(prefix).strip()
    return _NAMES.get(plain)


def _as_wished(table: DbfTable, wished: str, name: str) -> DbfEncoding:
    codec = _codec(wished)
    if codec is None:
        unknown = text("The encoding “%(encoding)s” is not one of utf-8, gb18030, big5.", encoding=wished[:30])
        raise FileRefused(unknown, "file.encoding")
    if not _fits(table.texts(), codec):
        wrong = text("The texts of %(file)s are not %(encoding)s.", file=name, encoding=_SHOWN.get(codec, codec))
        raise FileRefused(wrong, "file.encoding")
    return _decided(table, codec, DECLARED)


def _found_out(table: DbfTable, name: str, notes: tuple[Text, ...] = ()) -> DbfEncoding:
    if next(iter(table.texts()), None) is None:
        return DbfEncoding("utf-8", "utf-8", DECLARED)
    for codec, basis in (("utf-8", VALID), ("gb18030", FALLBACK)):
        if _fits(table.texts(), codec):
            return _decided(table, codec, basis, notes)
    neither = text(
        "The texts of %(file)s are neither UTF-8 nor GB18030. Say which encoding they are in, or export the file again"
        " as UTF-8.",
        file=name,
    )
    raise FileRefused(neither, "file.encoding")


def _fits(texts: Iterable[RawText], codec: str) -> bool:
    return all(_fits_one(given, codec) for given in texts)


def _fits_one(given: RawText, codec: str) -> bool:
    try:
        given.raw.decode(codec)
    except UnicodeDecodeError as error:
        return given.full and _is_cut(error)
    return True


def _is_cut(error: UnicodeDecodeError) -> bool:
    """Whether only the end of a character is missing, at the end of the text or before the number of a double."""
    missing = "incomplete" in error.reason or "unexpected end" in error.reason
    at_end = missing and len(error.object) - error.start <= _LONGEST_CUT
    return at_end or (error.start > 0 and _NUMBERED.fullmatch(error.object, error.end) is not None)


def _decided(table: DbfTable, codec: str, basis: str, notes: tuple[Text, ...] = ()) -> DbfEncoding:
    seen: dict[str, None] = {}
    for given in table.texts():
        seen[decode_cell(given.raw, codec)[0][:_SAMPLE_WIDTH]] = None
        if len(seen) == _SAMPLE:
            break
    return DbfEncoding(codec, _SHOWN.get(codec, codec), basis, tuple(seen), notes)


def _not_as_declared(declared: str) -> Text:
    return text(
        "The file declares its encoding as “%(declared)s”, but its texts are not in it.", declared=declared[:30]
    )
