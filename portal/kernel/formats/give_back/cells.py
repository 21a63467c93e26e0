"""Addresses of cells, tags as bytes, and the cells that are put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from mmap import mmap
from xml.sax.saxutils import escape

LAST_COLUMN = 16_384
LONGEST_TEXT = 32_767

_TAG = re.compile(rb"<[^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*>")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def column_of(reference: str, otherwise: int) -> int:
    """The column (from 1) of an address such as AB12; what was expected for none."""
    found = _REFERENCE.fullmatch(reference)
    return number_of(found.group(1)) if found else otherwise


def number_of(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def letters_of(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def ends_of(reference: str) -> tuple[int, int, int]:
    """The last column and the first and last line of a range such as B2:F20; zeros for what is no range."""
    found = [_REFERENCE.fullmatch(end) for end in reference.split(":")]
    corners = [(number_of(one.group(1)), int(one.group(2))) for one in found if one]
    lines = [line for _, line in corners]
    return (max(column for column, _ in corners), min(lines), max(lines)) if corners else (0, 0, 0)


def tag_end(source: mmap, start: int) -> int:
    """Where the tag that begins at `start` is over."""
    found = _TAG.match(source, start)
    if found is None:
        raise ValueError("no tag")
    return found.end()


def changed(tag: bytes, attributes: Mapping[str, str | None]) -> bytes:
    """A tag with some of its attributes replaced where they are there; None takes one away."""
    for name, value in attributes.items():
        pattern = re.compile(rb"(\s)" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
        said = b"" if value is None else b"\\g<1>" + f'{name}="{value}"'.encode()
        tag = pattern.sub(said, tag, count=1)
    return tag


def text_cell(prefix: str, column: int, line: int, words: str, *, style: str = "", red: bool = False) -> bytes:
    """A cell with a text of its own (inlineStr); red ones carry their colour in the text, so that no style is added."""
    kept = escape(_NO_XML.sub("", words)[:LONGEST_TEXT])
    p, styled = prefix, f' s="{style}"' if style else ""
    said = f'<{p}t xml:space="preserve">{kept}</{p}t>'
    if red:
        said = f'<{p}r><{p}rPr><{p}color rgb="FFC00000"/></{p}rPr>{said}</{p}r>'
    return f'<{p}c r="{letters_of(column)}{line}"{styled} t="inlineStr"><{p}is>{said}</{p}is></{p}c>'.encode()


def blank_cell(prefix: str, column: int, line: int, style: str) -> bytes:
    """An empty cell that keeps its looks; nothing at all without any."""
    return f'<{prefix}c r="{letters_of(column)}{line}" s="{style}"/>'.encode() if style else b""
