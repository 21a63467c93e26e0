"""Words that wait for their reader's language, whatever kind they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias

from babel.dates import format_date, format_skeleton

from portal.kernel.i18n.text import Text
from portal.kernel.i18n.translate import pick, translate

Word: TypeAlias = str | Text | Mapping[str, str]
"""A plain word, a sentence of the catalogue, or a catalogue row's names `{"zh": …, "en": …}`."""


SKELETONS = {"month": "yMMMM", "year": "y"}
"""What of a date is written that is known less exactly than to the day."""


def say(word: object, locale: str) -> str:
    """The word in a language (`zh_Hans_CN` or `en`); anything else as it is written."""
    return pick(dict(word), locale) if isinstance(word, Mapping) else translate(word, locale)


def written_day(day: dt.date, locale: str, precision: str = "day") -> str:
    """A date as papers write it: 2026年7月1日, July 1, 2026; less of it where it is known less exactly."""
    if precision in SKELETONS:
        return str(format_skeleton(SKELETONS[precision], day, locale=locale))
    return str(format_date(day, "long", locale=locale))
