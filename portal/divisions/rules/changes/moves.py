"""Ground and people that go from one unit to another by a change."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Move:
    """What went from a unit to another, by internal ids, once the change is written.

    `whole` says that the giver ended and gave all it had left to this one; `geometry` is the ground in CGCS2000 where
    it is known, `area_m2` its size on the ellipsoid; shares are parts of the giver's whole before, 0 to 1.
    """

    from_unit: int
    to_unit: int
    whole: bool
    geometry: BaseGeometry | None = None
    area_m2: float | None = None
    area_share: float | None = None
    people: int | None = None
    people_share: float | None = None
