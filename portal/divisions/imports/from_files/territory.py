"""The geometry of one row: checked as declared, taken to CGCS2000, checked as an area."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from portal.divisions.imports.from_files.cells import Cells
from portal.errors import BadInput
from portal.kernel.formats.rows import Row
from portal.kernel.geo.crs import DeclaredCrs, to_storage
from portal.kernel.geo.geometry import as_multipolygon, check_declared, ring_problem, round_coordinates
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

COLUMN = "geometry"


def territory(row: Row, crs: DeclaredCrs | None, cells: Cells) -> shapely.MultiPolygon | None:
    """A valid multipolygon in CGCS2000 degrees, rounded to a millimetre; None when there is none or it was refused."""
    if row.geometry is None or crs is None:
        return None
    problem = check_declared(row.geometry, crs)
    if problem is not None:
        cells.findings.add(cells, problem, COLUMN)
        if problem.level == "error":
            return None
    return _stored(row.geometry, crs, cells)


def _stored(geometry: BaseGeometry, crs: DeclaredCrs, cells: Cells) -> shapely.MultiPolygon | None:
    try:
        area = as_multipolygon(to_storage(geometry, crs))
    except BadInput as error:
        reason = error.message if isinstance(error.message, Text) else text(str(error.message))
        cells.findings.error(cells, "geometry.not_an_area", reason, COLUMN)
        return None
    rounded = shapely.normalize(round_coordinates(area))
    problem = ring_problem(area) or ring_problem(rounded)
    if problem is not None:
        cells.findings.add(cells, _with_place(problem), COLUMN)
        return None
    return as_multipolygon(rounded)


def _with_place(problem: Problem) -> Problem:
    """A problem whose sentence also says where to look."""
    if problem.place is None:
        return problem
    lon, lat = (f"{degrees:.6f}" for degrees in problem.place)
    sentence = text("%(reason)s Near %(lon)s east, %(lat)s north.", reason=problem.text, lon=lon, lat=lat)
    return Problem(problem.code, sentence, problem.place)
