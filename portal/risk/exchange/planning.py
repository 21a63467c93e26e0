"""What becomes of each row of a file of hazards: a look at the row, at the rows together and at what is on record."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy.orm import Session

from portal.divisions.queries import unit_names
from portal.divisions.queries.naming import NamedUnit
from portal.divisions.unit_columns import UnitReader, names_unit, refuse_without_unit
from portal.errors import FormInvalid
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.importing import Action, ImportRow, Staging
from portal.kernel.geo.sameness import same_shapes
from portal.kernel.i18n.text import Text, text
from portal.risk import queries
from portal.risk.catalogue import Catalogue, in_force
from portal.risk.exchange.rows import FIELD_OF, differences, merged, public_id_of, unit_day
from portal.risk.permissions import EDIT
from portal.risk.queries import Identity, KnownHazard
from portal.risk.rules import check_particulars, laid, unlayable

Match: TypeAlias = tuple[ImportRow, KnownHazard, NamedUnit | None]


def plan(session: Session, actor: Actor, staging: Staging) -> None:
    """Settles every row as new, changed, unchanged or refused; writes nothing."""
    Planning(session, actor, staging, in_force(staging.today), unit_reader(session, actor, staging)).run()


def unit_reader(session: Session, actor: Actor, staging: Staging) -> UnitReader:
    """Finds the divisions of rows where the actor may edit hazards."""
    system = staging.options.get("code_system")
    return UnitReader(session, actor, EDIT, staging.today, str(system) if system else None)


@dataclass
class Planning:
    """Settles rows a chunk at a time, with one query each for divisions, known ids and known names."""

    session: Session
    actor: Actor
    staging: Staging
    catalogue: Catalogue
    units: UnitReader
    first: dict[uuid.UUID | Identity, tuple[int, int]] = field(default_factory=dict)
    """Number and line of the row in which each hazard stood first."""

    def run(self) -> None:
        """Goes through all rows."""
        for rows in self.staging.chunks():
            self._chunk(rows)

    def _chunk(self, rows: Sequence[ImportRow]) -> None:
        look_at_shapes(rows)
        named = self._by_id(rows)
        days = {row.number: unit_day(row, named.get(row.number), self.staging) for row in rows}
        units = self.units.units_of(rows, lambda row: days[row.number])
        still_there = {number for number, known in named.items() if known.closed_on is None}
        matches: list[Match] = [
            (row, named[row.number], units.get(row.number)) for row in rows if row.number in still_there
        ]
        matches += self._recognised([row for row in rows if row.number not in still_there], units, named)
        self._against([match for match in matches if not self._is_twice(match[0], match[1].public_id)])

    def _by_id(self, rows: Sequence[ImportRow]) -> dict[int, KnownHazard]:
        """The hazards that rows name by public id; a row that names an unknown one is refused."""
        ids = {row.number: found for row in rows if (found := public_id_of(row)) is not None}
        known = queries.hazards_known(self.session, self.actor, list(ids.values())) if ids else {}
        for row in rows:
            if row.number in ids and ids[row.number] not in known:
                row.refuse("hazard.unknown_id", text("None of your hazards has this identifier."), "id")
        return {number: known[found] for number, found in ids.items() if found in known}

    def _recognised(
        self, rows: Sequence[ImportRow], units: Mapping[int, NamedUnit], closed: Mapping[int, KnownHazard]
    ) -> list[Match]:
        """Rows whose hazard is recognised by division, name and type; those without one are new."""
        for row in rows:
            if not names_unit(row):
                refuse_without_unit(row)
        placed = [row for row in rows if row.number in units and not row.refused]
        wanted = {row.number: _identity(row, units[row.number]) for row in placed}
        alike = queries.hazards_alike(self.session, self.actor, wanted.values()) if wanted else {}
        matches: list[Match] = []
        for row in placed:
            same = alike.get(wanted[row.number], [])
            still_there = [one for one in same if one.closed_on is None]
            if len(still_there) == 1:
                matches.append((row, still_there[0], units[row.number]))
            elif still_there:
                row.refuse("hazard.several", _several(len(still_there)), "name")
            else:
                self._new(row, wanted[row.number], was_there=bool(same) or row.number in closed)
        return matches

    def _new(self, row: ImportRow, identity: Identity, *, was_there: bool) -> None:
        if self._is_twice(row, identity):
            return
        if row.shape is None:
            row.refuse("hazard.no_shape", text("A new hazard needs its place: a point, a line or an area."))
        if was_there:
            row.note("hazard.closed", text("Such a hazard was closed earlier; this row adds a new one."))
        self._check(row, None)
        row.settle(Action.NEW)

    def _against(self, matches: Sequence[Match]) -> None:
        """Rows whose hazard is there: changed by what differs, or unchanged."""
        drawn = [(row, known.shape, row.shape) for row, known, _ in matches if row.shape is not None]
        same = same_shapes([was for _, was, _ in drawn], [now for _, _, now in drawn]) if drawn else []
        redrawn = {row.number for (row, _, _), unchanged in zip(drawn, same, strict=True) if not unchanged}
        for row, known, unit in matches:
            changes = differences(row, known, unit, same_shape=row.number not in redrawn)
            if changes:
                self._check(row, known)
            row.settle(Action.CHANGED if changes else Action.UNCHANGED, str(known.public_id), changes)
        self._name_units([row for row, _, _ in matches if "unit" in row.changes])

    def _check(self, row: ImportRow, known: KnownHazard | None) -> None:
        try:
            check_particulars(merged(row, known, self.staging), self.catalogue, self.staging.today)
        except FormInvalid as error:
            row.refuse_form(error, "hazard.invalid", FIELD_OF)

    def _is_twice(self, row: ImportRow, key: uuid.UUID | Identity) -> bool:
        number, line = self.first.setdefault(key, (row.number, row.line))
        if number == row.number:
            return False
        row.refuse("hazard.twice", text("The same hazard stands on line %(line)s already.", line=line), "name")
        return True

    def _name_units(self, rows: Sequence[ImportRow]) -> None:
        """Puts the names of earlier divisions into the differences, with one query for all."""
        ids = [before for row in rows if isinstance(before := row.changes["unit"][0], int)]
        names = unit_names(self.session, ids, self.staging.today) if ids else {}
        for row in rows:
            before, after = row.changes["unit"]
            row.changes = {**row.changes, "unit": (names.get(int(str(before)), ""), after)}


def look_at_shapes(rows: Sequence[ImportRow]) -> None:
    """Gives rows their shapes as they are stored, and refuses those that cannot be."""
    drawn = [row for row in rows if row.shape is not None]
    shapes = laid([row.shape for row in drawn if row.shape is not None])
    for row, shape in zip(drawn, shapes, strict=True):
        row.shape = shape
    for i, sentence in unlayable(shapes).items():
        drawn[i].refuse("hazard.shape", sentence)


def _identity(row: ImportRow, unit: NamedUnit) -> Identity:
    return unit.id, str(row.values.get("name")), str(row.values.get("type"))


def _several(count: int) -> Text:
    return text(
        "%(count)s hazards of this division have this name and type. Export them and keep the identifiers.", count=count
    )
