"""What may be asked of the room."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from portal.places.rules import Entered, Particulars, Placed


@dataclass(frozen=True)
class AddPlace:
    """A place in a division, in words and with a position: picked or typed by a person, placed by a file, or none."""

    unit: uuid.UUID
    said: Particulars
    position: Entered | Placed | None = None


@dataclass(frozen=True)
class ChangePlace:
    """A place as it should be from now on; `row_version` is the one it was opened at."""

    public_id: uuid.UUID
    row_version: int
    unit: uuid.UUID
    said: Particulars
    position: Entered | Placed | None = None


@dataclass(frozen=True)
class ClosePlace:
    """A place that is no longer there from `closed_on` on, and why."""

    public_id: uuid.UUID
    row_version: int
    closed_on: dt.date
    reason: str
