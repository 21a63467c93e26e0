"""What people ask of change files."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from portal.divisions.rules.changes.content import Content


@dataclass(frozen=True)
class DraftChange:
    """A new file of a kind; `unit_id` is the district that keeps it, None for the home district."""

    kind: str
    title: str
    note: str = ""
    unit_id: int | None = None


@dataclass(frozen=True)
class EditChange:
    """The file's head as it should be; only fields that are in `facts` change, `content` when it is given.

    Facts are `title`, `note`, `authority`, `authority_reason`, `document_number`, `document_authority` and the days
    `applied_on`, `approved_on`, `announced_on`, `effective_on`.
    """

    public_id: uuid.UUID
    row_version: int
    facts: Mapping[str, object] = field(default_factory=dict)
    content: Content | None = None


@dataclass(frozen=True)
class TakeStep:
    """One step of a file: a verb of `rules.changes.lifecycle`, the day on which it was done, and what it needs."""

    public_id: uuid.UUID
    row_version: int
    verb: str
    on: dt.date | None
    note: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    """Fields of `EditChange` that are known only now, such as number and authority of the approval."""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of `publish_codes`: new codes by unit (key of the file) and system."""


@dataclass(frozen=True)
class AddDocument:
    """A paper of a file; `file_id` is its scan in the file store."""

    public_id: uuid.UUID
    item: str
    title: str
    number: str = ""
    authority: str = ""
    dated_on: dt.date | None = None
    file_id: int | None = None


@dataclass(frozen=True)
class AddShape:
    """Ground for a file, in CGCS2000; `crs` and `source` say what it came in as and from where."""

    public_id: uuid.UUID
    geometry: BaseGeometry
    quality: str
    crs: str
    source: str


@dataclass(frozen=True)
class CorrectUnit:
    """What was written down wrongly of a unit in the state of day `at`, and what is right; `reason` is a must.

    `said` holds particulars (`name`, `kind`, `seat`, …), `codes` codes by system (None: it had none), `since` the
    right first day of the state with its `precision`.
    """

    public_id: uuid.UUID
    at: dt.date
    reason: str
    source: str = ""
    said: Mapping[str, object] = field(default_factory=dict)
    codes: Mapping[str, str | None] = field(default_factory=dict)
    since: dt.date | None = None
    precision: str | None = None
