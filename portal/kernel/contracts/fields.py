"""What a column of a file may hold: the type that importers, exporters and their options share."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from portal.kernel.i18n.text import Text


class Kind(enum.StrEnum):
    """How a cell is read and written. Codes and phones are texts that look like numbers and must stay texts."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


Choices = Callable[[dt.date], Mapping[str, Text | str | Mapping[str, str]]]
"""Keys and their names (`{"zh": …, "en": …}`, a `Text` or a plain word) as they hold on a day."""


@dataclass(frozen=True)
class Field:
    """One field of a thing, or one option of an import.

    `names` are further headings it is known by (Chinese or English, compared without blanks and case). `units` are
    words that may follow a number ("床", "m²") and are taken off. `looks` is a regular expression that most cells of
    such a column fit, for proposing a column by its content. `least` and `most` bound numbers.
    """

    key: str
    title: Text
    kind: Kind = Kind.TEXT
    names: tuple[str, ...] = ()
    required: bool = False
    longest: int = 500
    units: tuple[str, ...] = ()
    choices: Choices | None = None
    hint: Text | None = None
    looks: str | None = None
    least: float | None = None
    most: float | None = None
    default: object = None


@dataclass(frozen=True)
class ShapeRule:
    """What geometry rows may bring: `kinds` of point, line, area."""

    kinds: frozenset[str] = field(default_factory=lambda: frozenset({"point", "line", "area"}))
    required: bool = False
    most_vertices: int = 1_000_000
