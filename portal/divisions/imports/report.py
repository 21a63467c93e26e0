"""Where the checks say what is wrong with a row, whichever way it came in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from portal.divisions.imports.staging import StagedUnit
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text

SHAPE = "geometry"
"""The field of findings about a shape."""


class Report(Protocol):
    """Takes what keeps rows out; fields are those of `identity`, and `SHAPE`."""

    def error(self, unit: StagedUnit, code: str, reason: Text, field: str, value: str | None = None) -> None:
        """Something wrong with one row."""

    def error_of_all(self, units: Sequence[StagedUnit], problem: Problem) -> None:
        """Something wrong with the shapes of rows together: said of the first, and none of them goes in."""

    def is_refused(self, unit: StagedUnit) -> bool:
        """Whether something keeps a row out."""
