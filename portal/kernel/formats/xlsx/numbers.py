"""The number in a cell as the text a person would type for it."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal

from portal.kernel.formats.xlsx.number_formats import NumberFormat, Shown
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import text

_WHOLE = re.compile(r"0|-?[1-9]\d{0,14}", re.ASCII)
_MOST_EXACT = 1e15  # Excel keeps 15 digits.
_FIRST_DAY, _LAST_DAY, _FALSE_LEAP_DAY = 1, 2_958_465, 60
_DAYS_TO_1904 = 1462
_DAY_SECONDS = 86_400


def number_text(raw: str, form: NumberFormat, *, since_1904: bool) -> tuple[str, Problem | None]:
    """The shortest text of a stored number as its format shows it; days as 2026-05-31, months as 2026-05.

    With a problem (cell.excel_number) when it had more digits than Excel keeps.
    """
    if form.shown is Shown.NUMBER and _WHOLE.fullmatch(raw):
        return raw, None
    try:
        value = float(raw)
    except ValueError:
        return raw, None
    if not math.isfinite(value):
        return raw, None
    if value.is_integer() and abs(value) >= _MOST_EXACT:
        return _lost(value)
    return _shown(value, form, since_1904), None


def shortest(value: float) -> str:
    """A number with the 15 digits that count, without exponent and needless zeros."""
    rounded = float(f"{value:.15g}")
    if rounded.is_integer() and abs(rounded) < _MOST_EXACT:
        return str(int(rounded))
    return format(Decimal(repr(rounded)), "f")


def _shown(value: float, form: NumberFormat, since_1904: bool) -> str:
    match form.shown:
        case Shown.CODE if value >= 0 and value.is_integer():
            return form.prefix + str(int(value)).zfill(form.zeros)
        case Shown.PERCENT:
            return shortest(value * 100) + "%"
        case Shown.DAY | Shown.MONTH | Shown.MOMENT | Shown.TIME:
            return _moment(value + (_DAYS_TO_1904 if since_1904 else 0), form) or shortest(value)
        case _:
            return shortest(value)


def _moment(serial: float, form: NumberFormat) -> str | None:
    """A day, a time of day or both; None for what the calendar does not hold."""
    seconds = round(serial * _DAY_SECONDS)
    day, rest = divmod(seconds, _DAY_SECONDS)
    if form.shown is Shown.TIME or (day == 0 and rest):
        return _clock(rest) if day == 0 else None
    if not _FIRST_DAY <= day <= _LAST_DAY or day == _FALSE_LEAP_DAY:
        return None
    date = dt.date(1899, 12, 31 if day < _FALSE_LEAP_DAY else 30) + dt.timedelta(days=day)
    if form.shown is Shown.MONTH and date.day == 1 and not rest:
        return f"{date:%Y-%m}"
    return f"{date.isoformat()} {_clock(rest)}" if rest else date.isoformat()


def _clock(seconds: int) -> str:
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours:02d}:{minutes:02d}" + (f":{rest:02d}" if rest else "")


def _lost(value: float) -> tuple[str, Problem]:
    written = format(Decimal(value), "f")
    sentence = text(
        "Excel keeps 15 digits of a number; the last ones of %(value)s are lost. Format the column as text and enter "
        "it again.",
        value=written[:40],
    )
    return written, Problem("cell.excel_number", sentence)
