"""What may be asked of the room."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from portal.risk.rules import Entered, Particulars, Placed


@dataclass(frozen=True)
class AddHazard:
    """A hazard in a division, in words and as a shape: drawn or typed by a person, or placed by a file."""

    unit: uuid.UUID
    said: Particulars
    shape: Entered | Placed


@dataclass(frozen=True)
class ChangeHazard:
    """A hazard as it should be from now on; `row_version` is the one it was opened at."""

    public_id: uuid.UUID
    row_version: int
    unit: uuid.UUID
    said: Particulars
    shape: Entered | Placed


@dataclass(frozen=True)
class CloseHazard:
    """A hazard that is no longer there from `closed_on` on, and why."""

    public_id: uuid.UUID
    row_version: int
    closed_on: dt.date
    reason: str
