"""Sentences for people that are made in one place and translated in another.

Rules, readers and services know no request and so no language: they return a `Text`, an English message id with its
values. The web layer and the command line translate it when they show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """An English message id with named values; `str()` gives the English sentence.

    A value may itself be a `Text`. `%(name)s` marks the place of a value.
    """

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid % self.params if self.params else self.msgid

    def __hash__(self) -> int:
        return hash((self.msgid, tuple(sorted((key, str(value)) for key, value in self.params.items()))))


def text(msgid: str, /, **params: object) -> Text:
    """A `Text`; the catalogue tool collects the message ids by this function's name."""
    return Text(msgid, params)
