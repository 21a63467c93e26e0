"""Chinese letters on a figure, and lines of text that fit a width."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from matplotlib import ft2font
from matplotlib.font_manager import FontPath, FontProperties

from portal.kernel.i18n.fonts import SANS, paper_fonts

POINT_MM = 25.4 / 72.0
CLOSING = "，。；：、！？）》」』】〉”’,.;:!?)]}"
"""Signs that never begin a line."""
OPENING = "（《「『【〈“‘([{"
"""Signs that never end one."""


@lru_cache(maxsize=2)
def face(bold: bool) -> FontPath:
    """The font file with the index of the face that has the forms of letters used in China."""
    fonts = paper_fonts()
    path = str(fonts.sans_bold if bold else fonts.sans)
    for index in range(ft2font.FT2Font(path).num_faces):
        if ft2font.FT2Font(path, face_index=index).family_name == SANS:
            return FontPath(path, index)
    return FontPath(path, 0)


def font(size: float, bold: bool = False) -> FontProperties:
    """The font at a size in points."""
    return FontProperties(fname=face(bold), size=size)


def printable(said: str) -> str:
    """Text of people without characters that have no form; a dollar sign is a dollar sign (`parse_math` is off)."""
    return "".join(sign if sign.isprintable() else " " for sign in said)


def lines(said: str, size: float, width_mm: float, most: int = 8) -> list[str]:
    """Text broken into lines of a width, between Chinese letters or at blanks; what goes beyond `most` ends in …"""
    broken = [""]
    for piece in _pieces(said):
        if broken[-1] and _width(broken[-1] + piece) * size * POINT_MM > width_mm:
            broken.append("")
        broken[-1] += piece if broken[-1] else piece.lstrip()
    if len(broken) > most:
        broken = [*broken[: most - 1], broken[most - 1][:-1] + "…"]
    return [line.rstrip() for line in broken]


def _pieces(said: str) -> list[str]:
    """What is not torn apart: a Chinese letter with the sign that closes it, a word with its blank."""
    pieces: list[str] = []
    for sign in said:
        joins = bool(pieces) and (sign in CLOSING or _holds_on(pieces[-1][-1], sign))
        if joins and len(pieces[-1]) < 40:
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _holds_on(before: str, sign: str) -> bool:
    return before in OPENING or (_narrow(sign) and _narrow(before) and before != " ")


def _narrow(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) not in "WF"


def _width(said: str) -> float:
    """In ems, a little more than it takes."""
    return sum(0.56 if _narrow(sign) else 1.0 for sign in said)
