"""From matched rows to the dated rows that have to be written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from portal.divisions.imports.command import Declared
from portal.divisions.imports.identity import CODE
from portal.divisions.imports.matching import MatchedUnit
from portal.divisions.imports.report import SHAPE
from portal.divisions.imports.rows import earliest, is_made_of, shape_row
from portal.divisions.imports.staging import StagedUnit
from portal.divisions.queries.snapshot import KnownShape, KnownVersion, Snapshot
from portal.divisions.service import Batch, CodeRow, NewUnit, Subject, Term, VersionRow
from portal.divisions.service.copies import copy_of, copy_of_shape, term_of
from portal.kernel.geo.sameness import same_shapes

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"

SAME_DEGREES = 2e-8
"""Two millimetres: what a way through another projection may do to a line that nobody moved."""

Changes = dict[str, tuple[object, object]]
"""What becomes of a known unit, by field: (before, after)."""


@dataclass
class Plan:
    """Decides row by row what is new, what closes an older row and what stays as it is."""

    command: Declared
    known: Snapshot
    shapes: Mapping[int, KnownShape]
    next_shapes: Mapping[int, dt.date]
    batch: Batch = field(default_factory=Batch)
    changes: dict[Subject, Changes] = field(default_factory=dict)
    """Of every planned unit; empty for new ones."""
    redrawn: frozenset[int] = frozenset()
    parts: Mapping[int, Sequence[KnownShape]] = field(default_factory=dict)
    """What is drawn directly below units that have no shape of their own."""

    @property
    def counts(self) -> dict[str, int]:
        """How many units are new, changed and unchanged."""
        found = Counter(map(self.action, self.changes))
        return {action: found[action] for action in (NEW, CHANGED, UNCHANGED)}

    def action(self, unit: Subject) -> str:
        """What becomes of a unit."""
        if isinstance(unit, NewUnit):
            return NEW
        return CHANGED if self.changes[unit] else UNCHANGED

    def make(self, matched: Sequence[MatchedUnit]) -> Plan:
        """Plans all rows."""
        self.redrawn = self._redrawn(matched)
        for unit in matched:
            self.changes[unit.unit] = self._plan(unit)
        return self

    def _plan(self, unit: MatchedUnit) -> Changes:
        if isinstance(unit.unit, NewUnit):
            self._add_new(unit, unit.unit)
            return {}
        steps = (self._change_version, self._add_codes, self._change_shape)
        return {key: pair for step in steps for key, pair in step(unit.staged, unit.unit).items()}

    def _add_new(self, unit: MatchedUnit, subject: NewUnit) -> None:
        staged, term = unit.staged, self._term(unit.staged)
        who = staged.identity
        self.batch.new.append(subject)
        self.batch.versions.append(VersionRow(subject, unit.parent, who.name, who.kind, who.level, term, **staged.said))
        self.batch.codes += [CodeRow(subject, system, code, term) for system, code in who.codes.items()]
        if staged.geometry is not None:
            self.batch.shapes.append(shape_row(subject, staged, term))

    def _change_version(self, staged: StagedUnit, unit: int) -> Changes:
        """Particulars that the row says differently close the version and go on in another from the day."""
        known = self.known.versions[unit]
        said = {key: value for key, value in staged.said.items() if value not in (None, getattr(known, key))}
        if said:
            self.batch.old_versions.append(known.id)
            self.batch.versions += [copy_of(known, term) for term in self._before(known)]
            self.batch.versions.append(replace(copy_of(known, self._after(known, staged)), **said))
        return {key: (getattr(known, key), value) for key, value in said.items()}

    def _add_codes(self, staged: StagedUnit, unit: int) -> Changes:
        """Codes of systems in which the unit has none yet."""
        new = [item for item in staged.identity.codes.items() if (unit, item[0]) not in self.known.codes_of]
        for system, code in new:
            end = earliest(self.known.next_codes.get((unit, system)), self.known.ends.get(unit))
            self.batch.codes.append(CodeRow(unit, system, code, self._term(staged, end)))
        return {f"{CODE}{system}": (None, code) for system, code in new}

    def _change_shape(self, staged: StagedUnit, unit: int) -> Changes:
        """A shape that differs closes the known one and goes on from the day."""
        known = self.shapes.get(unit)
        if staged.geometry is None or (known is not None and unit not in self.redrawn):
            return {}
        if known is None and is_made_of(self.parts.get(unit, ()), staged):
            return {}
        if known is None:
            end = earliest(self.next_shapes.get(unit), self.known.ends.get(unit))
            self.batch.shapes.append(shape_row(unit, staged, self._term(staged, end)))
        else:
            self.batch.old_shapes.append(known.id)
            self.batch.shapes += [copy_of_shape(known, term) for term in self._before(known)]
            self.batch.shapes.append(shape_row(unit, staged, self._after(known, staged)))
        now = self.batch.shapes[-1]
        before = in_words(known.area_m2, known.quality) if known else None
        return {SHAPE: (before, in_words(now.area_m2, now.quality))}

    def _redrawn(self, matched: Iterable[MatchedUnit]) -> frozenset[int]:
        """Units with a known shape whose row brings another, or one of another quality."""
        pairs = [
            (self.shapes[unit.unit], unit.staged)
            for unit in matched
            if isinstance(unit.unit, int) and unit.unit in self.shapes and unit.staged.geometry is not None
        ]
        drawn = [staged.geometry for _, staged in pairs if staged.geometry is not None]
        same = same_shapes([known.geometry for known, _ in pairs], drawn, SAME_DEGREES) if pairs else []
        return frozenset(
            known.unit_id
            for (known, staged), equal in zip(pairs, same, strict=True)
            if not equal or known.quality != staged.quality
        )

    def _term(self, staged: StagedUnit, end: dt.date | None = None) -> Term:
        said = self.command
        return Term(said.at, end, said.precision, said.announced_on, said.source or staged.file)

    def _before(self, known: KnownVersion | KnownShape) -> list[Term]:
        """The days of a known row that stay as they were: none when it begins on the day itself."""
        stays = known.valid_from < self.command.at
        return [replace(term_of(known), valid_to=self.command.at)] if stays else []

    def _after(self, known: KnownVersion | KnownShape, staged: StagedUnit) -> Term:
        """The days on which the new row takes the known one's place; what was announced is not taken back."""
        term = self._term(staged, known.valid_to)
        if known.valid_from < self.command.at:
            return term
        return replace(term, announced_on=earliest(known.announced_on, term.announced_on))


def in_words(area_m2: float, quality: str) -> str:
    """A shape for a table of differences: its area and what it is worth."""
    return f"{area_m2 / 1e6:.3f} km² ({quality})"
