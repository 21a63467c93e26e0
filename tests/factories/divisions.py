"""Divisions for tests: a home district with its towns and committees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.divisions.models import Unit, UnitCode, UnitShape, UnitVersion
from portal.divisions.service import MakeHome, make_home, rebuild_ancestry
from portal.kernel.access.actor import SYSTEM
from portal.kernel.geo.crs import geodesic_area_m2

BEGINNING = dt.date(2000, 1, 1)
KINDS = {1: "municipality", 2: "prefecture", 3: "district", 4: "street", 5: "residents_committee"}


def make_district(session: Session, name: str = "普陀区", at: dt.date = BEGINNING) -> Unit:
    """The home district, announced, with its MCA code."""
    codes = {"mca": "310107", "nbs": "310107"}
    command = MakeHome(name, "Putuo District", "district", 3, at, "沪府文件", codes)
    return make_home(session, SYSTEM, command)


def make_unit(
    session: Session,
    parent: Unit | None,
    name: str,
    *,
    level: int = 4,
    kind: str | None = None,
    at: dt.date = BEGINNING,
    until: dt.date | None = None,
    announced_on: dt.date | None = BEGINNING,
    codes: Mapping[str, str] | None = None,
    shape: BaseGeometry | None = None,
    quality: str = "digitised",
) -> Unit:
    """A unit below a parent, with one version, its codes by system and perhaps a shape in CGCS2000."""
    unit = Unit()
    session.add(unit)
    session.flush()
    dated = {"valid_from": at, "valid_to": until, "announced_on": announced_on, "source": "测试", "unit_id": unit.id}
    parent_id = parent.id if parent else None
    session.add(UnitVersion(name=name, kind=kind or KINDS[level], level=level, parent_id=parent_id, **dated))
    session.add_all(UnitCode(system=system, code=code, **dated) for system, code in (codes or {}).items())
    if shape is not None:
        area = geodesic_area_m2(shape)
        multi = shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
        geom = from_shape(multi, srid=4490)
        session.add(UnitShape(geom=geom, area_m2=area, quality=quality, original_crs="EPSG:4490", **dated))
    rebuild_ancestry(session)
    return unit


def square(west: float = 121.40, south: float = 31.24, size: float = 0.01) -> shapely.Polygon:
    """A square in degrees, about a kilometre wide."""
    return shapely.box(west, south, west + size, south + size)
