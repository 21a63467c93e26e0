"""The ways a tile can be had, from a plain query to our server on loopback."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import math
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

import psycopg
import shapely
from flask import Flask
from psycopg import sql

from portal.app import create_app
from portal.divisions.layers import UNITS
from portal.kernel.db.session import connect
from portal.kernel.geo.layer import LayerRow
from portal.kernel.geo.mvt import TileAddress, draw_tile
from portal.kernel.pg.installation import Installation
from portal.settings import Settings

TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
PLAIN_TABLE = """
CREATE SCHEMA bench;
CREATE TABLE bench.cells (
    id uuid PRIMARY KEY, name text, level int, kind text, quality text, home bool, geom geometry(Polygon, 4490)
)
"""
PLAIN_TILE = """
SELECT ST_AsMVT(drawn, 'divisions.units', 4096, 'geom')
FROM (
    SELECT id::text, name, level, kind, quality, home,
           ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS geom
    FROM bench.cells
    WHERE geom && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.015625), 4490)
) AS drawn
WHERE geom IS NOT NULL
"""

Draw = Callable[[TileAddress], bytes]
Environ = dict[str, object]


@dataclass(frozen=True)
class Published:
    """A published set of cells: where it answers and the revision's key and token."""

    settings: Settings
    revision: int
    token: str

    def path(self, at: TileAddress) -> str:
        """The address of a tile on the server."""
        return f"/tiles/{UNITS.name}/{self.token}/{at.z}/{at.x}/{at.y}.mvt"


def addresses(box: tuple[float, float, float, float], zooms: range, count: int) -> list[TileAddress]:
    """Random tiles that hold data, the same ones each time, as many of each zoom; far out there are few different ones."""
    chance = random.Random(count)
    west, south, east, north = box
    return [
        _address(chance.uniform(west, east), chance.uniform(south, north), zooms[n % len(zooms)]) for n in range(count)
    ]


def _address(lon: float, lat: float, z: int) -> TileAddress:
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileAddress(z, int((lon + 180) / 360 * 2**z), int(down * 2**z))


def fill_plain_table(here: Installation, rows: list[LayerRow]) -> None:
    """The same cells as anybody would keep them: columns, 4490, GiST."""
    with here.cluster.connect(here.served) as connection:
        connection.execute(PLAIN_TABLE)
        with connection.cursor().copy("COPY bench.cells FROM STDIN") as copy:
            for row in rows:
                facts = (row.attributes[name] for name in ("name", "level", "kind", "quality", "home"))
                copy.write_row((row.public_id, *facts, shapely.to_wkb(row.geometry, hex=True, srid=4490)))
        connection.execute("CREATE INDEX ON bench.cells USING gist (geom)")


@contextmanager
def plain(here: Installation) -> Iterator[Draw]:
    """(a) The plain statement, prepared on the server, one connection."""
    with here.cluster.connect(here.served) as connection:
        yield lambda at: _plain_tile(connection, at)


def _plain_tile(connection: psycopg.Connection, at: TileAddress) -> bytes:
    values = {"z": at.z, "x": at.x, "y": at.y}
    return connection.execute(sql.SQL(PLAIN_TILE), values, prepare=True, binary=True).fetchone()[0]


@contextmanager
def ours(place: Published) -> Iterator[Draw]:
    """(b) `draw_tile` with one session of the public role."""
    with closing(connect(place.settings)) if False else _databases(place) as databases, databases.public() as session:
        yield lambda at: draw_tile(
            session, layer=UNITS.name, revision=place.revision, band=UNITS.band(at.z), address=at, at=TODAY
        )
