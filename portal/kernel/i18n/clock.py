"""The clock of the office: Shanghai time, whatever the machine says."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """This moment, in Shanghai time."""
    return dt.datetime.now(SHANGHAI)


def today() -> dt.date:
    """Today in Shanghai."""
    return now().date()
