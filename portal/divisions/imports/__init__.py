"""Taking divisions in from files: reading, staged rows, checks, plan, and one write. All or nothing.

files → reading.Source → staging.StagedUnit → matching.MatchedUnit → tiling (checks) → planning.Plan → service
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.divisions.imports.columns import check_mapping
from portal.divisions.imports.command import ImportUnits
from portal.divisions.imports.findings import Finding, Findings, ImportRefused
from portal.divisions.imports.matching import Matching
from portal.divisions.imports.planning import CHANGED, NEW, Plan
from portal.divisions.imports.reading import Source, read_source
from portal.divisions.imports.staging import stage
from portal.divisions.imports.surroundings import look_around
from portal.divisions.imports.tiling import check_tiling
from portal.divisions.permissions import IMPORT_UNITS
from portal.divisions.queries.snapshot import next_shapes, shapes_of, snapshot
from portal.divisions.service import enter_units, one_at_a_time
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor

__all__ = ["Finding", "ImportRefused", "ImportReport", "ImportUnits", "import_units"]


@dataclass(frozen=True)
class ImportReport:
    """What an import did: counts by `new`, `changed` and `unchanged`, and notes about rows that went in."""

    counts: Mapping[str, int]
    notes: Sequence[Finding]

    @property
    def changed_nothing(self) -> bool:
        """Whether everything was on record already."""
        return self.counts[NEW] == self.counts[CHANGED] == 0


def import_units(session: Session, actor: Actor, command: ImportUnits, today: dt.date) -> ImportReport:
    """Takes all files in, or raises with everything that is wrong and changes nothing.

    Raises `ImportRefused` with a finding for each refused row, `FileRefused` for a file that cannot be read at all,
    `CrsRefused` for a coordinate system, and `BadInput` for a wrong option.
    """
    policy.require(actor, IMPORT_UNITS)
    findings = Findings()
    sources = [read_source(path, check_mapping(command), findings) for path in command.files]
    one_at_a_time(session)
    plan = _planned(session, command, sources, findings)
    if plan.batch:
        enter_units(session, actor, plan.batch, _manifest(command, sources, plan), today)
    return ImportReport(plan.counts, findings.notes)


def _planned(session: Session, command: ImportUnits, sources: Sequence[Source], findings: Findings) -> Plan:
    staged = [unit for source in sources for unit in stage(source, command, findings)]
    known = snapshot(session, command.at)
    matched = Matching(command, known, findings).run(staged)
    check_tiling(matched, look_around(session, matched, known), command.tolerance_m, findings)
    findings.stop_if_any()
    ids = [unit.unit for unit in matched if isinstance(unit.unit, int)]
    shapes, following = shapes_of(session, ids, command.at), next_shapes(session, ids, command.at)
    return Plan(command, known, shapes, following).make(matched)


def _manifest(command: ImportUnits, sources: Sequence[Source], plan: Plan) -> dict[str, object]:
    return {
        "files": [source.manifest() for source in sources],
        "at": command.at,
        "announced_on": command.announced_on,
        "code_system": command.code_system,
        "crs": sorted({source.crs.key for source in sources if source.crs}),
        "counts": dict(plan.counts),
    }
