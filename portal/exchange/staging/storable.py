"""Texts of strangers as PostgreSQL takes them: it stores neither NUL nor halves of pairs."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
SIGN = "\ufffd"
"""Stands where a character was that is none; readers have reported it by then."""


def storable(said: str) -> str:
    """The same text with a sign for each character that cannot be stored."""
    return _UNSTORABLE.sub(SIGN, said)


def all_storable(value: object) -> object:
    """Plain data (as JSON has it) whose texts and keys can all be stored."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): all_storable(inner) for key, inner in value.items()}
    return [all_storable(inner) for inner in value] if isinstance(value, list | tuple) else value
