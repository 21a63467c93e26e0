"""Names of columns to numbers."""

from __future__ import annotations

from functools import lru_cache

LAST_COLUMN = 16_383
"""XFD, from 0."""


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """The number (from 0) of a column such as AB; beyond `LAST_COLUMN` for what is none."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return LAST_COLUMN + 1
        number = number * 26 + ord(letter) - 64
    return number - 1 if letters else LAST_COLUMN + 1
