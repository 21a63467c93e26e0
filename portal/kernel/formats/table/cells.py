"""What no cell may be."""

from __future__ import annotations

import re

from portal.kernel.formats.limits import Limits
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import text

_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")

# How Excel and WPS show, and so save, a long number in a cell that is not text: capital E, plus, two digits.
_EXCEL_NUMBER = re.compile(r"\s*[+-]?\d(?:\.\d+)?E\+\d{2,3}\s*", re.ASCII)


def cell_problem(value: str, limits: Limits) -> Problem | None:
    """Why a text can be stored by no one: too long, or with characters that are none."""
    if len(value) > limits.cell_length:
        long = text(
            "The value has %(count)d characters; the most is %(limit)d.", count=len(value), limit=limits.cell_length
        )
        return Problem("cell.too_long", long)
    if _NO_CHARACTER.search(value):
        return Problem("cell.no_character", text("The value holds a character that is none (NUL or half of a pair)."))
    return None


def written_by_excel(value: str) -> Problem | None:
    """A long number that a spreadsheet saved the way it showed it: its last digits are lost."""
    if "E+" not in value or not _EXCEL_NUMBER.fullmatch(value):
        return None
    damaged = text(
        "Excel turned this code into %(value)s; its digits are lost. Format the column as text and enter it again.",
        value=value.strip(),
    )
    return Problem("cell.excel_number", damaged)
