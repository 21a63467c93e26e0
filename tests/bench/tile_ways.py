"""The ways a tile can be had inside this process, from a plain query to bytes from memory."""

from __future__ import annotations

import datetime as dt
import io
import math
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import shapely
from flask import Flask

from portal.app import create_app
from portal.divisions.layers import UNITS
from portal.kernel.db.session import connect
from portal.kernel.geo.layer import LayerRow
from portal.kernel.geo.mvt import TileAddress, draw_tile
from portal.kernel.pg.installation import Installation
from portal.kernel.web.state import SHANGHAI
from portal.maps.rules import drawn_attributes
from portal.settings import Settings

PLAIN_TILE = """
SELECT ST_AsMVT(drawn, 'divisions.units', 4096, 'geom')
FROM (
    SELECT {columns},
           ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS geom
    FROM bench.cells
    WHERE geom && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.015625), 4490)
) AS drawn
WHERE geom IS NOT NULL
"""
TYPES = {str: "text", int: "bigint", bool: "boolean", float: "double precision"}

Draw = Callable[[TileAddress], bytes]


@dataclass(frozen=True)
class Place:
    """Place cells: the server, the database, the rows, the revision's key and token, and the tiles to ask for."""

    here: Installation
    settings: Settings
    rows: list[LayerRow]
    revision: int
    token: str
    asked: list[TileAddress]

    def path(self, at: TileAddress) -> str:
        """The address of a tile on the server."""
        return f"/tiles/{UNITS.name}/{self.token}/{at.z}/{at.x}/{at.y}.mvt"


def addresses(box: tuple[float, float, float, float], zooms: range, count: int) -> list[TileAddress]:
    """Random tiles where data lies, the same ones each time, one zoom after the other; far out some come twice."""
    west, south, east, north = box
    chance = random.Random(count)
    places = ((chance.uniform(west, east), chance.uniform(south, north)) for _ in range(count))
    return [_address(lon, lat, zooms[n % len(zooms)]) for n, (lon, lat) in enumerate(places)]


def _address(lon: float, lat: float, z: int) -> TileAddress:
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileAddress(z, int((lon + 180) / 360 * 2**z), int(down * 2**z))


def fill_plain_table(place: Place) -> None:
    """The same cells with the same attributes as anybody would keep them: columns, degrees, GiST."""
    facts = drawn_attributes(UNITS, place.rows[0])
    columns = ", ".join(f"{name} {TYPES[type(value)]}" for name, value in facts.items())
    with place.here.cluster.connect(place.here.served) as connection:
        connection.execute("CREATE SCHEMA bench")
        connection.execute(f"CREATE TABLE bench.cells ({columns}, geom geometry(Polygon, 4490))")
        with connection.cursor() as cursor, cursor.copy("COPY bench.cells FROM STDIN") as copy:
            for row in place.rows:
                wkb = shapely.to_wkb(shapely.set_srid(row.geometry, 4490), hex=True, include_srid=True)
                copy.write_row((*drawn_attributes(UNITS, row).values(), wkb))
        connection.execute("CREATE INDEX ON bench.cells USING gist (geom)")


@contextmanager
def plain(place: Place) -> Iterator[Draw]:
    """The plain statement, prepared on the server, one connection."""
    statement = PLAIN_TILE.format(columns=", ".join(drawn_attributes(UNITS, place.rows[0])))
    with place.here.cluster.connect(place.here.served) as connection:
        yield lambda at: _plain_tile(connection, statement, at)


def _plain_tile(connection: psycopg.Connection, statement: str, at: TileAddress) -> bytes:
    values = {"z": at.z, "x": at.x, "y": at.y}
    with connection.cursor(binary=True) as cursor:
        return cursor.execute(statement, values, prepare=True).fetchone()[0]


@contextmanager
def ours(place: Place) -> Iterator[Draw]:
    """`draw_tile` with one session of the public role."""
    databases, today = connect(place.settings), dt.datetime.now(SHANGHAI).date()
    try:
        with databases.public() as session:
            yield lambda at: draw_tile(
                session, layer=UNITS.name, revision=place.revision, band=UNITS.band(at.z), address=at, at=today
            )
    finally:
        databases.dispose()


@contextmanager
def application(settings: Settings) -> Iterator[Flask]:
    """The real application in this process."""
    app = create_app(settings)
    try:
        yield app
    finally:
        app.extensions["anjie"].databases.dispose()


def route(app: Flask, place: Place, *, hot: bool) -> Draw:
    """The address called as WSGI: answered from memory, or with the memory emptied before each call."""
    environ = _environ()

    def draw(at: TileAddress) -> bytes:
        if not hot:
            app.extensions["anjie_tiles"].forget()
        return _answer(app, {**environ, "PATH_INFO": place.path(at)})

    return draw


def _environ() -> dict[str, object]:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _answer(app: Flask, environ: dict[str, object]) -> bytes:
    said: list[str] = []
    parts = app(environ, lambda status, headers, error=None: said.append(status))
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    if not said[0].startswith("200"):
        raise RuntimeError(f"{environ['PATH_INFO']} answered {said[0]}")
    return body
