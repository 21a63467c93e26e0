"""What became of the announced divisions and where they came from, state by state."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.divisions.layers.announced import AnnouncedUnit
from portal.divisions.queries.history import Descent
from portal.divisions.rules import Span, at

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Descents:
    """Announced lineage by the unit that it leads from and to; a unit that nobody may know of is not named."""

    units: Mapping[int, AnnouncedUnit]
    leaving: Mapping[int, Sequence[Descent]]
    arriving: Mapping[int, Sequence[Descent]]

    def days(self, unit: AnnouncedUnit) -> set[dt.date]:
        """The days on which something became of the unit, or it of something."""
        return {one.on for found in (self.leaving, self.arriving) for one in found.get(unit.id, ())}

    def became(self, unit: AnnouncedUnit, span: Span) -> list[dict[str, object]]:
        """What the state that ends with the span became; the last state takes all that follows it."""
        last = span.end == unit.versions[-1].span.end
        known = self.leaving.get(unit.id, ())
        ended = [one for one in known if one.on > span.start and (last or (span.end and one.on <= span.end))]
        return self._told((one, one.to_id, one.on) for one in ended)

    def came_from(self, unit: AnnouncedUnit, span: Span) -> list[dict[str, object]]:
        """What the state that begins with the span was made of; the first state takes all that precedes it."""
        first = span.start == unit.versions[0].span.start
        known = self.arriving.get(unit.id, ())
        begun = [one for one in known if (first or one.on >= span.start) and (span.end is None or one.on < span.end)]
        return self._told((one, one.from_id, one.on - DAY) for one in begun)

    def _told(self, found: Iterable[tuple[Descent, int | None, dt.date]]) -> list[dict[str, object]]:
        told = ((one, self._other(other, day, one.on)) for one, other, day in found)
        return [
            {"edge": one.edge, "on": one.on, "precision": one.precision, "document": one.document, **other}
            for one, other in told
            if other is not None
        ]

    def _other(self, unit_id: int | None, day: dt.date, on: dt.date) -> dict[str, object] | None:
        """The other unit with its name on a day, or on the day of the change; None when it is not public then."""
        if unit_id is None:
            return {"unit": None, "name": None}
        unit = self.units.get(unit_id)
        version = (at(unit.versions, day) or at(unit.versions, on)) if unit else None
        return {"unit": str(unit.public_id), "name": version.name} if unit and version else None


def descents(units: Mapping[int, AnnouncedUnit], known: Iterable[Descent]) -> Descents:
    """The announced part of the lineage."""
    leaving: dict[int, list[Descent]] = defaultdict(list)
    arriving: dict[int, list[Descent]] = defaultdict(list)
    for one in known:
        if one.announced:
            arriving[one.to_id].append(one)
            if one.from_id is not None:
                leaving[one.from_id].append(one)
    return Descents(units, leaving, arriving)
