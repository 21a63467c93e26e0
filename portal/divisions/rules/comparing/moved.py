"""Comparing two days: what a unit lost and what another gained is where ground moved."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from portal.divisions.rules.comparing.found import Comparison, MappedUnit, Movement, Pair
from portal.kernel.geo.crs import geodesic_area_m2, geodesic_length_m
from portal.kernel.geo.sameness import same_shapes

SLIVER_M2, NARROW_M = 100.0, 1.0
"""Pieces below this size, or on average narrower, are noise of drawing: counted, not shown. A tolerance of ours."""
SAME_DEGREES = 1e-8

Units = Mapping[uuid.UUID, MappedUnit]
Parts = Sequence[tuple[MappedUnit, BaseGeometry]]


@dataclass(frozen=True)
class Piece:
    """One movement before slivers are sorted out."""

    giver: MappedUnit | None
    taker: MappedUnit | None
    shape: BaseGeometry


def compare(before: Units, after: Units) -> Comparison:
    """What differs between the units of two days, by their identity. Shapes are valid and in EPSG:4490."""
    both = [(before[key], after[key]) for key in before if key in after]
    moves, slivers, sliver_m2 = _moves(before, after)
    return Comparison(
        moves=tuple(sorted(moves, key=lambda move: -move.area_m2)),
        born=tuple(unit for key, unit in after.items() if key not in before),
        gone=tuple(unit for key, unit in before.items() if key not in after),
        renamed=_differing(both, lambda unit: unit.name),
        recoded=_differing(both, lambda unit: dict(unit.codes)),
        retyped=_differing(both, lambda unit: unit.kind),
        resubordinated=_differing(both, lambda unit: unit.parent),
        unseen=tuple(new for old, new in both if old.shape is None or new.shape is None),
        slivers=slivers,
        sliver_m2=sliver_m2,
        blank=not before or not after,
    )


def _differing(both: Sequence[Pair], said: Callable[[MappedUnit], object]) -> tuple[Pair, ...]:
    return tuple((old, new) for old, new in both if said(old) != said(new))


def _moves(before: Units, after: Units) -> tuple[list[Movement], int, float]:
    moves, slivers, sliver_m2 = [], 0, 0.0
    for piece in _pieces(before, after):
        kept, small = _without_slivers(piece.shape)
        slivers, sliver_m2 = slivers + len(small), sliver_m2 + sum(small)
        if kept:
            moves.append(_movement(piece, shapely.MultiPolygon(kept), before, after))
    return moves, slivers, sliver_m2


def _movement(piece: Piece, shape: BaseGeometry, before: Units, after: Units) -> Movement:
    area, giver, taker = geodesic_area_m2(shape), piece.giver, piece.taker
    whole = geodesic_area_m2(giver.shape) if giver and giver.shape else 0.0
    sides = [one for one in (giver, taker) if one]
    redrawn = any(_redrawn(before.get(one.public_id), after.get(one.public_id)) for one in sides)
    states = [after.get(one.public_id, one) for one in (taker, giver) if one]
    source = next((one.source for one in states if one.source), "")
    return Movement(giver, taker, shape, area, min(area / whole, 1.0) if whole else None, redrawn, source)


def _redrawn(old: MappedUnit | None, new: MappedUnit | None) -> bool:
    return old is not None and new is not None and old.quality != new.quality


def _pieces(before: Units, after: Units) -> Iterator[Piece]:
    """What one lost and another gained; then what nobody gained, and what nobody had."""
    lost, gained = _losses(before, after), _losses(after, before)
    if lost and gained:
        yield from _meetings(lost, gained)
    yield from (Piece(giver, None, rest) for giver, rest in _rest(lost, gained, after))
    yield from (Piece(None, taker, rest) for taker, rest in _rest(gained, lost, before))


def _meetings(lost: Parts, gained: Parts) -> Iterator[Piece]:
    """What one lost and another gained."""
    tree = shapely.STRtree([shape for _, shape in gained])
    for i, j in zip(*tree.query([shape for _, shape in lost], predicate="intersects"), strict=True):
        piece = shapely.intersection(lost[i][1], gained[j][1])
        if not piece.is_empty:
            yield Piece(lost[i][0], gained[j][0], piece)


def _losses(had: Units, has: Units) -> Parts:
    """What of each unit's ground is not its own on the other day."""
    changed = [unit for unit in had.values() if unit.shape and not _same(unit, has.get(unit.public_id))]
    parts = ((unit, _minus(unit.shape, has.get(unit.public_id))) for unit in changed)
    return [(unit, part) for unit, part in parts if not part.is_empty]


def _same(one: MappedUnit, other: MappedUnit | None) -> bool:
    if other is None or one.shape is None or other.shape is None:
        return False
    return one.shape is other.shape or same_shapes([one.shape], [other.shape], SAME_DEGREES)[0]


def _minus(shape: BaseGeometry | None, other: MappedUnit | None) -> BaseGeometry:
    assert shape is not None  # noqa: S101 - only units with a shape come here
    return shapely.difference(shape, other.shape) if other and other.shape else shape


def _rest(parts: Parts, others: Parts, there: Units) -> Iterator[tuple[MappedUnit, BaseGeometry]]:
    """What none of the others took, of units that have an outline on the other day or are not there at all."""
    claimed = shapely.union_all([shape for _, shape in others]) if others else shapely.Polygon()
    for unit, shape in parts:
        other = there.get(unit.public_id)
        if other is None or other.shape is not None:
            rest = shapely.difference(shape, claimed)
            if not rest.is_empty:
                yield unit, rest


def _without_slivers(shape: BaseGeometry) -> tuple[list[shapely.Polygon], list[float]]:
    """The polygons worth showing, and the areas of the others in m²."""
    kept, small = [], []
    for polygon in _polygons(shape):
        area = geodesic_area_m2(polygon)
        width = 2 * area / max(geodesic_length_m(polygon), 1e-9)
        if area >= SLIVER_M2 and width >= NARROW_M:
            kept.append(polygon)
        else:
            small.append(area)
    return kept, small


def _polygons(shape: BaseGeometry) -> list[shapely.Polygon]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]
