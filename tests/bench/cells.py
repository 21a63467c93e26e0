"""Neighbouring polygons, the same ones each time: a grid of cells with crooked shared borders, 20 vertices each."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from portal.kernel.geo.layer import LayerRow

WEST, SOUTH = 121.0, 30.8
STEP = 0.004
"""About 400 m, a residents' committee in town. The density stays the same: more cells cover more ground."""
BETWEEN = 4
"""Vertices between two corners."""
SINCE = dt.date(2000, 1, 1)

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Borders:
    """Corners (columns + 1, rows + 1, xy) and the vertices between them, along and up, shared by both neighbours."""

    corners: Points
    along: Points
    up: Points

    def ring(self, i: int, j: int) -> Points:
        """The outline of one cell, counter-clockwise."""
        corner, along, up = self.corners, self.along, self.up
        sides = (
            [corner[i, j]], along[i, j], [corner[i + 1, j]], up[i + 1, j],
            [corner[i + 1, j + 1]], along[i, j + 1][::-1], [corner[i, j + 1]], up[i, j][::-1],
        )  # fmt: skip
        return np.concatenate(sides)


def cells(count: int) -> list[LayerRow]:
    """`count` rows of the divisions' layer with what such a row carries."""
    columns = math.ceil(math.sqrt(count))
    borders = _borders(columns, math.ceil(count / columns))
    places = ((n % columns, n // columns) for n in range(count))
    return [_row(n, shapely.Polygon(borders.ring(i, j))) for n, (i, j) in enumerate(places)]


def bounds(rows: list[LayerRow]) -> tuple[float, float, float, float]:
    """West, south, east, north of all rows."""
    west, south, east, north = shapely.total_bounds([row.geometry for row in rows])
    return float(west), float(south), float(east), float(north)


def _borders(columns: int, rows: int) -> Borders:
    chance = np.random.default_rng(20260701)
    grid = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), axis=-1)
    corners = np.array((WEST, SOUTH)) + STEP * (grid + chance.uniform(-0.2, 0.2, grid.shape))
    along = _between(corners[:-1], corners[1:], chance)
    up = _between(corners[:, :-1], corners[:, 1:], chance)
    return Borders(*(np.round(points, 8) for points in (corners, along, up)))


def _between(start: Points, end: Points, chance: np.random.Generator) -> Points:
    share = np.linspace(0, 1, BETWEEN + 2)[1:-1, None]
    straight = start[:, :, None] + (end - start)[:, :, None] * share
    return straight + STEP * chance.uniform(-0.05, 0.05, straight.shape)


def _row(number: int, shape: shapely.Polygon) -> LayerRow:
    return LayerRow(
        public_id=uuid.UUID(int=0x0190 << 112 | 0x7 << 76 | 0x8 << 60 | number),
        name=f"测试{number}居委会",
        attributes=dict(_attributes(number)),
        geometry=shape,
        valid_from=SINCE,
        coverage="level 5",
    )


def _attributes(number: int) -> Iterator[tuple[str, object]]:
    yield from {"name": f"测试{number}居委会", "kind": "residents_committee", "level": 5, "home": False}.items()
    yield from {"codes": [{"system": "mca", "code": f"310107{number:06d}"}], "quality": "digitised"}.items()
    yield from {"source": "生成", "precision": "day", "population": 1000 + number % 3000}.items()
