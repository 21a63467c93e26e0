"""Whether two shapes are one and the same after a way through a file, which turns rings round and rounds numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

SAME_DEGREES = 6e-7
"""Files and maps write six decimals of a degree; half a step more than their rounding."""


def single(shape: BaseGeometry) -> BaseGeometry:
    """A collection of one part as that part: containers write every polygon as a multipolygon."""
    parts = getattr(shape, "geoms", None)
    return parts[0] if parts is not None and len(parts) == 1 else shape


def same_shapes(
    ones: Sequence[BaseGeometry], others: Sequence[BaseGeometry], tolerance: float = SAME_DEGREES
) -> list[bool]:
    """Pair by pair: the same kind of shape with the same corners within a tolerance, in the unit of the coordinates.

    Where a ring begins, which way it runs and whether a single part is wrapped as a collection do not matter.
    """
    one = np.asarray([single(shape) for shape in ones], dtype=object)
    other = np.asarray([single(shape) for shape in others], dtype=object)
    same = np.asarray(shapely.equals_exact(one, other, tolerance=tolerance), dtype=bool)
    likely = ~same & (shapely.get_type_id(one) == shapely.get_type_id(other))
    likely &= shapely.get_num_coordinates(one) == shapely.get_num_coordinates(other)
    # Discrete Hausdorff: with as many corners on both sides, each has its partner within the tolerance.
    same[likely] = shapely.hausdorff_distance(one[likely], other[likely]) <= tolerance * np.sqrt(2)
    return [bool(found) for found in same]
