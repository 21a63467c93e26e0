"""Values of rows as people read them and as machines do."""

from __future__ import annotations

import datetime as dt
import decimal
import math

from portal.kernel.contracts.exporting import Named
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate
from portal.kernel.i18n.words import say

Plain = str | int | float | decimal.Decimal | dt.date | dt.datetime | bool | None

YES, NO = text("Yes"), text("No")


def for_people(value: object, locale: str) -> Plain:
    """Words in the reader's language; numbers, days and moments (Shanghai, without zone) stay what they are."""
    if isinstance(value, bool):
        return translate(YES if value else NO, locale)
    if isinstance(value, Named):
        return named(value, locale)
    return _plain(value, locale)


def for_machines(value: object, locale: str) -> Plain:
    """Keys instead of names; yes and no stay booleans."""
    return value.key if isinstance(value, Named) else _plain(value, locale)


def named(value: object, locale: str) -> str | None:
    """The name of a choice, None for anything else."""
    if not isinstance(value, Named):
        return None
    return say(value.name, locale)


def written(value: Plain) -> str:
    """A value as the text of a cell: days 2026-05-31, moments 2026-05-31 08:30:00, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def as_number(value: Plain) -> float | None:
    """A finite number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | decimal.Decimal):
        return None
    return float(value) if math.isfinite(value) else None


def _plain(value: object, locale: str) -> Plain:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(SHANGHAI).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, float | decimal.Decimal):
        return value if math.isfinite(value) else None
    return value if isinstance(value, dt.date) else translate(value, locale)
