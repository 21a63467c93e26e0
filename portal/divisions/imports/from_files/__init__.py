"""Taking divisions in from GeoJSON and CSV files by the old command: all of them or none.

Goes once the command is an alias of the pipeline (`portal.exchange`); what every list goes through stays in `imports`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.divisions.imports.checking import check_units, plan_units
from portal.divisions.imports.from_files.columns import check_mapping
from portal.divisions.imports.from_files.command import ImportUnits
from portal.divisions.imports.from_files.findings import Finding, Findings, ImportRefused
from portal.divisions.imports.from_files.reading import Source, read_source
from portal.divisions.imports.from_files.report import FileReport
from portal.divisions.imports.from_files.staging import stage
from portal.divisions.imports.planning import CHANGED, NEW, Plan
from portal.divisions.permissions import IMPORT_UNITS
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
    plan = _planned(session, actor, command, sources, findings)
    if plan.batch:
        enter_units(session, actor, plan.batch, _manifest(command, sources, plan), today)
    return ImportReport(plan.counts, findings.notes)


def _planned(
    session: Session, actor: Actor, command: ImportUnits, sources: Sequence[Source], findings: Findings
) -> Plan:
    staged, report = [unit for source in sources for unit in stage(source, command, findings)], FileReport(findings)
    checked = check_units(session, actor, command, staged, report)
    findings.stop_if_any()
    return plan_units(session, command, checked, report)


def _manifest(command: ImportUnits, sources: Sequence[Source], plan: Plan) -> dict[str, object]:
    return {
        "files": [source.manifest() for source in sources],
        "at": command.at,
        "announced_on": command.announced_on,
        "code_system": command.code_system,
        "crs": sorted({source.crs.key for source in sources if source.crs}),
        "counts": dict(plan.counts),
    }
