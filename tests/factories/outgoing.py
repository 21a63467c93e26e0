"""Lists to write into files: every kind of value, every kind of shape."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.contracts.exporting import Column, ExportRow, Named
from portal.kernel.contracts.fields import Kind
from portal.kernel.formats.writing import Outgoing
from portal.kernel.geo.crs import parse_crs
from portal.kernel.i18n.text import text

COLUMNS = (
    Column("name", text("Name"), width=24),
    Column("code", text("Code"), Kind.CODE),
    Column("level", text("Level"), Kind.CHOICE),
    Column("people", text("People"), Kind.INTEGER),
    Column("area", text("Area"), Kind.NUMBER),
    Column("assessed_on", text("Assessed on"), Kind.DATE),
    Column("assessed_by", text("By whom")),
    Column("open", text("Open"), Kind.YES_NO),
    Column("seen_at", text("Time")),
)
RED = Named("red", {"zh": "重大", "en": "major"})
VALUES: Mapping[str, object] = {
    "name": "下立交积水点",
    "code": "031010700501",
    "level": RED,
    "people": 120,
    "area": Decimal("1234.50"),
    "assessed_on": dt.date(2026, 5, 31),
    "assessed_by": "王芳",
    "open": True,
    "seen_at": dt.datetime(2026, 5, 31, 0, 30, tzinfo=dt.UTC),
}
POINT = shapely.Point(121.12345678, 31.87654321)
LINE = shapely.LineString([(121.4, 31.2), (121.41, 31.21), (121.42, 31.2)])
AREA = shapely.Polygon(
    [(121.4, 31.2), (121.4, 31.22), (121.42, 31.22), (121.42, 31.2)],
    [[(121.405, 31.205), (121.41, 31.205), (121.41, 31.21), (121.405, 31.205)]],
)
AREAS = shapely.MultiPolygon([AREA, shapely.box(121.5, 31.2, 121.51, 31.21)])


def row(shape: BaseGeometry | None = None, **values: object) -> ExportRow:
    """A row with all values, some of them others."""
    return ExportRow(dict(VALUES) | values, shape)


def outgoing(rows: Iterable[ExportRow], *, crs: str = "EPSG:4490", **given: object) -> Outgoing:
    """A list in Chinese."""
    said = {
        "name": "hazards",
        "title": "风险隐患",
        "columns": COLUMNS,
        "locale": "zh_Hans_CN",
        "about": (("标题", "风险隐患"), ("来源", "=测试")),
        "source": "测试来源",
    }
    return Outgoing(rows=rows, crs=parse_crs(crs), **(said | given))
