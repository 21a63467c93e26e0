"""What people wrote, as a paper can hold it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Values: TypeAlias = Mapping[str, str | Sequence[Mapping[str, str]]]
"""What a template fills in: texts by name, or rows of texts by name."""

LONGEST = 20_000
UNWRITABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u007f-\u009f\ufdd0-\ufdef]")
"""What XML 1.0 cannot hold (2.2), and control characters that it only tolerates."""


def writable(values: Values) -> dict[str, object]:
    """The same values without what no document can hold: such signs become �, line ends become one sign."""
    return {name: _clean(value) for name, value in values.items()}


def writable_text(said: str) -> str:
    """One text as a document can hold it."""
    return UNWRITABLE.sub("\ufffd", said.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST]


def _clean(value: object) -> object:
    if isinstance(value, str):
        return writable_text(value)
    if isinstance(value, Mapping):
        return {str(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_clean(inner) for inner in value]
    return value
