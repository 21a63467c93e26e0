"""From the plan of a change to the rows that have to be written: what is closed, what goes on, what begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from portal.divisions.queries.changes.standing import Standing
from portal.divisions.rules.changes.plan import Plan
from portal.divisions.rules.changes.situation import Ground, UnitState
from portal.divisions.service.batch import Batch, CodeRow, NewUnit, ShapeRow, Subject, Term, VersionRow
from portal.divisions.service.copies import copy_of, copy_of_code, copy_of_shape, term_of
from portal.kernel.geo.geometry import as_multipolygon

PARTICULARS = ("name", "name_en", "seat", "postcode", "phone", "population")


@dataclass
class Rows:
    """The batch of a plan. `ids` are internal ids by the keys of the file; those that are born get a `NewUnit`."""

    plan: Plan
    on: dt.date
    announced_on: dt.date | None
    source: str
    ids: Mapping[str, int]
    standing: Standing
    batch: Batch = field(default_factory=Batch)
    born: dict[str, NewUnit] = field(default_factory=dict)

    def make(self) -> Rows:
        """Fills the batch."""
        self.born = {key: NewUnit() for key in self.plan.after if key not in self.ids}
        self.batch.new += self.born.values()
        for key, unit in self.plan.after.items():
            if key in self.born:
                self._begin(key, unit)
            else:
                self._go_on(key, unit)
        for key in self.plan.before:
            if key not in self.plan.after:
                self._end(self.ids[key])
        return self

    def _begin(self, key: str, unit: UnitState) -> None:
        term = self._term(None)
        self.batch.versions.append(self._version(self.born[key], unit, term))
        self.batch.codes += [CodeRow(self.born[key], system, code, term) for system, code in unit.codes.items()]
        if unit.ground is not None:
            self.batch.shapes.append(_shape(self.born[key], unit.ground, term))

    def _go_on(self, key: str, unit: UnitState) -> None:
        unit_id, before = self.ids[key], self.plan.before[key]
        known = self.standing.versions[unit_id]
        if _differs(before, unit):
            self.batch.old_versions.append(known.id)
            self.batch.versions += [copy_of(known, term) for term in self._before(term_of(known))]
            self.batch.versions.append(self._version(unit_id, unit, self._term(known.valid_to)))
        for system, code in unit.codes.items():
            if before.codes.get(system) != code:
                self._recode(unit_id, system, code)
        if unit.ground is not before.ground and unit.ground is not None:
            self._redraw(unit_id, unit.ground)

    def _recode(self, unit_id: int, system: str, code: str) -> None:
        known = self.standing.codes.get((unit_id, system))
        end = known.valid_to if known else self.standing.versions[unit_id].valid_to
        if known is not None:
            self.batch.old_codes.append(known.id)
            self.batch.codes += [copy_of_code(known, term) for term in self._before(term_of(known))]
        self.batch.codes.append(CodeRow(unit_id, system, code, self._term(end)))

    def _redraw(self, unit_id: int, ground: Ground) -> None:
        known = self.standing.shapes.get(unit_id)
        ends = [known.valid_to if known else self.standing.versions[unit_id].valid_to]
        ends.append(self.standing.next_shapes.get(unit_id))
        if known is not None:
            self.batch.old_shapes.append(known.id)
            self.batch.shapes += [copy_of_shape(known, term) for term in self._before(term_of(known))]
        self.batch.shapes.append(_shape(unit_id, ground, self._term(min((end for end in ends if end), default=None))))

    def _end(self, unit_id: int) -> None:
        """Everything that is said of the unit ends on the day before."""
        known, shape = self.standing.versions[unit_id], self.standing.shapes.get(unit_id)
        self.batch.old_versions.append(known.id)
        self.batch.versions += [copy_of(known, term) for term in self._before(term_of(known))]
        for code in self.standing.codes_of(unit_id):
            self.batch.old_codes.append(code.id)
            self.batch.codes += [copy_of_code(code, term) for term in self._before(term_of(code))]
        if shape is not None:
            self.batch.old_shapes.append(shape.id)
            self.batch.shapes += [copy_of_shape(shape, term) for term in self._before(term_of(shape))]

    def _version(self, subject: Subject, unit: UnitState, term: Term) -> VersionRow:
        said = {name: getattr(unit, name) for name in PARTICULARS if name != "name"}
        return VersionRow(subject, self.subject(unit.parent), unit.name, unit.kind, unit.level, term, **said)

    def subject(self, key: str | None) -> Subject | None:
        """A unit of the file as the batch names it."""
        if key is None:
            return None
        return self.born[key] if key in self.born else self.ids[key]

    def _term(self, end: dt.date | None) -> Term:
        return Term(self.on, end, "day", self.announced_on, self.source)

    def _before(self, term: Term) -> Sequence[Term]:
        """The days up to the change; none where the row begins on its day."""
        return [replace(term, valid_to=self.on)] if term.valid_from < self.on else []


def _differs(before: UnitState, after: UnitState) -> bool:
    return before.parent != after.parent or any(getattr(before, name) != getattr(after, name) for name in PARTICULARS)


def _shape(subject: Subject, ground: Ground, term: Term) -> ShapeRow:
    return ShapeRow(subject, as_multipolygon(ground.geometry), ground.area_m2, ground.quality, ground.crs, term)
