"""Whether the shapes of a file carry the shift of a Chinese web map, judged by the outline of the home district."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.crs import BD09, GCJ02, DeclaredCrs, to_storage_xy
from portal.kernel.geo.problem import Problem
from portal.kernel.geo.suspicion import suspect_shift
from portal.kernel.i18n.text import Text, text

Positions = NDArray[np.float64]

# Areas that cover this much of the district are compared with it as areas, the sharper test.
_COVERS = 0.6
_MOST_POSITIONS = 20_000
# 0.0003° are about 30 m: two drawings of one border differ by that.
_BORDER_DEGREES = 0.0003
# Undoing the shift must bring in at least three positions and a fiftieth, and three quarters of those outside.
_LEAST_BROUGHT_IN = 3
_LEAST_SHARE = 0.02
_BETTER = 0.25


def suspect_datum(shapes: Sequence[BaseGeometry | None], outline: BaseGeometry) -> Problem | None:
    """A question, code geometry.suspected_shift, when shapes given as CGCS2000 or WGS 84 fit only as GCJ-02 or BD-09.

    Both in EPSG:4490 degrees. Areas that cover most of the district are laid over its `outline`; of anything else the
    positions are counted that lie outside it, as given and after undoing each shift. None without evidence: data that
    lies inside as it is (a shift of half a kilometre can hide in a large district), or lies outside either way.
    """
    given = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not given or outline.is_empty:
        return None
    covering = _covering(given, outline)
    if covering is not None:
        found = suspect_shift(covering, outline)
        return found.problem if found else None
    return _by_positions(_positions(given), outline)


def _covering(shapes: Sequence[BaseGeometry], outline: BaseGeometry) -> BaseGeometry | None:
    areas = [shape for shape in shapes if shapely.get_dimensions(shape) == 2]
    if len(areas) < len(shapes) or sum(shape.area for shape in areas) < _COVERS * outline.area:
        return None
    union = shapely.union_all(shapely.make_valid(areas))
    return union if union.area >= _COVERS * outline.area else None


def _positions(shapes: Sequence[BaseGeometry]) -> Positions:
    xy = shapely.get_coordinates(list(shapes))
    return xy[:: max(1, len(xy) // _MOST_POSITIONS)]


def _by_positions(xy: Positions, outline: BaseGeometry) -> Problem | None:
    home = shapely.buffer(outline, _BORDER_DEGREES)
    shapely.prepare(home)
    given = _outside(xy, home)
    undone, crs = min(((_outside(to_storage_xy(xy, crs), home), crs) for crs in (GCJ02, BD09)), key=lambda fit: fit[0])
    brought_in = given - undone
    if brought_in < max(_LEAST_BROUGHT_IN, _LEAST_SHARE * len(xy)) or undone > _BETTER * given:
        return None
    middle = outline.centroid
    place = (float(middle.x), float(middle.y))
    return Problem("geometry.suspected_shift", _question(crs, given, undone, len(xy)), place)


def _outside(xy: Positions, home: BaseGeometry) -> int:
    return int(len(xy) - shapely.contains_xy(home, *xy.T).sum())


def _question(crs: DeclaredCrs, given: int, undone: int, of: int) -> Text:
    return text(
        "Of %(of)d positions %(given)d lie outside the district as given, but only %(undone)d after undoing the shift"
        " of %(crs)s. Was the data drawn on such a web map? Then declare %(crs)s.",
        of=of,
        given=given,
        undone=undone,
        crs=crs.label,
    )
