"""Bytes to text: UTF-8 strictly, GB18030 only when somebody says so; never a guess."""

import codecs

from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import Text, text

_NAMES = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "gb18030": "gb18030",
    # GB18030 reads everything its two forerunners can say.
    "gbk": "gb18030",
    "gb2312": "gb18030",
}


def decode_utf8(data: bytes, name: str, hint: Text | None = None) -> tuple[str, str]:
    """The text and "utf-8" or "utf-8-sig" (with a byte order mark, which is taken off).

    Raises `FileRefused` naming the first byte that is not UTF-8 and its line; `hint` is a sentence added to it.
    """
    _refuse_utf16(data, name)
    marked = data.startswith(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8-sig"), "utf-8-sig" if marked else "utf-8"
    except UnicodeDecodeError as error:
        offset = error.start + (len(codecs.BOM_UTF8) if marked else 0)
        raise FileRefused(_bad_byte(data, offset, name, "UTF-8", hint)) from error


def decode_declared(data: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    """The text in the declared encoding (None: UTF-8) and the encoding's name. Raises `FileRefused`.

    Accepted: utf-8, gb18030, and gbk and gb2312 as parts of it. A file whose first bytes say UTF-8 is not read as
    GB18030: the result would be readable nonsense.
    """
    known = _NAMES.get((encoding or "utf-8").strip().lower().replace("_", "-"))
    if known is None:
        raise FileRefused(text("The encoding “%(encoding)s” is not one of utf-8, gb18030.", encoding=encoding))
    if known == "utf-8":
        return decode_utf8(data, name, text("If it is GB18030, say --encoding gb18030."))
    return _decode_gb18030(data, name), known


def _decode_gb18030(data: bytes, name: str) -> str:
    _refuse_utf16(data, name)
    if data.startswith(codecs.BOM_UTF8):
        raise FileRefused(text("%(file)s is UTF-8 by its first bytes, not GB18030.", file=name))
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise FileRefused(_bad_byte(data, error.start, name, "GB18030", None)) from error


def _refuse_utf16(data: bytes, name: str) -> None:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileRefused(text("%(file)s is UTF-16 (“Unicode text” in a spreadsheet); save it as UTF-8.", file=name))


def _bad_byte(data: bytes, offset: int, name: str, encoding: str, hint: Text | None) -> Text:
    return text(
        "%(file)s is not %(encoding)s: byte 0x%(byte)s at position %(position)d, line %(line)d. %(hint)s",
        file=name,
        encoding=encoding,
        byte=f"{data[offset]:02X}",
        position=offset + 1,
        line=data.count(b"\n", 0, offset) + 1,
        hint=hint or text("Save it again in that encoding."),
    )
