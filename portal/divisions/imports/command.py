"""What is asked of an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class ImportUnits:
    """Files that describe units as they are from `at` on; several go in together or not at all.

    `columns` says which column holds a field where its name does not say so (`code:nbs` is a further code), `only`
    which rows count, by the text of a column. Parents are named by codes of `parent_system`; `parent_code` is the
    parent of rows that name none, `kind` and `quality` those of rows that say none. Without `announced_on` all stays
    internal.
    """

    files: tuple[Path, ...]
    code_system: str
    at: dt.date
    announced_on: dt.date | None
    crs: str | None = None
    precision: str = "day"
    columns: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    parent_system: str | None = None
    parent_code: str | None = None
    kind: str | None = None
    quality: str = "digitised"
    source: str | None = None
    tolerance_m: float = 1.0
    encoding: str | None = None

    @property
    def of_parents(self) -> str:
        """The code system in which parents are named."""
        return self.parent_system or self.code_system
