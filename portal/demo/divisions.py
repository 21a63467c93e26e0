"""The demonstration district's divisions: the district, its towns with schematic shapes, its committees without any."""

from __future__ import annotations

import csv
import datetime as dt
import json

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.demo.files import COMMITTEES, DISTRICT, PRECISION, SINCE, SYSTEM_OF_CODES, TOWNS, Row
from portal.divisions.queries import UnitAt, unit_by_code
from portal.divisions.service import (
    Batch,
    CodeRow,
    MakeHome,
    NewUnit,
    ShapeRow,
    Subject,
    Term,
    VersionRow,
    enter_units,
    make_home,
    one_at_a_time,
)
from portal.errors import Misconfigured
from portal.kernel.access.actor import SYSTEM
from portal.kernel.geo.crs import CGCS2000, geodesic_area_m2
from portal.kernel.geo.geometry import as_multipolygon
from portal.kernel.i18n.text import text

CODES_AND_NAMES = "国家统计局统计用区划代码（2023年）；民政部行政区划代码"
WITH_DRAWING = f"{CODES_AND_NAMES}；图形为本项目自绘示意，非法定界线"
NAMED = Term(SINCE, None, PRECISION, SINCE, CODES_AND_NAMES)
DRAWN = Term(SINCE, None, PRECISION, SINCE, WITH_DRAWING)
TOWN, COMMITTEE = 4, 5
"""Administrative levels."""


def lay_divisions(session: Session, today: dt.date) -> None:
    """Makes the home district with all that lies in it, announced."""
    one_at_a_time(session)
    home = make_home(session, SYSTEM, _district())
    batch = Batch()
    towns = _add_towns(batch, home.id)
    _add_committees(batch, towns)
    _outline(batch, home.id)
    enter_units(session, SYSTEM, batch, {"files": [TOWNS.name, COMMITTEES.name]}, today)


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


def _add_towns(batch: Batch, district: int) -> dict[str, NewUnit]:
    """The towns with their shapes; gives them by the statistical codes under which committees name them."""
    towns: dict[str, NewUnit] = {}
    for feature in json.loads(TOWNS.read_text(encoding="utf-8"))["features"]:
        said = feature["properties"]
        unit = _add(batch, said, district, TOWN, DRAWN)
        batch.shapes.append(_shape(unit, shapely.from_geojson(json.dumps(feature["geometry"])), said["quality"]))
        towns[said["code_nbs"]] = unit
    return towns


def _add_committees(batch: Batch, towns: dict[str, NewUnit]) -> None:
    with COMMITTEES.open(encoding="utf-8", newline="") as file:
        for said in csv.DictReader(file):
            _add(batch, said, towns[said["parent_code_nbs"]], COMMITTEE, NAMED)


def _outline(batch: Batch, district: int) -> None:
    """The district is what its towns are together."""
    union = shapely.union_all([row.geometry for row in batch.shapes])
    batch.shapes.append(_shape(district, union, "schematic"))


def _add(batch: Batch, said: Row, parent: Subject, level: int, term: Term) -> NewUnit:
    unit = NewUnit()
    batch.new.append(unit)
    version = VersionRow(unit, parent, said["name"], said["kind"], level, term, name_en=said.get("name_en"))
    batch.versions.append(version)
    codes = {system: said.get(f"code_{system}") for system in ("mca", "nbs")}
    batch.codes += [CodeRow(unit, system, code, term) for system, code in codes.items() if code]
    return unit


def _shape(unit: Subject, drawn: BaseGeometry, quality: str) -> ShapeRow:
    area = as_multipolygon(shapely.normalize(drawn))
    return ShapeRow(unit, area, geodesic_area_m2(area), quality, CGCS2000.key, DRAWN)
