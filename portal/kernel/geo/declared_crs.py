"""The names of coordinate systems that people and files write, read into one `DeclaredCrs` or refused in words.

Source of codes and central meridians: EPSG dataset (the one PROJ carries). This module does no arithmetic on points.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from portal.errors import BadInput
from portal.kernel.i18n.text import Text, text

Kind = Literal["geographic", "plane", "shifted"]


class CrsRefused(BadInput):
    """A coordinate system that is unknown or that cannot be converted honestly."""


@dataclass(frozen=True)
class DeclaredCrs:
    """One accepted input system; coordinates are x = east everywhere in the project, whatever the authority says.

    `kind`: geographic = degrees; plane = Gauss-Kruger metres; shifted = GCJ-02 / BD-09 degrees, an approximation that
    can never be a legal position. `epsg` is None for the shifted ones. The last three are set for plane systems only:
    zone number, central meridian in degrees east, easting of that meridian in metres (8 digits carry the zone).
    """

    key: str
    label: str
    kind: Kind
    epsg: int | None
    zone: int | None = None
    central_meridian: float | None = None
    false_easting: float | None = None


CGCS2000 = DeclaredCrs("EPSG:4490", "CGCS2000", "geographic", 4490)
WGS84 = DeclaredCrs("EPSG:4326", "WGS 84", "geographic", 4326)
GCJ02 = DeclaredCrs("GCJ-02", "GCJ-02", "shifted", None)
BD09 = DeclaredCrs("BD-09", "BD-09", "shifted", None)

_THREE_DEGREE_ZONES = range(25, 46)
_SIX_DEGREE_ZONES = range(13, 24)

_ALIASES = {
    "cgcs2000": CGCS2000,
    "2000国家大地坐标系": CGCS2000,
    "国家2000": CGCS2000,
    "chinageodeticcoordinatesystem2000": CGCS2000,
    "gcscgcs2000": CGCS2000,
    "gcschinageodeticcoordinatesystem2000": CGCS2000,
    "wgs84": WGS84,
    "wgs1984": WGS84,
    "gcswgs1984": WGS84,
    "crs84": WGS84,
    "ogccrs84": WGS84,
    "gcj02": GCJ02,
    "火星坐标系": GCJ02,
    "bd09": BD09,
    "bd09ll": BD09,
    "百度坐标系": BD09,
}

_BEIJING_1954 = "Beijing 1954"
_XIAN_1980 = "Xian 1980"
_NEW_BEIJING = "New Beijing"
_OLD_CODES: tuple[tuple[str, range], ...] = (
    (_BEIJING_1954, range(4214, 4215)),
    (_BEIJING_1954, range(2401, 2443)),
    (_BEIJING_1954, range(21413, 21424)),
    (_BEIJING_1954, range(21453, 21464)),
    (_BEIJING_1954, range(21473, 21484)),
    (_XIAN_1980, range(4610, 4611)),
    (_XIAN_1980, range(2327, 2391)),
    (_NEW_BEIJING, range(4555, 4556)),
    (_NEW_BEIJING, range(4568, 4590)),
    (_NEW_BEIJING, range(4652, 4657)),
    (_NEW_BEIJING, range(4766, 4801)),
    (_NEW_BEIJING, range(4812, 4813)),
    (_NEW_BEIJING, range(4822, 4823)),
)
_OLD_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (_NEW_BEIJING, re.compile(r"新(19)?(54年?)?北京|newbeijing")),
    (_BEIJING_1954, re.compile(r"北京(坐标系)?(19)?54|(19)?54年?北京|beijing(19)?54|bj54")),
    (_XIAN_1980, re.compile(r"西安(坐标系)?(19)?80|(19)?80年?(国家大地|西安)|xian(19)?80|xa80")),
)
_LOCAL_NAMES = re.compile(r"^(sh|shanghai|上海)2000(坐标系)?$|^上海(市)?(平面|城市)坐标系$")

_EPSG = re.compile(
    r"^(?:epsg[\s:]*|urn:(?:x-)?ogc:def:crs:epsg:[^:]*:|https?://www\.opengis\.net/def/crs/epsg/[^/]+/)?(\d{4,6})$",
    re.IGNORECASE,
)
_CRS84 = re.compile(
    r"^(?:urn:(?:x-)?ogc:def:crs:ogc:[^:]*:|https?://www\.opengis\.net/def/crs/ogc/[^/]+/)crs84$", re.IGNORECASE
)


def parse_crs(declared: str) -> DeclaredCrs:
    """The system that a text names: an EPSG code, an OGC URN or address, or a usual English or Chinese name.

    Raises `CrsRefused` with a sentence of its own for the datums that have no public conversion (Beijing 1954,
    Xian 1980, New Beijing: PROJ would shift them by nothing without a word), for local systems (Shanghai 2000), and
    for everything unknown.
    """
    # NFKC: a Chinese keyboard writes ＥＰＳＧ：４４９０.
    stripped = unicodedata.normalize("NFKC", declared).strip()
    number = _EPSG.match(stripped)
    if number:
        return _by_code(int(number.group(1)), stripped)
    if _CRS84.match(stripped):
        return WGS84
    return _by_name(stripped)


def plane_systems() -> tuple[DeclaredCrs, ...]:
    """Every CGCS2000 Gauss-Kruger zone of EPSG: 3° and 6°, with and without the zone in the easting (64 systems)."""
    return tuple(_plane_by_code().values())


def zone_candidates(easting: float) -> tuple[DeclaredCrs, ...]:
    """The plane systems that an easting in metres can belong to by its leading digits.

    8 digits name one zone; 6 digits name none (empty: the zone must be asked for).
    """
    zone = int(easting // 1_000_000)
    return tuple(crs for crs in plane_systems() if crs.zone == zone and crs.false_easting != 500_000.0)


def plane_system(meridian: float, false_easting: float) -> DeclaredCrs | None:
    """The zone with this central meridian (degrees) and easting of it (metres); of two equal ones the 3° zone."""
    same = (c for c in plane_systems() if c.central_meridian == meridian and c.false_easting == false_easting)
    return next(same, None)


def refuse_old_datum(name: str) -> None:
    """Raises `CrsRefused` when a name (of a system, a datum, a file) means Beijing 1954, Xian 1980 or New Beijing."""
    normalised = _normalised(name)
    for datum, pattern in _OLD_NAMES:
        if pattern.search(normalised):
            raise CrsRefused(_old_datum(datum, name[:100]))


def _by_code(code: int, declared: str) -> DeclaredCrs:
    for datum, codes in _OLD_CODES:
        if code in codes:
            raise CrsRefused(_old_datum(datum, declared))
    for crs in (CGCS2000, WGS84):
        if crs.epsg == code:
            return crs
    if code in _plane_by_code():
        return _plane_by_code()[code]
    raise CrsRefused(_unknown(declared))


def _by_name(declared: str) -> DeclaredCrs:
    refuse_old_datum(declared)
    name = _normalised(declared)
    if _LOCAL_NAMES.match(name):
        raise CrsRefused(_local(declared))
    found = _ALIASES.get(name) or _plane_by_name().get(name)
    if found is None:
        raise CrsRefused(_unknown(declared))
    return found


def _normalised(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold().replace("krüger", "kruger"))


@cache
def _plane_by_code() -> dict[int, DeclaredCrs]:
    return {crs.epsg: crs for crs in _all_zones() if crs.epsg is not None}


@cache
def _plane_by_name() -> dict[str, DeclaredCrs]:
    return {name: crs for crs in _all_zones() for name in _plane_names(crs)}


def _all_zones() -> Iterator[DeclaredCrs]:
    for zone in _THREE_DEGREE_ZONES:
        yield from _both_forms("CGCS2000 / 3-degree Gauss-Kruger", zone, 3.0 * zone, 4513 + zone - 25, 4534 + zone - 25)
    for zone in _SIX_DEGREE_ZONES:
        yield from _both_forms("CGCS2000 / Gauss-Kruger", zone, 6.0 * zone - 3.0, 4491 + zone - 13, 4502 + zone - 13)


def _both_forms(family: str, zone: int, meridian: float, prefixed: int, plain: int) -> Iterator[DeclaredCrs]:
    with_zone = f"{family} zone {zone}"
    without = f"{family} CM {meridian:.0f}E"
    yield DeclaredCrs(f"EPSG:{prefixed}", with_zone, "plane", prefixed, zone, meridian, zone * 1_000_000.0 + 500_000.0)
    yield DeclaredCrs(f"EPSG:{plain}", without, "plane", plain, zone, meridian, 500_000.0)


def _plane_names(crs: DeclaredCrs) -> tuple[str, str]:
    """The name EPSG gives and the one Esri writes into .prj files, both normalised."""
    esri = crs.label.replace("Gauss-Kruger", "GK")
    return _normalised(crs.label), _normalised(esri)


def _old_datum(datum: str, declared: str) -> Text:
    return text(
        "%(declared)s is on the datum %(datum)s. It has no public conversion to CGCS2000: the parameters are a state"
        " secret, and software that converts anyway is off by up to a hundred metres without saying so. Have the"
        " survey authority convert the file to CGCS2000 and import that.",
        declared=declared,
        datum=datum,
    )


def _local(declared: str) -> Text:
    return text(
        "%(declared)s is a local system whose parameters are not public. Have the survey authority convert the file"
        " to CGCS2000 and import that.",
        declared=declared,
    )


def _unknown(declared: str) -> Text:
    return text(
        "The coordinate system “%(declared)s” is not known. Accepted are EPSG:4490 (CGCS2000), EPSG:4326 (WGS 84),"
        " OGC:CRS84, the CGCS2000 Gauss-Kruger zones EPSG:4491 to EPSG:4554, GCJ-02 and BD-09.",
        declared=declared[:100],
    )
