"""Rows to units as the file describes them, before anything is known of other units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from portal.divisions.imports.cells import Cells
from portal.divisions.imports.command import ImportUnits
from portal.divisions.imports.findings import Findings
from portal.divisions.imports.identity import RowIdentity, identity, plain_code
from portal.divisions.imports.reading import Source
from portal.divisions.imports.territory import territory
from portal.kernel.formats.rows import Row


@dataclass(frozen=True)
class StagedUnit:
    """A unit as a row describes it; `said` holds its further particulars, None where the row says nothing."""

    file: str
    line: int
    number: int
    identity: RowIdentity
    parent_code: str | None
    said: Mapping[str, Any]
    geometry: shapely.MultiPolygon | None
    quality: str
    crs: str
    columns: Mapping[str, str]
    """The columns the fields stand in, for findings about them."""


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
        parent_code=_parent(cells, command),
        said={**said, "population": people},
        geometry=geometry,
        quality=quality or command.quality,
        crs=crs,
        columns=source.columns,
    )


def _parent(cells: Cells, command: ImportUnits) -> str | None:
    written = cells.said("parent_code") or command.parent_code
    return plain_code(written, command.of_parents) if written else None
