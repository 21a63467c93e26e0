"""Degrees as people write them: decimal, or degrees, minutes and seconds with the usual Chinese and Latin marks."""

import re

from portal.errors import BadInput
from portal.kernel.i18n.text import text

_DECIMAL = re.compile(r"[+-]?\d+(?:\.\d*)?", re.ASCII)
_SEXAGESIMAL = re.compile(
    r"""(?P<before>东经|北纬|[EN])?\s*
    (?P<degrees>\d{1,3}(?:\.\d+)?)\s*[°º˚度]\s*
    (?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*['′’分]\s*)?
    (?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:["″”秒]|''|′′|’’)\s*)?
    (?P<after>[EN])?""",
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)


def parse_degrees(written: str) -> float:
    """A decimal number (also plane metres), or degrees, minutes and seconds such as 121°23′45.6″, as a number.

    Raises `BadInput` for anything else: thousands separators, exponents, minutes or seconds of 60 and more.
    """
    stripped = written.strip()
    if _DECIMAL.fullmatch(stripped):
        return float(stripped)
    found = _SEXAGESIMAL.fullmatch(stripped)
    if found is None:
        raise BadInput(text("“%(written)s” is not a coordinate.", written=stripped[:50]))
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    if minutes >= 60 or seconds >= 60:
        raise BadInput(text("“%(written)s” has 60 or more minutes or seconds.", written=stripped[:50]))
    return float(found["degrees"]) + minutes / 60 + seconds / 3600
