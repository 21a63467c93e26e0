"""What a change file comes to on its effective day: units before and after, ground that goes, lineage, findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from portal.divisions.catalogue import kinds
from portal.divisions.rules.changes.checks import check_file
from portal.divisions.rules.changes.content import Action, Content, UnitEntry
from portal.divisions.rules.changes.edges import Edge, edges
from portal.divisions.rules.changes.finding import Finding
from portal.divisions.rules.changes.ground import Grounds, grounds
from portal.divisions.rules.changes.order import check_order, names_of
from portal.divisions.rules.changes.shares import PlannedMove
from portal.divisions.rules.changes.situation import Ground, Situation, UnitState
from portal.divisions.rules.changes.sums import check_sums
from portal.divisions.rules.changes.territory import check_territory
from portal.kernel.geo.crs import geodesic_length_m

SAME_LINE_DEGREES = 1e-7
"""A centimetre: an old line and a new one that are nearer than that are one line."""

SQUARE_METRES_A_HECTARE = 10_000


@dataclass(frozen=True)
class LinesChanged:
    """How much of the lines is new and how much is given up, in metres on the ellipsoid, and the ground in hectares."""

    new_m: float
    given_up_m: float
    hectares: float
    new: BaseGeometry
    given_up: BaseGeometry


@dataclass(frozen=True)
class Plan:
    """The outcome of a file. `before` and `after` are by key; units that are born stand only in `after`, units that
    end only in `before`."""

    before: Mapping[str, UnitState]
    after: Mapping[str, UnitState]
    moves: Sequence[PlannedMove]
    edges: Sequence[Edge]
    lines: LinesChanged | None
    findings: Sequence[Finding]

    @property
    def errors(self) -> list[Finding]:
        """What forbids the change."""
        return [one for one in self.findings if one.level == "error"]

    @property
    def changed_grounds(self) -> list[str]:
        """Keys of units that go on and hold other ground than before, or are born with some."""
        return [key for key, unit in self.after.items() if unit.ground is not _ground(self.before, key)]


def make_plan(kind: str, content: Content, situation: Situation, tolerance_m: float) -> Plan:
    """Plans a file; it never raises for what people may enter, it finds. Widths up to `tolerance_m` do not count."""
    parents = {entry.unit: entry.parent for entry in content.units if entry.parent is not None}
    given = grounds(content, situation, parents)
    after = _after(content, situation, given)
    before = {key: situation.units[key] for key in _concerned(content, given) if key in situation.units}
    findings = [
        *check_file(kind, content, situation),
        *check_order(content, situation, given.moves),
        *check_sums(situation.units, names_of(content, situation), given.moves),
        *check_territory(content, situation, given, before, after, tolerance_m),
    ]
    return Plan(
        before,
        after,
        given.moves,
        edges(content, situation, given.moves, after),
        _lines(before, after, given.moves),
        findings,
    )


def _concerned(content: Content, given: Grounds) -> list[str]:
    moved = [end for move in given.moves for end in (move.source, move.target)]
    return list(dict.fromkeys([*(entry.unit for entry in content.units), *moved, *given.after]))


def _after(content: Content, situation: Situation, given: Grounds) -> dict[str, UnitState]:
    found: dict[str, UnitState] = {}
    for key in _concerned(content, given):
        entry, known = content.entry(key), situation.units.get(key)
        if entry is not None and entry.action is Action.ABOLISH:
            continue
        start = _born(entry) if known is None else known
        if start is not None:
            said = start if entry is None or known is None else _amended(start, entry)
            found[key] = replace(said, ground=given.after[key]) if _redrawn(key, known, given) else said
    return found


def _redrawn(key: str, known: UnitState | None, given: Grounds) -> bool:
    """A known unit keeps its outline where the sum of what it holds cannot be told."""
    return key in given.after and (known is None or known.ground is None or given.after[key] is not None)


def _born(entry: UnitEntry | None) -> UnitState | None:
    if entry is None:
        return None
    kind = kinds().get(str(entry.said.get("kind")))
    return UnitState(
        key=entry.unit,
        id=None,
        name=str(entry.said.get("name", "")),
        kind=kind.key if kind else "",
        level=(kind.level if kind else None) or 0,
        parent=entry.parent,
        codes=entry.codes,
        **{field: entry.said.get(field) for field in ("name_en", "seat", "postcode", "phone", "population")},
    )


def _amended(known: UnitState, entry: UnitEntry) -> UnitState:
    said = {field: value for field, value in entry.said.items() if field != "kind"}
    parent = entry.parent if entry.parent is not None else known.parent
    return replace(known, **said, parent=parent, codes={**known.codes, **entry.codes})


def _ground(units: Mapping[str, UnitState], key: str) -> Ground | None:
    unit = units.get(key)
    return unit.ground if unit else None


def _lines(
    before: Mapping[str, UnitState], after: Mapping[str, UnitState], moves: Sequence[PlannedMove]
) -> LinesChanged | None:
    """None where no ground with a known outline moves."""
    moved = [move for move in moves if move.area_m2 is not None and not move.derived]
    if not moved:
        return None
    old = _outlines([unit.ground for unit in before.values() if unit.ground])
    now = _outlines([unit.ground for unit in after.values() if unit.ground])
    new, given_up = _beyond(now, old), _beyond(old, now)
    area = sum(move.area_m2 or 0.0 for move in moved)
    return LinesChanged(
        geodesic_length_m(new), geodesic_length_m(given_up), area / SQUARE_METRES_A_HECTARE, new, given_up
    )


def _outlines(held: Sequence[Ground]) -> BaseGeometry:
    return shapely.union_all([shapely.boundary(ground.geometry) for ground in held])


def _beyond(lines: BaseGeometry, others: BaseGeometry) -> BaseGeometry:
    return shapely.difference(lines, shapely.buffer(others, SAME_LINE_DEGREES, quad_segs=2))
