"""How a cell is written: widths of characters, blanks, and the many signs for nothing."""

from __future__ import annotations

import re
import unicodedata

from portal.kernel.formats.formula_guard import restored
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

SHOWN = 60
"""How much of a value a sentence quotes."""

_ENDS = " \t\r\n\v\f\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
_DASHES = re.compile(r"[-‐‑‒–—―─－−_]+|/|／|\\|n/?a|#n/a", re.IGNORECASE)
_NOTHING = frozenset({"无", "暂无", "没有", "空", "null", "none", "nil", "(空)", "(无)", "…", "..."})
_MINUS = str.maketrans({"−": "-", "﹣": "-", "‐": "-", "‑": "-"})
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_CONTROL_IN_TEXT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"\s+")


def trimmed(written: str | None) -> str:
    """Without blank and invisible ends, and without the apostrophe that keeps spreadsheets from running it."""
    return restored((written or "").strip(_ENDS)).strip(_ENDS)


def plain(said: str) -> str:
    """Full-width digits, letters and signs made ordinary (NFKC), every minus the same."""
    return said if said.isascii() else unicodedata.normalize("NFKC", said).translate(_MINUS).strip(_ENDS)


def compact(said: str) -> str:
    """For comparing: ordinary signs, no blanks, no case."""
    return _BLANKS.sub("", plain(said)).casefold()


def without_blanks(said: str) -> str:
    """All blanks taken out, also those inside."""
    return _BLANKS.sub("", said)


def is_dash(said: str) -> bool:
    """Whether a cell holds only a sign for “nothing to enter”, which no text would mean."""
    return not said or (len(said) <= 12 and _DASHES.fullmatch(said) is not None)


def is_nothing(said: str) -> bool:
    """Whether a cell of a number, date or code says that there is none: signs, and words such as 无 and 暂无."""
    return is_dash(said) or said.casefold() in _NOTHING or plain(said).casefold() in _NOTHING


def control_problem(said: str, *, lines: bool) -> Problem | None:
    """Control characters, halves of pairs and signs that turn the writing direction; `lines` allows line ends."""
    if said.isprintable() or not (_CONTROL_IN_TEXT if lines else _CONTROL).search(said):
        return None
    return Problem("cell.no_character", text("This holds a character that cannot be seen. Type it again by hand."))


def shown(said: str) -> str:
    """A value as sentences quote it."""
    return said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"


class CellWrong(Exception):
    """Why a cell cannot be taken; goes no further than `parse_cell`."""

    def __init__(self, code: str, sentence: Text) -> None:
        super().__init__(str(sentence))
        self.problem = Problem(code, sentence)


def note(code: str, sentence: Text) -> Problem:
    """Something to know about a cell that is taken."""
    return Problem(code, sentence, level="note")
