"""Texts that a spreadsheet would run as a formula when it opens a CSV, and the mark that stops it.

Source: OWASP, "CSV Injection". Excel, WPS and LibreOffice take an apostrophe at the beginning as "this is text".
"""

from __future__ import annotations

import re

MARK = "'"

# Excel folds the full-width signs in East Asian settings. Blanks and quotation marks may stand before.
_RUNS = re.compile("^(?:[\\s\"'“”‘’＂＇\ufeff\u200b-\u200f\u2060]*[=+\\-@＝＋－＠]|'*[\t\r\n])")


def runs(value: str) -> bool:
    """Whether a spreadsheet may take the text of a CSV cell as a formula."""
    return _RUNS.match(value) is not None


def harmless(value: str) -> str:
    """The text with a mark before it if it would run; `restored` gives back exactly what came in."""
    return MARK + value if runs(value) else value


def restored(value: str) -> str:
    """The text as it was before `harmless`; one that was never marked stays as it is."""
    return value[1:] if value.startswith(MARK) and runs(value[1:]) else value
