"""What is declared of a list of units as a whole, wherever its rows come from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A list that says how units are from `at` on.

    Parents are named by codes of `parent_system`; `parent_code` is the parent of rows that name none, `kind` and
    `quality` those of rows that say none. Without `announced_on` all stays internal. `tolerance_m` is the width up to
    which overlaps and holes do not count.
    """

    code_system: str
    at: dt.date
    announced_on: dt.date | None
    precision: str = "day"
    parent_system: str | None = None
    parent_code: str | None = None
    kind: str | None = None
    quality: str = "digitised"
    source: str | None = None
    tolerance_m: float = 1.0

    @property
    def of_parents(self) -> str:
        """The code system in which parents are named."""
        return self.parent_system or self.code_system
