"""Shapes that come from files: read, converted and checked already, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.crs import CGCS2000, DeclaredCrs, from_storage, parse_crs
from portal.kernel.geo.geometry import ring_problem
from portal.kernel.geo.sameness import single
from portal.kernel.i18n.text import Text, text
from portal.risk.rules.shape import GEOMETRIES, LONGEST_SHAPE, MOST_VERTICES

DECIMALS = {"plane": 3}
"""Of the original as it is kept: millimetres; of degrees, the 8 decimals of storage are that too."""


@dataclass(frozen=True)
class Placed:
    """A shape in EPSG:4490, x = east, that a file declared to be in `crs`."""

    shape: BaseGeometry
    crs: str = CGCS2000.key

    @property
    def field(self) -> str:
        """The form's field that would hold it."""
        return "geometry"


def laid(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The shapes as they are stored: 2D, rounded to 1 mm, a collection of one part as that part."""
    flat = shapely.force_2d(np.asarray([single(shape) for shape in shapes], dtype=object))
    return list(shapely.transform(flat, lambda xy: np.round(xy, 8)))


def unlayable(shapes: Sequence[BaseGeometry]) -> dict[int, Text]:
    """What is wrong with shapes as `laid` gives them, by their place in the list."""
    counts, valid = shapely.get_num_coordinates(shapes), shapely.is_valid(shapes)
    wrong = {i: _mixture() for i, shape in enumerate(shapes) if shape.geom_type.upper() not in GEOMETRIES}
    wrong |= {int(i): _corners(int(counts[i])) for i in np.flatnonzero(counts > MOST_VERTICES)}
    wrong |= {int(i): _empty() for i in np.flatnonzero(counts == 0)}
    for i in map(int, np.flatnonzero(~valid)):
        problem = ring_problem(shapes[i])
        wrong.setdefault(i, problem.text if problem else _empty())
    return wrong


def originals(placed: Sequence[Placed]) -> list[str]:
    """Each shape as WKT in the system its file declared, to the millimetre."""
    found = [""] * len(placed)
    for key in {one.crs for one in placed}:
        crs, where = parse_crs(key), [i for i, one in enumerate(placed) if one.crs == key]
        for i, written in zip(where, _written([placed[i].shape for i in where], crs), strict=True):
            found[i] = written[:LONGEST_SHAPE]
    return found


def _written(shapes: Sequence[BaseGeometry], crs: DeclaredCrs) -> list[str]:
    plain = np.asarray(shapes, dtype=object)
    own = plain if crs.kind == "geographic" else from_storage(plain, crs)  # type: ignore[type-var]
    return list(shapely.to_wkt(own, rounding_precision=DECIMALS.get(crs.kind, 8)))


def _mixture() -> Text:
    return text("Draw a point, a line or an area, not a mixture.")


def _corners(count: int) -> Text:
    return text("The shape has %(count)d corners; %(most)d are allowed.", count=count, most=MOST_VERTICES)


def _empty() -> Text:
    return text("The geometry is empty.")
