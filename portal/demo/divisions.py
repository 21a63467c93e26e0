"""The demonstration district's divisions: the district, its towns with schematic shapes, its committees without any."""

from __future__ import annotations

import datetime as dt

import shapely
from sqlalchemy.orm import Session

from portal.demo.files import COMMITTEES, DISTRICT, PRECISION, SINCE, SYSTEM_OF_CODES, TOWNS
from portal.divisions.imports import ImportUnits, import_units
from portal.divisions.queries import UnitAt, unit_by_code
from portal.divisions.service import Batch, MakeHome, ShapeRow, Term, enter_units, make_home
from portal.errors import Misconfigured
from portal.kernel.access.actor import SYSTEM
from portal.kernel.formats.geojson import read_geojson
from portal.kernel.geo.crs import CGCS2000, geodesic_area_m2
from portal.kernel.geo.geometry import as_multipolygon
from portal.kernel.i18n.text import text

CODES_AND_NAMES = "国家统计局统计用区划代码（2023年）；民政部行政区划代码"
WITH_DRAWING = f"{CODES_AND_NAMES}；图形为本项目自绘示意，非法定界线"


def lay_divisions(session: Session, today: dt.date) -> None:
    """Makes the home district with all that lies in it, announced."""
    home = make_home(session, SYSTEM, _district())
    import_units(session, SYSTEM, _towns(), today)
    import_units(session, SYSTEM, _committees(), today)
    term = Term(SINCE, None, PRECISION, SINCE, WITH_DRAWING)
    outline = as_multipolygon(shapely.union_all([row.geometry for row in read_geojson(TOWNS).rows]))
    shape = ShapeRow(home.id, outline, geodesic_area_m2(outline), "schematic", CGCS2000.key, term)
    enter_units(session, SYSTEM, Batch(shapes=[shape]), {"outline": "union of the towns"}, today)


def unit_of(session: Session, code: str, at: dt.date) -> UnitAt:
    """The unit of a civil-affairs code; raises `Misconfigured` for one that the demonstration lacks."""
    unit = unit_by_code(session, SYSTEM_OF_CODES, code, at)
    if unit is None:
        raise Misconfigured(text("The demonstration has no division with the code %(code)s.", code=code))
    return unit


def _district() -> MakeHome:
    return MakeHome(
        name="普陀区",
        name_en="Putuo District",
        kind="district",
        level=3,
        at=SINCE,
        source=CODES_AND_NAMES,
        codes={"mca": DISTRICT, "nbs": DISTRICT},
        precision=PRECISION,
    )


def _towns() -> ImportUnits:
    return ImportUnits(
        files=(TOWNS,),
        code_system=SYSTEM_OF_CODES,
        at=SINCE,
        announced_on=SINCE,
        crs=CGCS2000.key,
        precision=PRECISION,
        source=WITH_DRAWING,
    )


def _committees() -> ImportUnits:
    return ImportUnits(
        files=(COMMITTEES,),
        code_system="nbs",
        at=SINCE,
        announced_on=SINCE,
        precision=PRECISION,
        source=CODES_AND_NAMES,
    )
