"""Sentences that travel: a `Text` as plain data and back, for process borders and columns of JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from portal.kernel.i18n.text import Text

MSGID, PARAMS = "msgid", "params"


def to_plain(sentence: Text) -> dict[str, object]:
    """The message id and its values; numbers stay numbers, so that formats such as %(area).1f go on working."""
    return {MSGID: sentence.msgid, PARAMS: {key: _plain(value) for key, value in sentence.params.items()}}


def from_plain(kept: Mapping[str, object]) -> Text:
    """The `Text` of what `to_plain` gave."""
    params = kept.get(PARAMS)
    values = params if isinstance(params, Mapping) else {}
    return Text(str(kept.get(MSGID, "")), {str(key): _restored(value) for key, value in values.items()})


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return to_plain(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _restored(value: object) -> object:
    return from_plain(value) if isinstance(value, Mapping) and MSGID in value else value
