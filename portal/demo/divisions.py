"""The demonstration district's divisions: the district, its towns with schematic shapes, its committees without any."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.demo.changes import make_file, towns_on
from portal.demo.files import COMMITTEES, DISTRICT, PRECISION, SINCE, SYSTEM_OF_CODES, SYSTEMS, TOWNS, Row, read
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
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.geo.crs import CGCS2000, geodesic_area_m2
from portal.kernel.geo.geometry import as_multipolygon
from portal.kernel.i18n.text import text

CODES_AND_NAMES = "国家统计局统计用区划代码（2023年）；民政部行政区划代码"
NAMED = Term(SINCE, None, PRECISION, SINCE, CODES_AND_NAMES)
"""What is said of codes and of committees: those of 2023 are known and none before."""
TOWN, COMMITTEE = 4, 5
"""Administrative levels."""

Outlines = Mapping[str, BaseGeometry]
"""Of the towns of 2023 by name, each as it goes into the register."""


def lay_divisions(session: Session, today: dt.date) -> None:
    """Makes the home district with all that lay and lies in it, announced: the towns of 2006, what became of them in
    2014, then codes and committees of 2023."""
    one_at_a_time(session)
    known, outlines = read("changes"), town_outlines()
    home = make_home(session, SYSTEM, _district(known))
    enter_units(session, SYSTEM, _first_towns(known, home.id, outlines), {"files": ["changes.yaml"]}, today)
    for row in known["history"]:
        make_file(session, SYSTEM, row, outlines, today)
    batch = Batch()
    towns = _give_codes(batch, session, home.id)
    _add_committees(batch, towns)
    enter_units(session, SYSTEM, batch, {"files": [TOWNS.name, COMMITTEES.name]}, today)


def keep_files(session: Session, clerk: Actor, today: dt.date) -> None:
    """The invented change files: one that has taken effect, one in progress."""
    outlines = town_outlines()
    for row in read("changes")["files"]:
        make_file(session, clerk, row, outlines, today)


def town_outlines() -> Outlines:
    """The schematic outlines of the towns of 2023."""
    return {said["name"]: _area(shape) for said, shape in _features()}


def unit_of(session: Session, code: str, at: dt.date) -> UnitAt:
    """The unit of a civil-affairs code; raises `Misconfigured` for one that the demonstration lacks."""
    unit = unit_by_code(session, SYSTEM_OF_CODES, code, at)
    if unit is None:
        raise Misconfigured(text("The demonstration has no division with the code %(code)s.", code=code))
    return unit


def _district(known: Row) -> MakeHome:
    return MakeHome(
        name="普陀区",
        name_en="Putuo District",
        kind="district",
        level=3,
        at=known["as_of"],
        source=known["towns_source"],
        precision=known["precision"],
    )


def _first_towns(known: Row, district: int, outlines: Outlines) -> Batch:
    """The towns of the first day, each drawn as what is there today; the district is what they are together."""
    batch, now = Batch(), {said["name"]: said for said, _ in _features()}
    term = Term(known["as_of"], None, known["precision"], known["as_of"], known["towns_source"])
    drawn = replace(term, source=known["drawn_by"])
    for row in known["towns"]:
        unit, said = NewUnit(), {**now.get(row["name"], {}), **row}
        batch.new.append(unit)
        version = VersionRow(unit, district, said["name"], said["kind"], TOWN, term, name_en=said["name_en"])
        batch.versions.append(version)
        batch.shapes.append(_shape(unit, _together([outlines[name] for name in row["drawn_as"]]), drawn))
    batch.shapes.append(_shape(district, _together(list(outlines.values())), drawn))
    return batch


def _give_codes(batch: Batch, session: Session, district: int) -> dict[str, int]:
    """The codes of the district and its towns; gives the towns by the statistical codes that committees name."""
    towns = towns_on(session, SINCE)
    batch.codes += [CodeRow(district, system, DISTRICT, NAMED) for system in SYSTEMS]
    for said, _ in _features():
        unit = towns[said["name"]].id
        batch.codes += [CodeRow(unit, system, said[f"code_{system}"], NAMED) for system in SYSTEMS]
    return {said["code_nbs"]: towns[said["name"]].id for said, _ in _features()}


def _add_committees(batch: Batch, towns: Mapping[str, int]) -> None:
    with COMMITTEES.open(encoding="utf-8", newline="") as file:
        for said in csv.DictReader(file):
            unit, town = NewUnit(), towns[said["parent_code_nbs"]]
            batch.new.append(unit)
            batch.versions.append(VersionRow(unit, town, said["name"], said["kind"], COMMITTEE, NAMED))
            batch.codes.append(CodeRow(unit, "nbs", said["code_nbs"], NAMED))


def _features() -> Iterator[tuple[Row, BaseGeometry]]:
    """The towns of 2023: what is said of each, and its outline as it lies in the file."""
    for feature in json.loads(TOWNS.read_text(encoding="utf-8"))["features"]:
        yield feature["properties"], shapely.from_geojson(json.dumps(feature["geometry"]))


def _together(outlines: Sequence[BaseGeometry]) -> BaseGeometry:
    return outlines[0] if len(outlines) == 1 else _area(shapely.union_all(list(outlines)))


def _area(drawn: BaseGeometry) -> BaseGeometry:
    return as_multipolygon(shapely.normalize(drawn))


def _shape(unit: Subject, area: BaseGeometry, term: Term) -> ShapeRow:
    return ShapeRow(unit, area, geodesic_area_m2(area), "schematic", CGCS2000.key, term)
