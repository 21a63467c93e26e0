"""Which unit a row speaks of, a known one or a new one, and below which parent.

A unit is recognised by its code in the declared system on the day, one that has no code in that system by name, parent
and kind. A bare code without its system and day is never enough: two official lists give one code to two towns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.divisions.imports import refusals
from portal.divisions.imports.command import Declared
from portal.divisions.imports.identity import CODE
from portal.divisions.imports.refusals import RowRefused
from portal.divisions.imports.report import Report
from portal.divisions.imports.staging import StagedUnit
from portal.divisions.queries.snapshot import Code, Snapshot
from portal.divisions.service import NewUnit, Subject

LOWEST_WITHOUT_PARENT = 3


@dataclass(frozen=True)
class MatchedUnit:
    """A staged unit with the unit it is and the parent it has."""

    staged: StagedUnit
    unit: Subject
    parent: Subject | None


@dataclass
class Matching:
    """Matches rows from the highest level down, so that parents of the same import come before their children.

    `reach` are the units at or below which the actor may import; None is everywhere.
    """

    command: Declared
    known: Snapshot
    report: Report
    reach: frozenset[int] | None = None
    matched: dict[Subject, MatchedUnit] = field(default_factory=dict)
    bearers: dict[Code, MatchedUnit] = field(default_factory=dict)
    """Units of this import by their codes."""

    def run(self, staged: Iterable[StagedUnit]) -> list[MatchedUnit]:
        """Matches all rows; those that cannot be are reported."""
        for unit in sorted(staged, key=lambda unit: unit.identity.level):
            try:
                self._match(unit)
            except RowRefused as refused:
                self.report.error(unit, refused.code, refused.reason, refused.field, refused.value)
        return list(self.matched.values())

    def _match(self, staged: StagedUnit) -> None:
        codes = staged.identity.codes.items()
        for system, code in codes:
            if (system, code) in self.bearers:
                raise refusals.twice_in_file(f"{CODE}{system}", code, self.bearers[system, code].staged)
        parent = self._parent(staged)
        unit = self._unit(staged, parent)
        if parent is None and isinstance(unit, int):
            parent = self.known.versions[unit].parent_id
        self._check_reach(staged, unit, parent)
        if unit in self.matched:
            raise refusals.one_unit_twice(staged.identity.name, self.matched[unit].staged)
        found = self.matched[unit] = MatchedUnit(staged, unit, parent)
        self.bearers |= dict.fromkeys(codes, found)

    def _check_reach(self, staged: StagedUnit, unit: Subject, parent: Subject | None) -> None:
        """A known unit has to lie within reach, a new one below what does."""
        if self.reach is None or isinstance(parent, NewUnit):
            return
        field, code = "parent_code", staged.parent_code or ""
        anchor = parent
        if isinstance(unit, int):
            system = self.command.code_system
            field, code, anchor = f"{CODE}{system}", staged.identity.codes[system], unit
        if not isinstance(anchor, int):
            raise refusals.no_parent()
        if anchor not in self.reach:
            raise refusals.not_yours(field, code, self.known.versions[anchor].name)

    def _parent(self, staged: StagedUnit) -> Subject | None:
        """The parent the row names; None where it names none and need not: high up, and where its unit is known."""
        code, system, level = staged.parent_code, self.command.of_parents, staged.identity.level
        if code is None:
            if level > LOWEST_WITHOUT_PARENT and self._bearer(staged) is None:
                raise refusals.no_parent()
            return None
        known, brought = self.known.bearers.get((system, code)), self.bearers.get((system, code))
        if known is not None:
            return self._above(known, self.known.versions[known].level, level, code)
        if brought is not None:
            return self._above(brought.unit, brought.staged.identity.level, level, code)
        raise refusals.unknown_parent(system, code, self.command.at)

    @staticmethod
    def _above(parent: Subject, level: int, level_below: int, code: str) -> Subject:
        if level >= level_below:
            raise refusals.parent_not_above(code)
        return parent

    def _unit(self, staged: StagedUnit, parent: Subject | None) -> Subject:
        bearer = self._bearer(staged)
        if bearer is not None:
            self._check_same(staged, bearer, parent)
            unit: Subject = bearer
        else:
            unit = self._by_name(staged, parent) or NewUnit()
        for system, code in staged.identity.codes.items():
            self._check_code(system, code, unit)
        return unit

    def _bearer(self, staged: StagedUnit) -> int | None:
        """The known unit that bears the row's code in the declared system."""
        system = self.command.code_system
        return self.known.bearers.get((system, staged.identity.codes[system]))

    def _check_same(self, staged: StagedUnit, unit: int, parent: Subject | None) -> None:
        """What changes a unit's name, kind or parent is a change with a document, not a row in a list."""
        known, said = self.known.versions[unit], staged.identity
        if known.name != said.name:
            raise refusals.renamed(known.name, said.name)
        if known.kind != said.kind:
            raise refusals.other_kind(known.name, known.kind, said.kind)
        if parent is not None and known.parent_id != parent:
            raise refusals.other_parent(known.name, staged.parent_code)

    def _by_name(self, staged: StagedUnit, parent: Subject | None) -> int | None:
        """The one unit of this name, parent and kind that has no code in the declared system on the day."""
        if isinstance(parent, NewUnit):
            return None
        said, system = staged.identity, self.command.code_system
        named = self.known.named.get((said.name, parent, said.kind), ())
        free = [unit for unit in named if (unit, system) not in self.known.codes_of]
        if len(free) > 1:
            raise refusals.ambiguous(said.name)
        if named and not free:
            raise refusals.other_code(said.name, system, self.known.codes_of[named[0], system], said.codes[system])
        return free[0] if free else None

    def _check_code(self, system: str, code: str, unit: Subject) -> None:
        """A code belongs to one unit at a time, and a unit has one code of a system at a time."""
        bearer, later = self.known.bearers.get((system, code)), self.known.later_bearers.get((system, code))
        if bearer is not None and bearer != unit:
            raise refusals.borne_by_another(system, code, self.known.versions[bearer].name)
        if later is not None and later.unit_id != unit:
            raise refusals.borne_later(system, code, later.valid_from)
        own = self.known.codes_of.get((unit, system)) if isinstance(unit, int) else None
        if isinstance(unit, int) and own is not None and own != code:
            raise refusals.other_code(self.known.versions[unit].name, system, own, code)
