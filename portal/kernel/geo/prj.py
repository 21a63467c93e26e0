"""What a .prj file, or a layer's own description, says of its system: one `DeclaredCrs`, or a refusal with the reason.

Esri's and OGC's WKT are read by their parameters, not by their titles: software draws by the parameters, and titles are
left behind when somebody edits a file by hand.
"""

from __future__ import annotations

import re

from portal.kernel.geo.declared_crs import (
    CGCS2000,
    WGS84,
    CrsRefused,
    DeclaredCrs,
    parse_crs,
    plane_system,
    plane_systems,
    refuse_old_datum,
)
from portal.kernel.geo.wkt import CrsFacts, looks_like_wkt, read_wkt
from portal.kernel.i18n.text import Text, text

_CGCS2000_NAMES = frozenset({"china2000", "cgcs2000", "chinageodeticcoordinatesystem2000", "chinageodetic2000"})
_WGS84_NAMES = frozenset({"wgs1984", "wgs84", "worldgeodeticsystem1984", "worldgeodeticsystem1984ensemble"})
_WEB_MERCATOR = re.compile(r"auxiliarysphere|pseudomercator|webmercator|popularvisualisation|googlemaps")
_TRANSVERSE = frozenset({"gausskruger", "transversemercator"})

# The same systems with a height.
_FLAT = {4480: 4490, 4979: 4326}

_SEMI_MAJOR_M = 6378137.0
# 1 / flattening: 298.257222101 for CGCS2000, 298.257223563 for WGS 84; files round both.
_INVERSE_FLATTENING = 298.25722
_ELLIPSOID_SLACK = 1e-5
_DEGREE_SLACK = 1e-8
_METRE_SLACK = 1e-6


def declared(written: str) -> DeclaredCrs:
    """The system that a text declares: a WKT as in .prj files, an EPSG code, a URN or a usual name.

    Raises `CrsRefused` with the reason.
    """
    return crs_of_prj(written) if looks_like_wkt(written) else parse_crs(written)


def crs_of_prj(wkt: str) -> DeclaredCrs:
    """The system of a WKT (Esri's, OGC's WKT 1, WKT 2), by its parameters.

    Accepted: CGCS2000 and WGS 84 in degrees, every CGCS2000 Gauss-Kruger zone. Raises `CrsRefused`, each with a
    sentence of its own, for Beijing 1954, Xian 1980 and New Beijing, unknown datums, Web Mercator, UTM, local planes
    (another meridian, origin or scale), feet, and an EPSG code that contradicts the parameters.
    """
    facts = read_wkt(wkt)
    for name in (facts.datum, facts.geographic, facts.name):
        refuse_old_datum(name)
    found = _geographic(facts) if facts.kind == "geographic" else _plane(facts)
    return _as_named(found, facts)


def _geographic(facts: CrsFacts) -> DeclaredCrs:
    if abs(facts.unit_degrees - 1.0) > _DEGREE_SLACK or facts.prime_meridian != 0.0:
        raise CrsRefused(text("“%(name)s” does not count degrees from Greenwich.", name=_shown(facts.name)))
    return _datum(facts)


def _plane(facts: CrsFacts) -> DeclaredCrs:
    if _WEB_MERCATOR.search(_plain(facts.name)) or _WEB_MERCATOR.search(_plain(facts.method)):
        raise CrsRefused(_web_mercator(facts))
    if abs(facts.unit_m - 1.0) > _DEGREE_SLACK:
        raise CrsRefused(_not_metres(facts))
    if _datum(facts) != CGCS2000:
        raise CrsRefused(_plane_on_wgs84(facts))
    if _plain(facts.method) not in _TRANSVERSE:
        raise CrsRefused(_other_projection(facts))
    return _zone(facts)


def _zone(facts: CrsFacts) -> DeclaredCrs:
    meridian = facts.parameters.get("meridian", 0.0) * facts.unit_degrees + facts.prime_meridian
    easting = facts.parameters.get("false_easting", 0.0)
    plain = (
        abs(facts.parameters.get("latitude", 0.0)) < _DEGREE_SLACK
        and abs(facts.parameters.get("false_northing", 0.0)) < _METRE_SLACK
        and abs(facts.parameters.get("scale", 1.0) - 1.0) < _DEGREE_SLACK
        and abs(meridian - round(meridian)) < _DEGREE_SLACK
        and abs(easting - round(easting)) < _METRE_SLACK
    )
    found = plane_system(float(round(meridian)), float(round(easting))) if plain else None
    if found is None:
        raise CrsRefused(_local(facts, meridian, easting))
    return found


def _datum(facts: CrsFacts) -> DeclaredCrs:
    # Esri writes D_ before the names of datums.
    names = {_plain(facts.datum), _plain(facts.datum).removeprefix("d")}
    for crs, known in ((CGCS2000, _CGCS2000_NAMES), (WGS84, _WGS84_NAMES)):
        if names & known and _fits_ellipsoid(facts):
            return crs
    raise CrsRefused(_unknown_datum(facts))


def _fits_ellipsoid(facts: CrsFacts) -> bool:
    if facts.ellipsoid is None:
        return True
    axis, flattening = facts.ellipsoid
    return axis == _SEMI_MAJOR_M and abs(flattening - _INVERSE_FLATTENING) < _ELLIPSOID_SLACK


def _as_named(found: DeclaredCrs, facts: CrsFacts) -> DeclaredCrs:
    """A 3° and a 6° zone can be the same plane: then the code or the title says which it is called."""
    if facts.code is not None:
        coded = parse_crs(f"EPSG:{_FLAT.get(facts.code, facts.code)}")
        if not _same(coded, found):
            raise CrsRefused(_contradiction(facts, found))
        return coded
    title = _plain(facts.name).replace("gausskruger", "gk")
    twins = (crs for crs in plane_systems() if _same(crs, found))
    return next((crs for crs in twins if _plain(crs.label).replace("gausskruger", "gk") == title), found)


def _same(one: DeclaredCrs, other: DeclaredCrs) -> bool:
    if one.kind != "plane" or other.kind != "plane":
        return one == other
    return (one.central_meridian, one.false_easting) == (other.central_meridian, other.false_easting)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold().replace("ü", "u"))


def _shown(name: str) -> str:
    return name[:80]


def _web_mercator(facts: CrsFacts) -> Text:
    return text(
        "“%(name)s” is Web Mercator, a projection for showing tiles. Export the data in CGCS2000 degrees (EPSG:4490).",
        name=_shown(facts.name),
    )


def _not_metres(facts: CrsFacts) -> Text:
    return text(
        "“%(name)s” counts in units of %(unit)s m, not in metres. Export the data in metres or degrees.",
        name=_shown(facts.name),
        unit=f"{facts.unit_m:g}",
    )


def _plane_on_wgs84(facts: CrsFacts) -> Text:
    return text(
        "“%(name)s” is a plane on WGS 84 (UTM or the like), which is not accepted. Export the data in degrees"
        " (EPSG:4490 or EPSG:4326) or in a CGCS2000 Gauss-Kruger zone.",
        name=_shown(facts.name),
    )


def _other_projection(facts: CrsFacts) -> Text:
    return text(
        "“%(name)s” uses the projection %(method)s; only Gauss-Kruger is accepted. Export the data in CGCS2000 degrees"
        " (EPSG:4490).",
        name=_shown(facts.name),
        method=_shown(facts.method or "?"),
    )


def _local(facts: CrsFacts, meridian: float, easting: float) -> Text:
    return text(
        "“%(name)s” is a local plane (central meridian %(meridian)s°, false easting %(easting)s m, false northing"
        " %(northing)s m, scale %(scale)s), not a standard zone. What else it needs, such as a height of projection, a"
        " file does not say: have the survey office convert the data to CGCS2000.",
        name=_shown(facts.name),
        meridian=f"{meridian:.8g}",
        easting=f"{easting:.10g}",
        northing=f"{facts.parameters.get('false_northing', 0.0):.10g}",
        scale=f"{facts.parameters.get('scale', 1.0):.8g}",
    )


def _unknown_datum(facts: CrsFacts) -> Text:
    return text(
        "The datum “%(datum)s” of “%(name)s” is not known here. Accepted are CGCS2000 and WGS 84, each on its own"
        " ellipsoid.",
        datum=_shown(facts.datum or "?"),
        name=_shown(facts.name),
    )


def _contradiction(facts: CrsFacts, found: DeclaredCrs) -> Text:
    return text(
        "The description contradicts itself: its code is EPSG:%(code)d, but its numbers are those of %(found)s. Declare"
        " the right one by hand.",
        code=facts.code,
        found=found.label,
    )
