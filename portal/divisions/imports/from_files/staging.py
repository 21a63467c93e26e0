"""Rows of files to staged units."""

from __future__ import annotations

from portal.divisions.imports.from_files.cells import Cells
from portal.divisions.imports.from_files.command import ImportUnits
from portal.divisions.imports.from_files.findings import Findings
from portal.divisions.imports.from_files.reading import Source
from portal.divisions.imports.from_files.territory import territory
from portal.divisions.imports.identity import identity, parent_code
from portal.divisions.imports.staging import StagedUnit
from portal.kernel.formats.rows import Row


def stage(source: Source, command: ImportUnits, findings: Findings) -> list[StagedUnit]:
    """The units of a file; rows that are wrong in themselves go to the findings."""
    staged = (_staged(row, source, command, findings) for row in source.rows)
    return [unit for unit in staged if unit is not None]


def _staged(row: Row, source: Source, command: ImportUnits, findings: Findings) -> StagedUnit | None:
    """The unit of a row; every cell is looked at before it is refused, so that all that is wrong is said at once."""
    errors = len(findings.errors)
    cells = Cells(source.name, row.line, row.number, row.values, source.columns, findings)
    who, geometry, quality = identity(cells, command), territory(row, source.crs, cells), cells.quality()
    said = {name: cells.said(name) for name in ("name_en", "seat", "postcode", "phone")}
    people, crs = cells.population(), source.crs.key if source.crs else ""
    if who is None or len(findings.errors) > errors:
        return None
    return StagedUnit(
        file=source.name,
        line=row.line,
        number=row.number,
        identity=who,
        parent_code=parent_code(cells, command),
        said={**said, "population": people},
        geometry=geometry,
        quality=quality or command.quality,
        crs=crs,
        columns=source.columns,
    )
