"""Days as offices write them. What does not name one day of the calendar is asked, never guessed."""

from __future__ import annotations

import datetime as dt
import re

from portal.kernel.formats.values.written import CellWrong, note, plain, shown
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

_LONGEST = 60
_TIME = re.compile(r"(?:\s*T\s*|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:\+08:?00)?$", re.ASCII)
_WEEKDAY = re.compile(r"\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
_DAY = (
    re.compile(r"([1-9]\d{3})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})", re.ASCII),
    re.compile(r"([1-9]\d{3})\s*(年)\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?", re.ASCII),
    re.compile(r"([12]\d{3})()(\d{2})(\d{2})", re.ASCII),
)
_MONTH = re.compile(r"[12]\d{3}\s*(?:年\s*(?:\d{1,2}\s*月份?)?|[-/.]\s*\d{1,2}|\d{2})?", re.ASCII)
_SHORT_YEAR = re.compile(
    r"['’]?\d{2}\s*([-/.])\s*\d{1,2}\s*\1\s*\d{1,2}|\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号]?", re.ASCII
)
_NO_YEAR = re.compile(r"\d{1,2}\s*月\s*\d{1,2}\s*[日号]?|\d{1,2}[-/.]\d{1,2}", re.ASCII)
_YEAR_LAST = re.compile(r"\d{1,2}\s*([-/.])\s*\d{1,2}\s*\1\s*[12]\d{3}", re.ASCII)
_VAGUE = re.compile(r"约|前后|左右|[上中下]旬|[初中底末]$|春|夏|秋|冬")
_RANGE = re.compile(r"\d.*[日号\d]\s*(?:至|到|~|—|–|--|\s-\s|(?<=[日号])-)\s*\d")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_EPOCH = dt.date(1899, 12, 30)  # Day 0 of Excel's calendar, for every day after its false 29 February 1900.
_SERIALS = range((dt.date(1990, 1, 1) - _EPOCH).days, (dt.date(2101, 1, 1) - _EPOCH).days)


def parse_date(said: str) -> tuple[dt.date, Problem | None]:
    """One day, from 2026-05-31, 2026/5/31, 2026.5.31, 20260531 or 2026年5月31日; a time is left out with a note.

    Raises `CellWrong` (cell.not_a_date, .date_without_day, .date_serial, .date_year, .date_order, .approximate,
    .range).
    """
    written = plain(said)[: _LONGEST + 1]
    day, left_out = _without_time(_WEEKDAY.sub("", written))
    for form in _DAY:
        found = form.fullmatch(day)
        if found:
            return _day(found[1], found[3], found[4], said), left_out
    raise _no_day(day, said)


def _without_time(written: str) -> tuple[str, Problem | None]:
    found = _TIME.search(written)
    if found is None:
        return written, None
    midnight = not any(int(part or 0) for part in found.groups())
    told = note("cell.time_left_out", text("The time of day in “%(value)s” is left out.", value=shown(written)))
    return written[: found.start()], None if midnight else told


def _day(year: str, month: str, day: str, said: str) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError as error:
        no_day = text("“%(value)s” is no day of the calendar. Correct the month or the day.", value=shown(said))
        raise CellWrong("cell.not_a_date", no_day) from error


def _no_day(written: str, said: str) -> CellWrong:
    code, sentence = _reason(written)
    return CellWrong(code, Text(sentence.msgid, {"value": shown(said), **sentence.params}))


def _reason(written: str) -> tuple[str, Text]:
    serial = _SERIAL.fullmatch(written)
    if serial and int(serial[1]) in _SERIALS:
        day = _EPOCH + dt.timedelta(days=int(serial[1]))
        return "cell.date_serial", Text(_IS_SERIAL.msgid, {"day": day.isoformat()})
    for form, code, sentence in _FORMS:
        if form.fullmatch(written) if form not in _ANYWHERE else form.search(written):
            return code, sentence
    return "cell.not_a_date", _NO_DATE


_NO_DATE = text("“%(value)s” is not a date. Write it as 2026-05-31.")
_IS_SERIAL = text("“%(value)s” may be the date %(day)s that Excel shows as a number. Format the column as dates.")
_ANYWHERE = (_RANGE, _VAGUE)
_FORMS = (
    (_RANGE, "cell.range", text("“%(value)s” is a span of time, not one day. Enter the day that counts.")),
    (_MONTH, "cell.date_without_day", text("“%(value)s” names no day. Write the whole date, such as 2026-05-31.")),
    (_SHORT_YEAR, "cell.date_year", text("The year in “%(value)s” has two digits. Write all four.")),
    (_YEAR_LAST, "cell.date_order", text("In “%(value)s” day and month can be mistaken. Write 2026-05-31.")),
    (_NO_YEAR, "cell.date_year", text("“%(value)s” names no year. Write the whole date, such as 2026-05-31.")),
    (_VAGUE, "cell.approximate", text("“%(value)s” is no exact day. Enter the exact date.")),
)
