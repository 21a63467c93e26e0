"""What part of a giver's ground and people goes to each taker, as far as it can be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from portal.divisions.rules.changes.content import MoveEntry
from portal.divisions.rules.changes.situation import UnitState
from portal.kernel.geo.crs import geodesic_area_m2


@dataclass(frozen=True)
class PlannedMove:
    """A move with what it comes to. Keys as in the file; `geometry` in CGCS2000 where the ground is known.

    Shares are parts of the giver's whole before, 0 to 1, None where nobody knows. `derived` moves follow from others:
    the ground of a district that changes with that of a town.
    """

    source: str
    target: str
    whole: bool
    geometry: BaseGeometry | None = None
    area_m2: float | None = None
    area_share: float | None = None
    people: int | None = None
    people_share: float | None = None
    derived: bool = False


def shared_out(
    unit: UnitState | None, moves: Sequence[MoveEntry], pieces: Sequence[BaseGeometry | None]
) -> list[PlannedMove]:
    """The moves of one giver with their shares: measured where the ground is known, else as entered.

    Whoever takes the whole gets what the others leave; that is known only when the others' parts are.
    """
    areas = [None if piece is None else geodesic_area_m2(piece) for piece in pieces]
    held = unit.ground.area_m2 if unit and unit.ground else None
    area_shares = [_measured(area, held, move) for move, area in zip(moves, areas, strict=True)]
    people_shares = [_of_people(move, unit) for move in moves]
    _fill_rest(moves, area_shares)
    _fill_rest(moves, people_shares)
    people = _people(moves, people_shares, unit.population if unit else None)
    return [
        PlannedMove(move.source, move.target, move.whole, piece, area, area_share, persons, people_share)
        for move, piece, area, area_share, persons, people_share in zip(
            moves, pieces, areas, area_shares, people, people_shares, strict=True
        )
    ]


def _measured(area: float | None, held: float | None, move: MoveEntry) -> float | None:
    if area is not None and held:
        return min(area / held, 1.0)
    return move.area_share


def _of_people(move: MoveEntry, unit: UnitState | None) -> float | None:
    if move.people is not None and unit is not None and unit.population:
        return min(move.people / unit.population, 1.0)
    return move.people_share


def _fill_rest(moves: Sequence[MoveEntry], shares: list[float | None]) -> None:
    for place, move in enumerate(moves):
        others = [share for index, share in enumerate(shares) if index != place]
        if move.whole and shares[place] is None and None not in others:
            shares[place] = max(0.0, 1.0 - sum(share for share in others if share is not None))


def _people(moves: Sequence[MoveEntry], shares: Sequence[float | None], population: int | None) -> list[int | None]:
    """People by move; whoever takes the whole gets all that are left, so that rounding loses nobody."""
    found = [_persons(move, share, population) for move, share in zip(moves, shares, strict=True)]
    for place, move in enumerate(moves):
        others = [people for index, people in enumerate(found) if index != place]
        if move.whole and move.people is None and found[place] is not None and None not in others:
            found[place] = max(0, (population or 0) - sum(people for people in others if people is not None))
    return found


def _persons(move: MoveEntry, share: float | None, population: int | None) -> int | None:
    if move.people is not None or share is None or population is None:
        return move.people
    return round(population * share)
