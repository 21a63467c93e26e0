"""Sentences of the catalogue: their words are data in Chinese and English, so no message catalogue holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal.disasters.catalogue import Labels

PLACEHOLDER = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Wording:
    """A sentence in both languages; each `{placeholder}` takes a number, a string or labels. `str()` is English."""

    words: Labels
    values: Mapping[str, object]

    def said(self, language: str) -> str:
        """The sentence in `zh` or `en`."""
        return PLACEHOLDER.sub(lambda found: self._value(found[1], language), self.words[language])

    def _value(self, name: str, language: str) -> str:
        value = self.values[name]
        if isinstance(value, Mapping):
            return str(value[language])
        return plain(value) if isinstance(value, Decimal) else str(value)

    def __str__(self) -> str:
        return self.said("en")


def plain(value: Decimal) -> str:
    """A figure as people write it: 3.50 is 3.5, 120 is 120, never 1.2E+2."""
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
