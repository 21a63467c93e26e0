"""What of the divisions is announced, over time; the home district's outline is made here where it has none."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely

from portal.divisions.models import UnitVersion
from portal.divisions.queries.history import History, Territory
from portal.divisions.rules import Dated, at, edges, going_on, publicly, weakest
from portal.kernel.geo.crs import geodesic_area_m2
from portal.kernel.geo.geometry import as_multipolygon


@dataclass(frozen=True)
class AnnouncedUnit:
    """One unit as the public may know it; `codes` by code system."""

    id: int
    public_id: uuid.UUID
    versions: Sequence[Dated[UnitVersion]]
    codes: Mapping[str, Sequence[Dated[str]]]
    shapes: Sequence[Dated[Territory]]

    def edges(self) -> set[dt.date]:
        """The days on which something of it changes."""
        of_codes = {day for rows in self.codes.values() for day in edges(rows)}
        return edges(self.versions) | of_codes | edges(self.shapes)

    def codes_on(self, day: dt.date) -> list[dict[str, str]]:
        """Its codes on a day with their systems."""
        known = ((system, at(rows, day)) for system, rows in self.codes.items())
        return [{"system": system, "code": code} for system, code in known if code is not None]


@dataclass(frozen=True)
class Announced:
    """All announced units by internal id."""

    units: Mapping[int, AnnouncedUnit]
    home_id: int | None

    def edges(self, unit: AnnouncedUnit) -> set[dt.date]:
        """The days on which a unit's row changes: its own and, for an outline made of parts, those of the parts."""
        if not self._made_of_parts(unit):
            return unit.edges()
        return unit.edges().union(*(part.edges() for part in self._ever_below(unit)))

    def territory(self, unit: AnnouncedUnit, day: dt.date) -> Territory | None:
        """The unit's shape on a day; the home district without one gets the union of the units directly below."""
        own = at(unit.shapes, day)
        return self._union(unit, day) if own is None and self._made_of_parts(unit) else own

    def _made_of_parts(self, unit: AnnouncedUnit) -> bool:
        return unit.id == self.home_id

    def _ever_below(self, unit: AnnouncedUnit) -> list[AnnouncedUnit]:
        return [part for part in self.units.values() if any(v.value.parent_id == unit.id for v in part.versions)]

    def _union(self, unit: AnnouncedUnit, day: dt.date) -> Territory | None:
        below = [part for part in self._ever_below(unit) if _parent_on(part, day) == unit.id]
        parts = [at(part.shapes, day) for part in below]
        known = [part for part in parts if part is not None]
        return _united(known) if known and len(known) == len(parts) else None


def announced(known: History) -> Announced:
    """The announced part of everything known; a unit of which no version is announced is not there at all."""
    hidden: dict[int, set[dt.date]] = defaultdict(set)
    for one in known.descents:
        if not one.announced and one.from_id is not None and one.from_id != one.to_id:
            hidden[one.from_id].add(one.on)
    units = {unit_id: _unit(known, unit_id, hidden[unit_id]) for unit_id in known.versions}
    return Announced({key: unit for key, unit in units.items() if unit.versions}, known.home_id)


def _unit(known: History, unit_id: int, hidden: set[dt.date]) -> AnnouncedUnit:
    """A unit whose end nobody may know of yet goes on in public."""
    return AnnouncedUnit(
        unit_id,
        known.public_ids[unit_id],
        going_on(publicly(known.versions[unit_id]), hidden),
        {system: going_on(publicly(rows), hidden) for system, rows in known.codes.get(unit_id, {}).items()},
        going_on(publicly(known.shapes.get(unit_id, ())), hidden),
    )


def _parent_on(unit: AnnouncedUnit, day: dt.date) -> int | None:
    version = at(unit.versions, day)
    return None if version is None else version.parent_id


def _united(parts: Sequence[Territory]) -> Territory:
    """One outline of many; it is worth what the weakest part is worth."""
    outline = as_multipolygon(shapely.union_all([part.geometry for part in parts]))
    sources = "；".join(sorted({part.source for part in parts}))
    return Territory(outline, geodesic_area_m2(outline), weakest(part.quality for part in parts), sources)
