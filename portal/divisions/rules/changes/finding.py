"""What is to be said of a planned change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.kernel.i18n.text import Text


@dataclass(frozen=True)
class Finding:
    """`error` forbids the change, `note` is to be known, `unchecked` says what could not be looked at and why.

    `units` are the keys of those it speaks of, `field` the particular of the first of them where there is one.
    """

    level: str
    text: Text
    units: Sequence[str] = ()
    field: str | None = None


def error(text: Text, *units: str, field: str | None = None) -> Finding:
    """Something that forbids the change."""
    return Finding("error", text, units, field)


def note(text: Text, *units: str, field: str | None = None) -> Finding:
    """Something to know."""
    return Finding("note", text, units, field)


def unchecked(text: Text, *units: str) -> Finding:
    """Something that could not be checked."""
    return Finding("unchecked", text, units)
