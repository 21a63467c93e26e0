"""What the checks find, as findings of files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.divisions.imports.from_files.findings import Findings
from portal.divisions.imports.from_files.territory import COLUMN
from portal.divisions.imports.report import SHAPE
from portal.divisions.imports.staging import StagedUnit
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text


@dataclass(frozen=True)
class FileReport:
    """One error refuses all files, so that none of several rows is blamed beside the first."""

    findings: Findings

    def error(self, unit: StagedUnit, code: str, reason: Text, field: str, value: str | None = None) -> None:
        """As `Report` says."""
        column = COLUMN if field == SHAPE else unit.columns.get(field)
        self.findings.error(unit, code, reason, column, value)

    def error_of_all(self, units: Sequence[StagedUnit], problem: Problem) -> None:
        """As `Report` says."""
        self.findings.add(units[0], problem, COLUMN)

    def is_refused(self, unit: StagedUnit) -> bool:
        """Nothing is planned once something was refused."""
        return False
