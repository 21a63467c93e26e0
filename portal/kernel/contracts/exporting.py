"""What a room declares so that its lists go out as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.access.permission import Permission
from portal.kernel.contracts.fields import Kind
from portal.kernel.i18n.text import Text
from portal.kernel.i18n.words import Word


@dataclass(frozen=True)
class Named:
    """A choice: its key for machines, its name for people."""

    key: str
    name: Word


@dataclass(frozen=True)
class Column:
    """One column: `key` is the importer's field of the same meaning, so that an export goes in again."""

    key: str
    title: Word
    kind: Kind = Kind.TEXT
    width: int = 16
    """In characters, for spreadsheets."""


@dataclass(frozen=True)
class ExportRow:
    """One thing: values by column key (str, int, float, Decimal, date, datetime, bool, Text, Named or None).

    The shape is in EPSG:4490. Moments with a time zone are shown in Shanghai time.
    """

    values: Mapping[str, object]
    shape: BaseGeometry | None = None


@dataclass(frozen=True)
class Asked:
    """What the list page showed: its address arguments as they stand, the day and the language (zh_Hans_CN or en)."""

    args: Mapping[str, str]
    at: dt.date
    locale: str


@dataclass(frozen=True)
class Exporter:
    """A list that goes out, in its filter. Without a permission it is public and gets the read-only session."""

    key: str
    title: Text
    columns: tuple[Column, ...]
    rows: Callable[[Session, Actor | None, Asked], Iterable[ExportRow]]
    permission: Permission | None = None
    has_shape: bool = False
    source: Callable[[Session], str] | None = None
    """Where the shapes come from and what they are worth, for files that carry it."""
    further: Callable[[Asked], tuple[Column, ...]] | None = None
    """Columns after `columns` that depend on the day, such as the figures of a year's form."""
    most: int = 200_000
    """Rows; a list that is longer is refused with the request to narrow it down, unless `cut_off`."""
    cut_off: bool = False
    """Of a list without end the newest rows go out, and the file says so."""
    narrowed: Callable[[Session, Actor | None, Asked], Iterable[tuple[Text, object]]] | None = None
    """The filter in words for the page "about": pairs of what is narrowed (a heading) and to what."""
