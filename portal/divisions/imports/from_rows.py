"""Rows of the import pipeline (`kernel.contracts.importing`) to staged units, and what is found back to the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.divisions.imports.command import Declared
from portal.divisions.imports.identity import CODE, identity, parent_code
from portal.divisions.imports.report import SHAPE
from portal.divisions.imports.staging import PARTICULARS, StagedUnit
from portal.kernel.contracts.importing import ImportRow
from portal.kernel.geo.geometry import as_multipolygon
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

Changes = Mapping[str, tuple[object, object]]
"""(before, after) by field."""

BARE_CODE, BARE_PARENT = "code", "parent_code"
"""Fields of codes whose system the options name."""


@dataclass(frozen=True)
class RowCells:
    """What a row says, by the fields of `identity`: those of codes are spread over several fields of the importer."""

    row: ImportRow
    command: Declared

    def is_blank(self, name: str) -> bool:
        """Whether the row says nothing for a field."""
        return self.said(name) is None

    def said(self, name: str) -> str | None:
        """The value of a field as a text."""
        value = self.row.values.get(self.field(name))
        return None if value is None else str(value)

    def refuse(self, name: str, code: str, reason: Text) -> None:
        """An error at the field."""
        self.row.refuse(code, reason, self.field(name))

    def warn(self, name: str, code: str, reason: Text) -> None:
        """A note at the field."""
        self.row.note(code, reason, self.field(name))

    def field(self, name: str) -> str:
        """The importer's field: the one of a code's own system where it is filled in, else the bare one."""
        if name.startswith(CODE):
            system = name.removeprefix(CODE)
            return self._own_or_bare(f"code_{system}", BARE_CODE, bare=system == self.command.code_system)
        if name == BARE_PARENT:
            return self._own_or_bare(f"parent_code_{self.command.of_parents}", BARE_PARENT, bare=True)
        return name

    def _own_or_bare(self, own: str, bare_field: str, *, bare: bool) -> str:
        return own if not bare or self.row.values.get(own) is not None else bare_field

    def check_codes(self) -> None:
        """Two codes of one system that differ cannot both be meant."""
        own, bare = f"code_{self.command.code_system}", self.row.values.get(BARE_CODE)
        if bare is not None and self.row.values.get(own) not in (None, bare):
            self.row.refuse("unit.two_codes", text("Two columns give this division different codes."), BARE_CODE)


@dataclass
class RowReport:
    """What the checks find, kept by the rows themselves. Of shapes that are wrong together none goes in."""

    command: Declared
    rows: dict[int, ImportRow] = field(default_factory=dict)

    def error(self, unit: StagedUnit, code: str, reason: Text, field: str, value: str | None = None) -> None:
        """As `Report` says."""
        row = self.rows[unit.number]
        row.refuse(code, reason, None if field == SHAPE else RowCells(row, self.command).field(field))

    def error_of_all(self, units: Sequence[StagedUnit], problem: Problem) -> None:
        """As `Report` says."""
        first, *others = units
        self.rows[first.number].refuse(problem.code, problem.text)
        for other in others:
            self.rows[other.number].refuse("unit.shapes_together", _with(first))

    def is_refused(self, unit: StagedUnit) -> bool:
        """As `Report` says."""
        return self.rows[unit.number].refused

    def stage(self, rows: Iterable[ImportRow], source: str) -> list[StagedUnit]:
        """The units of rows; rows that are wrong in themselves are refused."""
        staged = (self._staged(row, source) for row in rows)
        return [unit for unit in staged if unit is not None]

    def _staged(self, row: ImportRow, source: str) -> StagedUnit | None:
        cells = RowCells(row, self.command)
        self.rows[row.number] = row
        cells.check_codes()
        who = identity(cells, self.command)
        if who is None or row.refused:
            return None
        shape = as_multipolygon(row.shape) if row.shape is not None else None
        return StagedUnit(
            file=source,
            line=row.line,
            number=row.number,
            identity=who,
            parent_code=parent_code(cells, self.command),
            said={name: row.values.get(name) for name in PARTICULARS},
            geometry=shape,
            quality=cells.said("quality") or self.command.quality,
            crs=row.crs if shape is not None else "",
        )


def told(row: ImportRow, command: Declared, changes: Changes) -> Changes:
    """Changes by the importer's fields; of a shape under `shape`."""
    cells = RowCells(row, command)
    return {"shape" if name == SHAPE else cells.field(name): pair for name, pair in changes.items()}


def _with(first: StagedUnit) -> Text:
    return text("Its shape stands or falls with that of line %(line)s, where something is wrong.", line=first.line)
