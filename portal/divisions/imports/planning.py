"""From matched rows to the dated rows that have to be written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from portal.divisions.imports.command import ImportUnits
from portal.divisions.imports.matching import MatchedUnit
from portal.divisions.imports.rows import copy_of, copy_of_shape, earliest, same_shape, shape_row, term_of
from portal.divisions.imports.staging import StagedUnit
from portal.divisions.models import UnitShape, UnitVersion
from portal.divisions.queries.snapshot import KnownShape, Snapshot
from portal.divisions.service import Batch, CodeRow, NewUnit, Term, VersionRow

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass
class Plan:
    """Decides row by row what is new, what closes an older row and what stays as it is."""

    command: ImportUnits
    known: Snapshot
    shapes: Mapping[int, KnownShape]
    next_shapes: Mapping[int, dt.date]
    batch: Batch = field(default_factory=Batch)
    counts: Counter[str] = field(default_factory=lambda: Counter({NEW: 0, CHANGED: 0, UNCHANGED: 0}))

    def make(self, matched: Iterable[MatchedUnit]) -> Plan:
        """Plans all rows."""
        for unit in matched:
            self.counts[self._plan(unit)] += 1
        return self

    def _plan(self, unit: MatchedUnit) -> str:
        if isinstance(unit.unit, NewUnit):
            self._add_new(unit, unit.unit)
            return NEW
        steps = (self._change_version, self._add_codes, self._change_shape)
        changed = [step(unit.staged, unit.unit) for step in steps]
        return CHANGED if any(changed) else UNCHANGED

    def _add_new(self, unit: MatchedUnit, subject: NewUnit) -> None:
        staged, term = unit.staged, self._term(unit.staged)
        who = staged.identity
        self.batch.new.append(subject)
        self.batch.versions.append(VersionRow(subject, unit.parent, who.name, who.kind, who.level, term, **staged.said))
        self.batch.codes += [CodeRow(subject, system, code, term) for system, code in who.codes.items()]
        if staged.geometry is not None:
            self.batch.shapes.append(shape_row(subject, staged, term))

    def _change_version(self, staged: StagedUnit, unit: int) -> bool:
        """Particulars that the row says differently close the version and go on in another from the day."""
        known = self.known.versions[unit]
        said = {key: value for key, value in staged.said.items() if value not in (None, getattr(known, key))}
        if said:
            self.batch.old_versions.append(known.id)
            self.batch.versions += [copy_of(known, term) for term in self._before(known)]
            self.batch.versions.append(replace(copy_of(known, self._after(known, staged)), **said))
        return bool(said)

    def _add_codes(self, staged: StagedUnit, unit: int) -> bool:
        """Codes of systems in which the unit has none yet."""
        new = [item for item in staged.identity.codes.items() if (unit, item[0]) not in self.known.codes_of]
        for system, code in new:
            end = earliest(self.known.next_codes.get((unit, system)), self.known.ends.get(unit))
            self.batch.codes.append(CodeRow(unit, system, code, self._term(staged, end)))
        return bool(new)

    def _change_shape(self, staged: StagedUnit, unit: int) -> bool:
        """A shape that differs closes the known one and goes on from the day."""
        known = self.shapes.get(unit)
        if staged.geometry is None or (known is not None and same_shape(staged, known)):
            return False
        if known is None:
            end = earliest(self.next_shapes.get(unit), self.known.ends.get(unit))
            self.batch.shapes.append(shape_row(unit, staged, self._term(staged, end)))
            return True
        self.batch.old_shapes.append(known.row.id)
        self.batch.shapes += [copy_of_shape(known, term) for term in self._before(known.row)]
        self.batch.shapes.append(shape_row(unit, staged, self._after(known.row, staged)))
        return True

    def _term(self, staged: StagedUnit, end: dt.date | None = None) -> Term:
        said = self.command
        return Term(said.at, end, said.precision, said.announced_on, said.source or staged.file)

    def _before(self, known: UnitVersion | UnitShape) -> list[Term]:
        """The days of a known row that stay as they were: none when it begins on the day itself."""
        stays = known.valid_from < self.command.at
        return [replace(term_of(known), valid_to=self.command.at)] if stays else []

    def _after(self, known: UnitVersion | UnitShape, staged: StagedUnit) -> Term:
        """The days on which the new row takes the known one's place; what was announced is not taken back."""
        term = self._term(staged, known.valid_to)
        if known.valid_from < self.command.at:
            return term
        return replace(term, announced_on=earliest(known.announced_on, term.announced_on))
