"""What the tables of shapefiles (dBASE) can hold: names of 10 bytes, texts of 254."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_NAME = 10
LONGEST_TEXT = 254
"""Bytes in UTF-8."""


def cut(value: str, most: int = LONGEST_TEXT) -> str:
    """The beginning of a text that fits into so many bytes, never half a character."""
    encoded = value.encode()
    return value if len(encoded) <= most else encoded[:most].decode(errors="ignore")


def field_names(keys: Sequence[str]) -> tuple[str, ...]:
    """A name of at most 10 bytes for each key, all different whatever their case; numbers tell equal ones apart."""
    taken: set[str] = set()
    # Those that fit keep their names, so that a longer one gives way.
    kept = {key for key in keys if len(key.encode()) <= LONGEST_NAME}
    names = {key: _free(key, taken) for key in sorted(keys, key=lambda key: key not in kept)}
    return tuple(names[key] for key in keys)


def _free(key: str, taken: set[str]) -> str:
    name, number = cut(key, LONGEST_NAME), 1
    while name.lower() in taken:
        number += 1
        name = cut(key, LONGEST_NAME - len(str(number))) + str(number)
    taken.add(name.lower())
    return name
