"""Old series on new units, for every room: weights between two days, and a series carried over by them.

    rebased = rebase(session, {unit.id: 1200, …}, from_date, to_date, by="people")
    for row in rebased.rows:        # one a new unit: row.value beside the originals it comes from, row.parts
        …                           # row.value is None where a part cannot be told: row.reasons says why

Only amounts that add up may be carried over (people, hectares, yuan), never rates, averages or ranks. Show the original
beside the re-based value and the `notes` and `documents` with both: `Rebased` keeps them together for that.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from sqlalchemy.orm import Session

from portal.divisions.permissions import READ_CHANGES
from portal.divisions.queries import crosswalk as queries
from portal.divisions.queries.crosswalk import CrossUnit, OnTheWay
from portal.divisions.rules.crosswalk import Crosswalk, Pair, Reason, by_shapes, carry, follow, reason_text, turned
from portal.divisions.rules.crosswalk.notes import Sort, notes_on
from portal.divisions.rules.crosswalk.series import CarriedUnit, Number
from portal.errors import BadInput
from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import Text, text

By: TypeAlias = Literal["area", "people"]
Method: TypeAlias = Literal["lineage", "shapes"]
SYSTEM = "mca"
SHOWN = 5


@dataclass(frozen=True)
class Way:
    """What was asked: weights of the units of a level from a day to another, in either direction of time."""

    from_date: dt.date
    to_date: dt.date
    by: By = "people"
    level: int = 4
    method: Method = "lineage"
    system: str = SYSTEM


@dataclass(frozen=True)
class Between:
    """The crosswalk between two days with all that is needed to show it: units of both days, names, documents."""

    way: Way
    crosswalk: Crosswalk
    sources: Mapping[int, CrossUnit]
    targets: Mapping[int, CrossUnit]
    names: Mapping[int, str]
    documents: Mapping[int, OnTheWay]
    """By the id of the edge."""
    notes: tuple[Text, ...]

    def documents_of(self, pair: Pair) -> list[OnTheWay]:
        """The documents on the way of one pair, each once, the earliest first."""
        found = [self.documents[edge] for edge in sorted(pair.via) if edge in self.documents]
        return list({(one.change_id, one.number, one.happened_on): one for one in found}.values())

    def sentences(self, reasons: Iterable[Reason]) -> list[Text]:
        """Reasons in words, each sentence once."""
        return list(dict.fromkeys(reason_text(one, self.names) for one in sorted(reasons, key=_order)))

    def amount(self, pair: Pair) -> tuple[float | None, float | None]:
        """Area in m² and people of the source unit that go with a pair; None where they are not known."""
        unit = self.sources[pair.source]
        if pair.weight is None:
            return None, None
        area = float(pair.weight) * unit.area_m2 if unit.area_m2 is not None and self.way.by == "area" else None
        people = float(pair.weight) * unit.people if unit.people is not None and self.way.by == "people" else None
        return area, people


@dataclass(frozen=True)
class Unplaced:
    """What of an old value lies in no new unit that could be told."""

    unit: CrossUnit
    value: Number
    reasons: frozenset[Reason]


@dataclass(frozen=True)
class Rebased:
    """A series on new units beside the series as it was. `rows` are by new unit; see `CarriedUnit`."""

    between: Between
    original: Mapping[int, Number]
    rows: tuple[CarriedUnit, ...]
    unplaced: tuple[Unplaced, ...]

    @property
    def notes(self) -> tuple[Text, ...]:
        """What has to be said with the figures."""
        return self.between.notes

    @property
    def documents(self) -> list[OnTheWay]:
        """The documents on the way of the rows, each once."""
        found = [one for row in self.rows for part in row.parts for one in self.between.documents_of(part.pair)]
        return list({(one.change_id, one.number, one.happened_on): one for one in found}.values())

    @property
    def total(self) -> Number:
        """The sum of the originals; that of all `known` parts and the unplaced ones is the same."""
        return sum((exact(value) for value in self.original.values()), start=0)


def rebase(
    session: Session,
    series: Mapping[int, Number],
    from_date: dt.date,
    to_date: dt.date,
    by: By = "people",
    method: Method = "lineage",
) -> Rebased:
    """Carries a series by internal unit id on the day `from_date` over to the units of `to_date`.

    Whole numbers stay whole and decimals exact: nothing is lost or invented on the way, and what cannot be told is
    `unplaced`. Raises `BadInput` for units that were not there on `from_date`, units of more than one level, and values
    that are no numbers.
    """
    level = _level(session, series, from_date)
    return carried(between(session, Way(from_date, to_date, by, level, method)), series)


def carried(found: Between, series: Mapping[int, Number]) -> Rebased:
    """The same over a crosswalk that is there already."""
    _check(series, found.sources)
    done = carry(found.crosswalk, series)
    order = {unit: place for place, unit in enumerate(found.targets)}
    rows = sorted(done.units, key=lambda row: order[row.unit])
    left = found.crosswalk.remainders
    unplaced = [
        Unplaced(found.sources[unit], value, left[unit].reasons if unit in left else frozenset())
        for unit, value in done.unplaced.items()
        if value
    ]
    return Rebased(found, dict(series), tuple(rows), tuple(unplaced))


def between(session: Session, way: Way) -> Between:
    """The crosswalk of all units of a level between two days. A few queries, whatever the number of units."""
    sources = queries.units_of_level(session, way.from_date, way.level, way.system)
    targets = queries.units_of_level(session, way.to_date, way.level, way.system)
    crosswalk = _measured(session, way, _told(session, way, sources, targets))
    documents = queries.on_the_way(session, {edge for pair in crosswalk for edge in pair.via})
    named = {reason.unit for reason in _reasons(crosswalk)} - sources.keys() - targets.keys()
    names = queries.names_ever(session, named) | _names(targets) | _names(sources)
    notes = notes_on(_sort(way), crosswalk, [one.precision for one in documents.values()])
    return Between(way, crosswalk, sources, targets, names, documents, notes)


def seen_between(session: Session, actor: Actor, way: Way) -> Between:
    """The crosswalk within the divisions whose changes the actor may read, as they lay on either day."""
    sources = queries.units_seen(session, actor, READ_CHANGES, way.from_date)
    targets = queries.units_seen(session, actor, READ_CHANGES, way.to_date)
    return narrowed(between(session, way), sources, targets)


def narrowed(found: Between, sources: frozenset[int] | None, targets: frozenset[int] | None) -> Between:
    """Only pairs with a source among some units or a target among others; None: all. Notes stay those of the whole."""
    if sources is None or targets is None:
        return found
    told = found.crosswalk
    pairs = {
        source: tuple(pair for pair in mine if source in sources or pair.target in targets)
        for source, mine in told.pairs.items()
        if source in sources or any(pair.target in targets for pair in mine)
    }
    left = {unit: one for unit, one in told.remainders.items() if unit in sources}
    origins = {unit: why for unit, why in told.origins.items() if unit in targets}
    kept = Crosswalk(pairs, left, origins)
    precisions = [found.documents[edge].precision for pair in kept for edge in pair.via if edge in found.documents]
    return replace(found, crosswalk=kept, notes=notes_on(_sort(found.way), kept, precisions))


def exact(value: Number) -> int | Decimal:
    """A number without the noise of binary fractions."""
    return Decimal(str(value)) if isinstance(value, float) else value


def _told(session: Session, way: Way, sources: Mapping[int, CrossUnit], targets: Mapping[int, CrossUnit]) -> Crosswalk:
    first, last = sorted((way.from_date, way.to_date))
    edges = queries.ground_edges(session, first, last, way.level, way.by)
    founded = queries.founded_units(session, first, last)
    if way.from_date <= way.to_date:
        return follow(sources, targets, edges, founded)
    return turned(follow(targets, sources, edges, founded), sources, _sizes(way, targets))


def _sizes(way: Way, units: Mapping[int, CrossUnit]) -> dict[int, Fraction | float | int | None]:
    return {key: unit.area_m2 if way.by == "area" else unit.people for key, unit in units.items()}


def _measured(session: Session, way: Way, told: Crosswalk) -> Crosswalk:
    if way.method != "shapes" or way.by != "area":
        return told
    return by_shapes(told, queries.measured(session, told.changed, way.from_date, way.to_date, way.level))


def _sort(way: Way) -> Sort:
    return Sort(way.by, way.method, way.from_date > way.to_date)


def _reasons(crosswalk: Crosswalk) -> frozenset[Reason]:
    left = [one.reasons for one in crosswalk.remainders.values()]
    return frozenset().union(*left, *crosswalk.origins.values())


def _names(units: Mapping[int, CrossUnit]) -> dict[int, str]:
    return {key: unit.name for key, unit in units.items()}


def _order(reason: Reason) -> tuple[int, str, int]:
    return (reason.unit, reason.why, reason.edge or 0)


def _level(session: Session, series: Mapping[int, Number], at: dt.date) -> int:
    levels = queries.levels_of(session, series, at)
    unknown = sorted(set(series) - levels.keys())
    if unknown:
        names = queries.names_ever(session, unknown)
        raise BadInput(
            text(
                "These divisions did not exist on %(day)s: %(names)s.",
                day=at.isoformat(),
                names=_listed([names.get(unit, f"#{unit}") for unit in unknown]),
            )
        )
    if len(set(levels.values())) != 1:
        raise BadInput(text("A series must have values for divisions of one level."))
    return next(iter(levels.values()))


def _check(series: Mapping[int, Number], sources: Mapping[int, CrossUnit]) -> None:
    strangers = [f"#{unit}" for unit in series if unit not in sources]
    if strangers:
        raise BadInput(text("These are no divisions of the first day: %(names)s.", names=_listed(strangers)))
    wrong = [sources[unit].name for unit, value in series.items() if not math.isfinite(value)]
    if wrong:
        raise BadInput(text("The values of these divisions are no numbers: %(names)s.", names=_listed(wrong)))


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:SHOWN]) + ("…" if len(names) > SHOWN else "")
