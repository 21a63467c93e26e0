"""A published list as it is read, kept and given back: rows in their order, nothing added."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was written; None where the list says nothing."""

    code: str
    name: str
    kind: str | None = None
    parent_code: str | None = None
    parent_name: str | None = None


@dataclass(frozen=True)
class PublishedList:
    """A list of one code system as of a day; `scope` is the prefix of the codes it speaks of, empty for all."""

    system: str
    as_of: dt.date
    precision: str
    scope: str
    title: str
    source: str
    rows: tuple[Row, ...]

    @property
    def key(self) -> str:
        """What people call it by."""
        return "-".join(part for part in (self.system, self.as_of.isoformat(), self.scope) if part)

    @property
    def sha256(self) -> str:
        """Of its content, which tells the same list from another one of the same day."""
        return content_hash(self.rows)


def content_hash(rows: Iterable[Row]) -> str:
    """SHA-256 of the rows in their order, as 64 hexadecimal digits; one row a line, as a JSON array."""
    digest = hashlib.sha256()
    for row in rows:
        cells = [row.code, row.name, row.kind, row.parent_code, row.parent_name]
        digest.update(json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()
