"""Which unit a row speaks of: one that is known, or a new one; and below which parent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.divisions.imports.columns import CODE
from portal.divisions.imports.command import ImportUnits
from portal.divisions.imports.findings import Findings
from portal.divisions.imports.staging import StagedUnit
from portal.divisions.models import UnitVersion
from portal.divisions.queries.snapshot import Snapshot
from portal.divisions.service import NewUnit, Subject
from portal.kernel.i18n.text import Text, text

TOP_LEVEL = 3
"""Units of this level and above may stand without a parent."""


@dataclass(frozen=True)
class MatchedUnit:
    """A staged unit with the unit it is and the parent it has."""

    staged: StagedUnit
    unit: Subject
    parent: Subject | None


@dataclass
class Matching:
    """Matches rows from the highest level down, so that parents of the same import are known before their children."""

    command: ImportUnits
    known: Snapshot
    findings: Findings
    matched: list[MatchedUnit] = field(default_factory=list)
    taken: dict[Subject, StagedUnit] = field(default_factory=dict)
    brought: dict[str, MatchedUnit] = field(default_factory=dict)
    """Units of this import by their code in the system of parents."""

    def run(self, staged: Iterable[StagedUnit]) -> list[MatchedUnit]:
        """Matches all rows; those that cannot be are in the findings."""
        for unit in sorted(staged, key=lambda unit: unit.identity.level):
            self._match(unit)
        return self.matched
