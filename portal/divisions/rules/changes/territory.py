"""The law of the ground: the union before is the union after, and nothing is held twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from portal.divisions.rules.changes.content import Content
from portal.divisions.rules.changes.finding import Finding, error, note, unchecked
from portal.divisions.rules.changes.ground import GRID, Grounds
from portal.divisions.rules.changes.situation import Situation, UnitState
from portal.kernel.geo.topology import Place, difference_size, overlaps
from portal.kernel.i18n.text import Text, text

Units = Mapping[str, UnitState]

SAME_OVERLAP = 1.0 + 1e-6
LEAST_PIECE_M2 = 1.0
"""What is smaller is where two lines touch, and no ground."""


def check_territory(
    content: Content, situation: Situation, given: Grounds, before: Units, after: Units, tolerance_m: float
) -> Iterator[Finding]:
    """Findings about ground. Units without an outline are let through, and it is said."""
    names = {**{key: unit.name for key, unit in {**situation.units, **after}.items()}}
    yield from _twice_given(given, names, tolerance_m)
    yield from _left_over(given, names, tolerance_m)
    yield from _outside(given, names, tolerance_m)
    yield from _nowhere(given, names)
    yield from _same_union(before, after, tolerance_m)
    yield from _held_twice(situation, before, after, tolerance_m)
    yield from _undrawn(content, given, before, after, names)


def _twice_given(given: Grounds, names: Mapping[str, str], tolerance_m: float) -> Iterator[Finding]:
    for giver, first, second, both in given.doubled:
        size = difference_size(both, tolerance_m)
        if size:
            yield error(
                text(
                    "Both %(first)s and %(second)s are to get the same ground of %(giver)s: %(area).1f m² near "
                    "%(place)s.",
                    first=names.get(first, first),
                    second=names.get(second, second),
                    giver=names.get(giver, giver),
                    area=size[0],
                    place=_at(size[2]),
                ),
                giver,
                first,
                second,
            )


def _left_over(given: Grounds, names: Mapping[str, str], tolerance_m: float) -> Iterator[Finding]:
    for giver, rest in given.left.items():
        size = difference_size(rest, tolerance_m)
        if size:
            yield error(
                text(
                    "%(giver)s ends, and nobody gets %(area).1f m² of its ground, near %(place)s.",
                    giver=names.get(giver, giver),
                    area=size[0],
                    place=_at(size[2]),
                ),
                giver,
            )


def _outside(given: Grounds, names: Mapping[str, str], tolerance_m: float) -> Iterator[Finding]:
    for (giver, taker), rest in given.outside.items():
        size = difference_size(rest, tolerance_m)
        if size:
            yield note(
                text(
                    "The piece for %(taker)s reaches over the line of %(giver)s by %(area).1f m²; only what lies in "
                    "%(giver)s is taken.",
                    taker=names.get(taker, taker),
                    giver=names.get(giver, giver),
                    area=size[0],
                ),
                giver,
                taker,
            )


def _nowhere(given: Grounds, names: Mapping[str, str]) -> Iterator[Finding]:
    """Pieces that only touch their giver, or not even that."""
    for move in given.moves:
        if not move.whole and not move.derived and move.area_m2 is not None and move.area_m2 < LEAST_PIECE_M2:
            yield error(
                text(
                    "The piece for %(taker)s does not lie in %(giver)s.",
                    taker=names.get(move.target, move.target),
                    giver=names.get(move.source, move.source),
                ),
                move.source,
                move.target,
            )


def _same_union(before: Units, after: Units, tolerance_m: float) -> Iterator[Finding]:
    """Level by level: what all concerned units held together they hold together afterwards."""
    for level in sorted({unit.level for unit in (*before.values(), *after.values())}):
        old, now = _drawn(before, level), _drawn(after, level)
        if not old or not _same_known(before, after, level):
            continue
        one, other = _union(old), _union(now)
        for lost, sentence in ((_less(one, other), _lost), (_less(other, one), _won)):
            size = difference_size(lost, tolerance_m)
            if size:
                keys = [unit.key for unit in (*old, *now)]
                yield error(sentence(size), *dict.fromkeys(keys))


def _lost(size: tuple[float, float, Place]) -> Text:
    return text(
        "Together the divisions concerned hold less ground afterwards: %(area).1f m² are lost, up to %(width).1f m "
        "wide, near %(place)s.",
        area=size[0],
        width=size[1],
        place=_at(size[2]),
    )


def _won(size: tuple[float, float, Place]) -> Text:
    return text(
        "Together the divisions concerned hold more ground afterwards: %(area).1f m² are new, up to %(width).1f m "
        "wide, near %(place)s.",
        area=size[0],
        width=size[1],
        place=_at(size[2]),
    )


def _held_twice(situation: Situation, before: Units, after: Units, tolerance_m: float) -> Iterator[Finding]:
    """Overlaps among the units afterwards and with those beside them; what overlapped before is only noted."""
    changed = {key for key, unit in after.items() if unit.ground and unit.ground is not _ground(before, key)}
    beside = [unit for unit in situation.beside if unit.key not in before and unit.key not in after]
    everybody = {unit.key: unit for unit in (*after.values(), *beside) if unit.ground}
    known = {unit.key: unit for unit in (*before.values(), *beside)}
    for level in {unit.level for unit in everybody.values()}:
        old = {(found.key_a, found.key_b): found.area_m2 for found in overlaps(_shapes(known, level), tolerance_m)}
        for found in overlaps(_shapes(everybody, level), tolerance_m):
            if changed & {found.key_a, found.key_b}:
                one, other = everybody[found.key_a], everybody[found.key_b]
                was = max(old.get((one.key, other.key), 0.0), old.get((other.key, one.key), 0.0))
                say = note if found.area_m2 <= was * SAME_OVERLAP else error
                yield say(_overlap(one, other, found.area_m2, found.width_m, found.place), one.key, other.key)


def _shapes(units: Units, level: int) -> list[tuple[str, BaseGeometry]]:
    return [(unit.key, unit.ground.geometry) for unit in units.values() if unit.ground and unit.level == level]


def _undrawn(
    content: Content, given: Grounds, before: Units, after: Units, names: Mapping[str, str]
) -> Iterator[Finding]:
    for giver, taker in given.undrawn:
        yield unchecked(
            text(
                "No outline says which ground goes from %(giver)s to %(taker)s, so the outlines stay as they are.",
                giver=names.get(giver, giver),
                taker=names.get(taker, taker),
            ),
            giver,
            taker,
        )
    without = [unit for unit in {**before, **after}.values() if unit.ground is None]
    if content.moves and without:
        yield unchecked(
            text(
                "Without an outline, and so changed without any check of the ground: %(names)s.",
                names="、".join(unit.name for unit in without),
            ),
            *(unit.key for unit in without),
        )


def _same_known(before: Units, after: Units, level: int) -> bool:
    """Whether every unit of the level has an outline, so that the sums can be compared."""
    return all(unit.ground is not None for units in (before, after) for unit in units.values() if unit.level == level)


def _drawn(units: Units, level: int) -> list[UnitState]:
    return [unit for unit in units.values() if unit.level == level and unit.ground]


def _union(units: list[UnitState]) -> BaseGeometry:
    return shapely.union_all([unit.ground.geometry for unit in units if unit.ground], grid_size=GRID)


def _less(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    return shapely.difference(one, other, grid_size=GRID)


def _ground(units: Units, key: str) -> object:
    unit = units.get(key)
    return unit.ground if unit else None


def _overlap(one: UnitState, other: UnitState, area_m2: float, width_m: float, place: Place) -> Text:
    return text(
        "%(one)s and %(other)s would both hold %(area).1f m², up to %(width).1f m wide, near %(place)s.",
        one=one.name,
        other=other.name,
        area=area_m2,
        width=width_m,
        place=_at(place),
    )


def _at(place: Place) -> str:
    return f"{place[0]:.6f}, {place[1]:.6f}"
