"""Files to import and what the tables hold afterwards."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import shapely
from shapely.geometry import mapping
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.exchange.imports import UNITS
from portal.divisions.models import Unit, UnitCode, UnitShape, UnitVersion
from portal.kernel.access.actor import SYSTEM
from tests.factories.divisions import make_district
from tests.factories.staging import StagedRows, entered, staged

AT = dt.date(2020, 1, 1)
TODAY = dt.date(2026, 1, 1)
OPTIONS = {"at": AT, "announced_on": AT, "code_system": "mca", "parent_code": "310107", "quality": "digitised"}
DECLARED = {"type": "name", "properties": {"name": "EPSG:4490"}}


@pytest.fixture
def district(session: Session) -> Unit:
    return make_district(session)


@pytest.fixture
def geojson(tmp_path: Path) -> Callable[..., Path]:
    """`geojson([{"name": …, "geometry": …}, …])` writes a file; `crs=None` declares nothing."""

    def write(units: list[Mapping[str, object]], crs: object = DECLARED, name: str = "units.geojson") -> Path:
        features = [
            {
                "type": "Feature",
                "properties": {key: value for key, value in unit.items() if key != "geometry"},
                "geometry": _geometry(unit.get("geometry")),
            }
            for unit in units
        ]
        content: dict[str, object] = {"type": "FeatureCollection", "features": features}
        if crs is not None:
            content["crs"] = crs
        path = tmp_path / name
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        return path

    return write


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """`table([{"name": …, "code": …}, …])` writes a CSV."""

    def write(rows: list[Mapping[str, object]], name: str = "units.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def rows(district) -> Callable[..., StagedRows]:
    """`rows(row, …, shapes=…, at=…)` stages rows of towns of the district by MCA codes on 2020-01-01."""

    def stage(*given: Mapping[str, object], shapes=(), **options: object) -> StagedRows:
        multi = [None if shape is None else shapely.normalize(shapely.MultiPolygon([shape])) for shape in shapes]
        return staged(UNITS, given, shapes=multi, options=OPTIONS | options, today=TODAY)

    return stage


@pytest.fixture
def take(session: Session, rows) -> Callable[..., Mapping[str, object]]:
    """Plans and enters rows and gives the manifest."""
    return lambda *given, **options: entered(session, SYSTEM, UNITS, rows(*given, **options))


@pytest.fixture
def holdings(session: Session) -> Callable[[], dict[str, int]]:
    """How many rows each table holds, superseded ones included."""

    def count() -> dict[str, int]:
        tables = (Unit, UnitVersion, UnitCode, UnitShape)
        return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) for table in tables}

    return count


def _geometry(shape: object) -> object:
    return shape if shape is None or isinstance(shape, dict) else mapping(shape)
