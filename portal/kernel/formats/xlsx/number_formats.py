"""What a number format makes of a number: a day, a time, a share, a code with its zeros (ECMA-376 Part 1, 18.8.30)."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import lru_cache


class Shown(enum.Enum):
    """What a person sees in the cell."""

    NUMBER = enum.auto()
    DAY = enum.auto()
    MONTH = enum.auto()
    MOMENT = enum.auto()
    TIME = enum.auto()
    PERCENT = enum.auto()
    CODE = enum.auto()


@dataclass(frozen=True)
class NumberFormat:
    """`zeros` is the least number of digits of a code, `prefix` what the format writes before them."""

    shown: Shown
    zeros: int = 0
    prefix: str = ""


PLAIN = NumberFormat(Shown.NUMBER)

_BRACKETS = re.compile(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]", re.IGNORECASE)  # Hours that go on beyond 24 stay.
_LITERALS = re.compile(r'"[^"]*"?|\\.|_.|\*.')
_PADDING = re.compile(r"(?:_.|\*.|;.*)", re.DOTALL)
_CODE = re.compile(r'(?:"([0-9A-Za-z-]+)"|((?:\\[0-9A-Za-z-])+))?(0+)')
_DAYTIME = re.compile(r"am/pm|a/p|上午/下午", re.IGNORECASE)
_SECTION = re.compile(r'(?:"[^"]*"?|\\.|[^;"\\])*')

# Built in, and left out of the file: 27 to 36 and 50 to 58 as Excel and WPS use them in Chinese.
_BUILT_IN = {
    **dict.fromkeys((9, 10), NumberFormat(Shown.PERCENT)),
    **dict.fromkeys((14, 15, 16, 28, 29, 30, 31, 51, 53, 54, 58), NumberFormat(Shown.DAY)),
    **dict.fromkeys((17, 27, 36, 50, 52, 57), NumberFormat(Shown.MONTH)),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), NumberFormat(Shown.TIME)),
    22: NumberFormat(Shown.MOMENT),
}


def built_in(number: int) -> NumberFormat:
    """The format of an id that the file does not explain."""
    return _BUILT_IN.get(number, PLAIN)


@lru_cache(maxsize=1024)
def understood(code: str) -> NumberFormat:
    """What a format code shows, by its first section (that of positive numbers)."""
    found = _SECTION.match(code)
    section = _BRACKETS.sub("", found[0] if found else "")
    as_code = _CODE.fullmatch(_PADDING.sub("", section).strip())
    if as_code and (len(as_code[3]) > 1 or as_code[1] or as_code[2]):
        prefix = as_code[1] or (as_code[2] or "").replace("\\", "")
        return NumberFormat(Shown.CODE, len(as_code[3]), prefix)
    return NumberFormat(_shown(_LITERALS.sub("", section).lower()))


def _shown(signs: str) -> Shown:
    daytime = _DAYTIME.search(signs) is not None
    letters = _DAYTIME.sub("", signs)
    if letters.strip() in ("general", "g/通用格式", "@", "") or re.search(r"[0#?]\s*e[+-]", letters):
        return Shown.NUMBER
    time = daytime or "h" in letters or "s" in letters or "[m" in letters
    day = "d" in letters or "aaa" in letters
    year = "y" in letters or "e" in letters
    if day or year or ("m" in letters and not time):
        if time:
            return Shown.MOMENT
        return Shown.DAY if day or not year else Shown.MONTH
    if time:
        return Shown.TIME
    return Shown.PERCENT if "%" in letters else Shown.NUMBER
