"""Texts and codes: a text keeps its writing, a code loses what spreadsheets and keyboards did to it."""

from __future__ import annotations

import re
import unicodedata

from portal.kernel.formats.values.written import CellWrong, control_problem, plain, shown, without_blanks
from portal.kernel.i18n.text import text

_POINT_ZERO = re.compile(r"\d+\.0+", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+E\+?|E\+)\d{1,3}", re.ASCII | re.IGNORECASE)
_QUOTED = re.compile(r'="(.*)"|[\'’‘`](.*)')


def parse_text(said: str, longest: int) -> str:
    """A text in composed characters, line ends as \\n. Raises `CellWrong` (cell.too_long, cell.no_character)."""
    value = unicodedata.normalize("NFC", said).replace("\r\n", "\n").replace("\r", "\n")
    return _checked(value, longest, lines=True)


def parse_code(said: str, longest: int) -> str:
    """A code: ordinary digits and letters, no blanks, without the “.0” and the quotation marks of spreadsheets.

    Raises `CellWrong` (cell.excel_number, cell.too_long, cell.no_character).
    """
    value = without_blanks(plain(said))
    quoted = _QUOTED.fullmatch(value)
    value = (quoted[1] or quoted[2] or "") if quoted else value
    if _SCIENTIFIC.fullmatch(value):
        damaged = text(
            "Excel turned this code into %(value)s; its digits are lost. Format the column as text and enter it again.",
            value=shown(said),
        )
        raise CellWrong("cell.excel_number", damaged)
    return _checked(value.split(".")[0] if _POINT_ZERO.fullmatch(value) else value, longest, lines=False)


def _checked(value: str, longest: int, *, lines: bool) -> str:
    if len(value) > longest:
        reason = text("This has %(count)s characters; the most is %(most)s.", count=len(value), most=longest)
        raise CellWrong("cell.too_long", reason)
    unseen = control_problem(value, lines=lines)
    if unseen:
        raise CellWrong(unseen.code, unseen.text)
    return value
