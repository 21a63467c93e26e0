"""Tiles, decoded by a library that is not ours."""

from __future__ import annotations

import datetime as dt
import itertools
import math

import mapbox_vector_tile
import pytest
import shapely
from shapely.geometry import Point, shape
from sqlalchemy.orm import Session

from portal.kernel.geo.layer import BANDS
from portal.kernel.geo.mvt import TileAddress, draw_tile, is_token
from tests.factories.published import grid, published, row

TODAY = dt.date(2026, 7, 1)


def address(lon: float, lat: float, zoom: int) -> TileAddress:
    scale = 2**zoom
    x = int((lon + 180) / 360 * scale)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * scale)
    return TileAddress(zoom, x, y)


def decoded(
    session: Session, revision, where: TileAddress, band: int = len(BANDS) - 1, at: dt.date = TODAY
) -> list[dict]:
    body = draw_tile(session, layer="risk.hazards", revision=revision.id, band=band, address=where, at=at)
    if not body:
        return []
    return mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})["risk.hazards"]["features"]


def test_attributes_are_the_tile_fields(session: Session) -> None:
    revision = published(session, [row("点", Point(121.4, 31.25))])
    (found,) = decoded(session, revision, address(121.4, 31.25, 12))
    assert set(found["properties"]) == {"id", "name", "level"}
    assert found["properties"]["name"] == "点"


def test_a_point_lies_where_it_was_put(session: Session) -> None:
    revision = published(session, [row("点", Point(121.4, 31.25))])
    where = address(121.4, 31.25, 14)
    (found,) = decoded(session, revision, where)
    x, y = found["geometry"]["coordinates"]
    lon = (where.x + x / 4096) / 2**14 * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (where.y + y / 4096) / 2**14))))
    assert (lon, lat) == pytest.approx((121.4, 31.25), abs=1e-5)


@pytest.mark.parametrize("zoom", [8, 10, 12, 14, 16])
def test_polygons_inside_and_across_the_edge_agree_with_the_plain_way(session: Session, zoom: int) -> None:
    """The scale-and-snap path and `ST_AsMVTGeom` draw the same rings, wound the same way."""
    revision = published(session, grid(3, 3))
    where = address(121.33, 31.23, zoom)
    for found in decoded(session, revision, where):
        drawn = shape(found["geometry"])
        assert drawn.area > 0
        outer = drawn.exterior if drawn.geom_type == "Polygon" else drawn.geoms[0].exterior
        # y grows downwards: an outer ring has a positive area by the surveyor's formula, as the format wants.
        assert signed_area(outer) > 0, found["properties"]["name"]


def test_a_whole_coverage_leaves_no_gap_in_a_tile(session: Session) -> None:
    revision = published(session, grid(3, 3))
    drawn = [shape(found["geometry"]).buffer(0) for found in decoded(session, revision, address(121.33, 31.23, 10))]
    assert len(drawn) == 9
    union = shapely.union_all(drawn)
    assert sum(found.area for found in drawn) == pytest.approx(union.area, rel=0.01)


def test_another_day_draws_other_things(session: Session) -> None:
    gone = row("旧", Point(121.4, 31.25), valid_to=dt.date(2020, 1, 1))
    revision = published(session, [gone])
    assert decoded(session, revision, address(121.4, 31.25, 12)) == []
    assert len(decoded(session, revision, address(121.4, 31.25, 12), at=dt.date(2019, 1, 1))) == 1


def test_an_empty_tile_is_empty(session: Session) -> None:
    revision = published(session, [row("点", Point(121.4, 31.25))])
    assert decoded(session, revision, address(100.0, 31.25, 12)) == []


@pytest.mark.parametrize(
    ("z", "x", "y", "there"), [(6, 0, 0, True), (6, 63, 63, True), (6, 64, 0, False), (5, 0, 0, False)]
)
def test_addresses_are_checked_before_any_sql(z: int, x: int, y: int, there: bool) -> None:
    assert TileAddress(z, x, y).exists(6, 16) is there


@pytest.mark.parametrize(
    ("token", "good"), [("1-0123456789", True), ("1-012345678", False), ("x", False), ("1-0123456789'", False)]
)
def test_tokens_are_checked_before_any_sql(token: str, good: bool) -> None:
    assert is_token(token) is good


def signed_area(ring) -> float:
    points = list(ring.coords)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(points)) / 2


def test_an_area_says_where_its_name_belongs(session: Session) -> None:
    revision = published(session, grid(1, 1))
    (found,) = decoded(session, revision, address(121.31, 31.21, 10))
    lon, lat = found["properties"]["label_lon"], found["properties"]["label_lat"]
    assert (lon, lat) == pytest.approx((121.31, 31.21), abs=1e-3)
