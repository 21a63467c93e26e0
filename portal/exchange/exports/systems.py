"""The coordinate systems that maps go out in: CGCS2000 in degrees, and the 3-degree zones of the place."""

from __future__ import annotations

from portal.errors import BadInput
from portal.exchange.exports.formats import Format
from portal.kernel.geo.crs import CGCS2000, DeclaredCrs, parse_crs, plane_systems
from portal.kernel.geo.published import Bounds
from portal.kernel.i18n.text import text

HALF_A_ZONE = 1.5
"""Degrees on either side of a central meridian."""

THREE_DEGREES = "CGCS2000 / 3-degree"


def systems_of(bounds: Bounds | None) -> list[DeclaredCrs]:
    """CGCS2000, and every 3-degree zone that the district lies in, with and without the zone in its eastings."""
    return [CGCS2000, *(crs for crs in plane_systems() if bounds is not None and _reaches(crs, bounds))]


def system_asked(wanted: str, form: Format) -> DeclaredCrs:
    """The system of `?crs=`, CGCS2000 for none. Raises `BadInput` for one that files are not written in."""
    if not wanted.strip():
        return CGCS2000
    if not form.projected:
        raise BadInput(text("%(format)s takes no coordinate system: leave it away.", format=form.title))
    crs = parse_crs(wanted)
    if crs is not CGCS2000 and crs.kind != "plane":
        raise BadInput(
            text("Files are written in EPSG:4490 or in a Gauss-Kruger zone of CGCS2000 (EPSG:4491 to 4554).")
        )
    return crs


def _reaches(crs: DeclaredCrs, bounds: Bounds) -> bool:
    if crs.central_meridian is None or not crs.label.startswith(THREE_DEGREES):
        return False
    return bounds.west - HALF_A_ZONE <= crs.central_meridian <= bounds.east + HALF_A_ZONE
