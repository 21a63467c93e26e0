"""Where the ground goes: what each giver loses, each taker wins, and what they hold afterwards.

Pieces are cut out of the giver, so that taker and giver share their new line vertex by vertex: nothing is lost
between them and nothing is held twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from portal.divisions.rules.changes.content import Content, MoveEntry
from portal.divisions.rules.changes.shares import PlannedMove, shared_out
from portal.divisions.rules.changes.situation import Ground, Situation, UnitState
from portal.divisions.rules.quality import weakest
from portal.kernel.geo.crs import geodesic_area_m2
from portal.kernel.geo.geometry import as_multipolygon

GRID = 1e-9
"""A tenth of a millimetre in degrees: overlays are made on it, so that they cannot fail on rounding."""

EMPTY = shapely.MultiPolygon()


@dataclass
class Grounds:
    """The outcome: moves, and the ground of every unit that holds other ground than before (None: it holds none)."""

    moves: list[PlannedMove] = field(default_factory=list)
    after: dict[str, Ground | None] = field(default_factory=dict)
    left: dict[str, BaseGeometry] = field(default_factory=dict)
    """What an ended unit kept although nobody takes it."""
    outside: dict[tuple[str, str], BaseGeometry] = field(default_factory=dict)
    """What of a piece lies outside its giver."""
    doubled: list[tuple[str, str, str, BaseGeometry]] = field(default_factory=list)
    """Giver and two takers that claim the same ground of it."""
    undrawn: list[tuple[str, str]] = field(default_factory=list)
    """Moves between a unit with a shape and one without: the outline stays as it was."""


def grounds(content: Content, situation: Situation, parents: Mapping[str, str | None]) -> Grounds:
    """Follows all moves of a file; `parents` are the units' parents afterwards."""
    return _Tally(content, situation, parents).run()


@dataclass
class _Tally:
    content: Content
    situation: Situation
    parents: Mapping[str, str | None]
    found: Grounds = field(default_factory=Grounds)
    lost: dict[str, list[BaseGeometry]] = field(default_factory=lambda: defaultdict(list))
    won: dict[str, list[tuple[BaseGeometry, str]]] = field(default_factory=lambda: defaultdict(list))

    def run(self) -> Grounds:
        for giver in dict.fromkeys(move.source for move in self.content.moves):
            self._give(giver, [move for move in self.content.moves if move.source == giver])
        self._move_with_their_units()
        self._settle()
        self._take_given_shapes()
        return self.found

    def _give(self, giver: str, moves: Sequence[MoveEntry]) -> None:
        unit = self.situation.units.get(giver)
        held = unit.ground.geometry if unit and unit.ground else None
        taken: list[tuple[str, BaseGeometry]] = []
        pieces: list[BaseGeometry | None] = []
        ordered = sorted(moves, key=lambda move: move.whole)
        for move in ordered:
            # Where an undrawn part goes elsewhere nobody knows what the whole of the rest is.
            unknown = held is None or (move.whole and None in pieces)
            piece = None if held is None or unknown else self._piece(move, held, taken)
            pieces.append(piece)
            self._hand_over(move, unit, piece)
            if piece is not None and not piece.is_empty:
                taken.append((move.target, piece))
        self.found.moves += shared_out(unit, ordered, pieces)
        if held is not None and self._ends(giver):
            left = _less(held, [piece for _, piece in taken])
            if not left.is_empty:
                self.found.left[giver] = left

    def _piece(
        self, move: MoveEntry, held: BaseGeometry, taken: Sequence[tuple[str, BaseGeometry]]
    ) -> BaseGeometry | None:
        """The ground of one move; pieces that are drawn come before the rest, and overlaps are remembered."""
        if move.whole:
            return _less(held, [piece for _, piece in taken])
        drawn = self._drawn(move)
        if drawn is None:
            return None
        piece = _polygons(shapely.intersection(held, drawn, grid_size=GRID))
        outside = _polygons(shapely.difference(drawn, held, grid_size=GRID))
        if move.piece is not None and not outside.is_empty:
            self.found.outside[move.source, move.target] = outside
        for target, other in taken:
            both = _polygons(shapely.intersection(piece, other, grid_size=GRID))
            if not both.is_empty:
                self.found.doubled.append((move.source, target, move.target, both))
        return piece

    def _drawn(self, move: MoveEntry) -> BaseGeometry | None:
        """The piece that the move names, else the new territory that the file gives its taker."""
        entry = self.content.entry(move.target)
        named = move.piece or (entry.shape if entry else None)
        piece = self.situation.pieces.get(named) if named else None
        return piece.geometry if piece else None

    def _hand_over(self, move: MoveEntry, unit: UnitState | None, piece: BaseGeometry | None) -> None:
        target = self.situation.units.get(move.target)
        if piece is None:
            drawn = [one for one in (unit, target) if one is not None and one.ground is not None]
            if drawn:
                self.found.undrawn.append((move.source, move.target))
            return
        assert unit is not None and unit.ground is not None  # noqa: S101, PT018 - a piece is cut out of its ground
        self.lost[move.source].append(piece)
        self.won[move.target].append((piece, unit.ground.quality))
        self._carry_up(move, piece, unit.ground.quality)

    def _carry_up(self, move: MoveEntry, piece: BaseGeometry, quality: str) -> None:
        """What goes from a town of one district to a town of another goes from district to district too."""
        losing, winning = self._chain(move.source, before=True), self._chain(move.target, before=False)
        self._between(
            [key for key in losing if key not in winning], [key for key in winning if key not in losing], piece, quality
        )

    def _move_with_their_units(self) -> None:
        """A unit that comes below another parent takes its ground along."""
        for entry in self.content.units:
            unit = self.situation.units.get(entry.unit)
            if unit is None or unit.ground is None or entry.parent in (None, unit.parent) or self._ends(entry.unit):
                continue
            losing = [key for key in self._chain(entry.unit, before=True) if key != entry.unit]
            winning = [key for key in self._chain(entry.unit, before=False) if key != entry.unit]
            only = [key for key in losing if key not in winning], [key for key in winning if key not in losing]
            if not self._follows_a_move(*only):
                self._between(*only, unit.ground.geometry, unit.ground.quality)

    def _follows_a_move(self, losing: Sequence[str], winning: Sequence[str]) -> bool:
        """Whether the file itself says that ground goes from the old parent to the new one."""
        return any(move.source in losing and move.target in winning for move in self.content.moves)

    def _between(self, losing: Sequence[str], winning: Sequence[str], piece: BaseGeometry, quality: str) -> None:
        level = {key: self._level(key) for key in (*losing, *winning)}
        skip = {(move.source, move.target) for move in self.content.moves}
        for source in losing:
            held = self._ground(source)
            target = next((key for key in winning if level[key] == level[source]), None)
            if held is None or target is None or (source, target) in skip or self._named_giver(source):
                continue
            area = geodesic_area_m2(piece)
            share = area / held.area_m2 if held.area_m2 else None
            self.found.moves.append(PlannedMove(source, target, False, piece, area, share, derived=True))
            self.lost[source].append(piece)
            self.won[target].append((piece, quality))

    def _named_giver(self, key: str) -> bool:
        return any(move.source == key for move in self.content.moves)

    def _settle(self) -> None:
        for key in dict.fromkeys((*self.lost, *self.won)):
            self.found.after[key] = None if self._ends(key) else self._held_after(key)
        for entry in self.content.units:
            if self._ends(entry.unit):
                self.found.after[entry.unit] = None

    def _held_after(self, key: str) -> Ground | None:
        before, won = self._ground(key), self.won.get(key, [])
        unit = self.situation.units.get(key)
        if unit is not None and before is None:
            return None  # Its own ground is not known, so the sum is not known either.
        kept = [] if before is None else [_less(before.geometry, self.lost.get(key, []))]
        together = _together([*kept, *(piece for piece, _ in won)])
        if together.is_empty:
            return None
        qualities = [quality for _, quality in won] + ([before.quality] if before else [])
        return Ground(as_multipolygon(together), geodesic_area_m2(together), weakest(qualities))

    def _take_given_shapes(self) -> None:
        """A territory that the file gives, as surveyed, goes before the one that follows from the moves."""
        for entry in self.content.units:
            piece = self.situation.pieces.get(entry.shape) if entry.shape else None
            if piece is not None and not self._ends(entry.unit):
                area = as_multipolygon(piece.geometry)
                self.found.after[entry.unit] = Ground(area, geodesic_area_m2(area), piece.quality, piece.crs)

    def _ground(self, key: str) -> Ground | None:
        unit = self.situation.units.get(key)
        return unit.ground if unit else None

    def _level(self, key: str) -> int:
        unit = self.situation.units.get(key)
        return unit.level if unit else 0

    def _chain(self, key: str, *, before: bool) -> list[str]:
        return list(self.situation.above(key)) if before else list(self._above_after(key))

    def _above_after(self, key: str | None) -> Iterator[str]:
        seen: set[str] = set()
        while key is not None and key not in seen:
            seen.add(key)
            yield key
            unit = self.situation.units.get(key)
            key = self.parents.get(key, unit.parent if unit else None)

    def _ends(self, key: str) -> bool:
        entry = self.content.entry(key)
        return entry is not None and entry.action == "abolish"


def _together(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    """One ground of several; a single one keeps every vertex as it was surveyed."""
    there = [part for part in parts if not part.is_empty]
    return _polygons(there[0] if len(there) == 1 else shapely.union_all(there, grid_size=GRID))


def _less(held: BaseGeometry, pieces: Sequence[BaseGeometry]) -> BaseGeometry:
    rest = held
    for piece in pieces:
        rest = shapely.difference(rest, piece, grid_size=GRID)
    return _polygons(rest)


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """Only what has an area: where neighbours merely touch, lines and points are left over."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    return shapely.MultiPolygon(parts) if parts else EMPTY
