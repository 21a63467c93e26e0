"""What may be asked of the room."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.toponyms.rules.judging import Answer
from portal.toponyms.rules.particulars import Particulars
from portal.toponyms.rules.position import Entered, Placed
from portal.toponyms.rules.proposal import Proposal

Position = Entered | Placed | None


@dataclass(frozen=True)
class AddName:
    """A standard name in a division, with where it lies: drawn or typed, from a file, or not known."""

    unit: uuid.UUID
    said: Particulars
    position: Position = None


@dataclass(frozen=True)
class CorrectName:
    """How a version that began on `began` should have been written; `revision` is what it was opened at."""

    public_id: uuid.UUID
    revision: int
    began: dt.date
    unit: uuid.UUID
    said: Particulars
    position: Position
    reason: str


@dataclass(frozen=True)
class ChangeName:
    """What a name became in the world on `said.valid_from`."""

    public_id: uuid.UUID
    revision: int
    unit: uuid.UUID
    said: Particulars
    position: Position
    reason: str


@dataclass(frozen=True)
class Submit:
    """An application; `name` is the name on record that is to be changed or cancelled."""

    unit: uuid.UUID
    said: Proposal
    name: uuid.UUID | None = None
    position: Position = None


@dataclass(frozen=True)
class EditApplication:
    """An application as it should read; `row_version` is what it was opened at."""

    public_id: uuid.UUID
    row_version: int
    unit: uuid.UUID
    said: Proposal
    position: Position = None


@dataclass(frozen=True)
class Judge:
    """A person's answers about a proposed name, and why findings that leave room do not keep it out."""

    public_id: uuid.UUID
    row_version: int
    on_date: dt.date
    answers: Mapping[str, Answer]
    reason: str
    note: str = ""


@dataclass(frozen=True)
class TakeStep:
    """A step; the document and the day of effect belong to an approval."""

    public_id: uuid.UUID
    row_version: int
    verb: str
    on_date: dt.date
    note: str = ""
    document_number: str = ""
    document_authority: str = ""
    effective_on: dt.date | None = None


@dataclass(frozen=True)
class AddPaper:
    """A paper of an application; `upload` is its scan on disk, None for one that lies in the paper file."""

    application: uuid.UUID
    item: str
    title: str
    number: str = ""
    dated_on: dt.date | None = None
    upload: Path | None = None
    file_name: str = field(default="")
