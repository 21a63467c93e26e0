"""Words that wait for their reader's language, whatever kind they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from portal.kernel.i18n.text import Text
from portal.kernel.i18n.translate import pick, translate

Word: TypeAlias = str | Text | Mapping[str, str]
"""A plain word, a sentence of the catalogue, or a catalogue row's names `{"zh": …, "en": …}`."""


def say(word: object, locale: str) -> str:
    """The word in a language (`zh_Hans_CN` or `en`); a number or date as it is written."""
    return pick(dict(word), locale) if isinstance(word, Mapping) else translate(word, locale)
