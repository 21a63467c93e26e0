"""Hanyu Pinyin of Chinese text, syllable by syllable, with the readings that hold here."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType
from typing import Any

import yaml

from portal.settings import CHECKOUT

READINGS = CHECKOUT / "gis_data" / "catalogue" / "pinyin_readings.yaml"


def syllables(name: str, *, tones: bool, errors: Any = "default") -> list[str]:
    """One syllable for each character; `errors` says what becomes of what is not Chinese, as pypinyin takes it."""
    library = pypinyin()
    style = library.Style.TONE if tones else library.Style.NORMAL
    found: list[str] = library.lazy_pinyin(name, style=style, errors=errors, v_to_u=True)
    return found


@lru_cache(maxsize=1)
def pypinyin() -> ModuleType:
    """The library with our readings; it loads its dictionary for half a second, so only who asks waits for it."""
    import pypinyin as library

    rows = yaml.safe_load(READINGS.read_text(encoding="utf-8"))["readings"]
    library.load_phrases_dict({row["phrase"]: [[one] for one in row["syllables"]] for row in rows})
    return library
