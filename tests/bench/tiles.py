"""Tiles a second: a plain query, our query, our route, our memory, our server; and how publication grows.

python -m tests.bench.tiles --sizes 1k,10k,100k --seconds 3 --repeat 5 [--explain]
"""

from __future__ import annotations

import datetime as dt
import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle

import click

from portal.divisions.layers import UNITS
from portal.kernel.db.session import transaction
from portal.kernel.geo.layer import LayerRow
from portal.kernel.geo.mvt import EXTENT, MARGIN, TILE, TileAddress
from portal.kernel.pg.installation import Installation
from portal.kernel.web.state import SHANGHAI
from portal.maps.publication import Legal, write
from portal.settings import Settings
from tests.bench import served, tile_ways
from tests.bench.cells import SINCE, bounds, cells
from tests.bench.measure import Figure, Way, per_second, rounds, seconds_of
from tests.bench.plans import show_plans
from tests.bench.report import RATE, TIME, Results, bench_options, machine_line, say
from tests.bench.throwaway import fresh_database, throwaway, vacuum
from tests.bench.tile_ways import Draw, Published

ZOOMS = range(10, 17)
ADDRESSES = 420
PLAIN, QUERY = "a plain ST_AsMVT of 4490, prepared", "b draw_tile, one session"
COLD, HOT = "c Flask route, memory emptied", "d tile memory, hot, WSGI"
LEGAL = Legal(approval_number=None, sample=True, source="generated", schematic=True)
ONCE = "One publication a size; n^1 is linear."
NOTES = (
    f"z{ZOOMS[0]}–{ZOOMS[-1]} in equal shares, {ADDRESSES} random addresses where data lies, in turn; caches warm.",
    "Cells of about 400 m: more of them cover more ground, so a far-out tile of a small set is not full yet.",
    "a and b are one connection without HTTP. Ratio: median of the ratios round by round.",
)


@dataclass(frozen=True)
class Plan:
    """How to measure, and where the figures go."""

    seconds: float
    repeat: int
    explain: bool
    publication: Results = field(default_factory=lambda: Results("Publication (maps.publication.write)", "s", TIME, ""))
    rates: Results = field(default_factory=lambda: Results("Tiles a second", "tiles/s", RATE, PLAIN, digits=0))
    by_zoom: list[Results] = field(default_factory=list)


@click.command()
@bench_options("1k,10k,100k")
@click.option("--explain", is_flag=True, help="Print EXPLAIN (ANALYZE, BUFFERS) of two tiles at the largest size.")
def main(sizes: tuple[int, ...], seconds: float, repeat: int, explain: bool) -> None:
    """Tiles a second from a plain query up to our server, and how publication grows."""
    plan = Plan(seconds, repeat, explain)
    with throwaway() as here:
        say(machine_line(here))
        for size in sizes:
            with fresh_database(here) as settings:
                measure(here, settings, size, plan, last=size == sizes[-1])
    plan.publication.show(ONCE)
    plan.rates.show(*NOTES)
    for results in plan.by_zoom:
        results.show("Far out a plain tile carries every vertex; ours was simplified when it was published.")


def measure(here: Installation, settings: Settings, size: int, plan: Plan, *, last: bool) -> None:
    """Everything about one size."""
    rows = cells(size)
    place, took = publish(settings, rows)
    plan.publication.add(size, {"write, commit": Figure((took,))})
    say(f"{size:,} cells published in {took:.1f} s")
    tile_ways.fill_plain_table(here, rows)
    vacuum(here)
    asked = tile_ways.addresses(bounds(rows), ZOOMS, ADDRESSES)
    plan.rates.add(size, rates(here, place, asked, plan))
    if last:
        plan.by_zoom.append(each_zoom(here, place, size, asked, plan))
    if last and plan.explain:
        explain_tiles(here, place, asked)


def publish(settings: Settings, rows: list[LayerRow]) -> tuple[Published, float]:
    """The published place, and how many seconds it took until it was committed."""
    made: list[Published] = []

    def work() -> None:
        with transaction(settings) as session:
            revision = write(session, UNITS, rows, LEGAL, dt.datetime(2026, 7, 1, tzinfo=SHANGHAI))
            made.append(Published(settings, revision.id, revision.token))

    took = seconds_of(work)
    return made[0], took


def rates(here: Installation, place: Published, asked: list[TileAddress], plan: Plan) -> dict[str, Figure]:
    """Tiles a second of every way, in rounds."""
    paths = [place.path(at) for at in asked]
    with ExitStack() as open_ways:
        app = open_ways.enter_context(tile_ways.application(place.settings))
        draws = {
            PLAIN: open_ways.enter_context(tile_ways.plain(here)),
            QUERY: open_ways.enter_context(tile_ways.ours(place)),
            COLD: tile_ways.route(app, place, hot=False),
            HOT: tile_ways.route(app, place, hot=True),
        }
        ways = {name: _rate(draw, asked, plan.seconds, fill=name == HOT) for name, draw in draws.items()}
        web = open_ways.enter_context(served.granian(here))
        served.warm(web, paths)
        ways[f"e granian, hot, {served.client_name()}"] = lambda: served.requests_per_second(web, paths, plan.seconds)
        return rounds(ways, plan.repeat)


def _rate(draw: Draw, asked: list[TileAddress], seconds: float, *, fill: bool = False) -> Way:
    """Each round goes on where the last one stopped; `fill` first asks for all, so that memory has them."""
    turn = cycle(asked)

    def way() -> float:
        for at in asked if fill else ():
            draw(at)
        return per_second(lambda: draw(next(turn)), seconds)

    return way


def each_zoom(here: Installation, place: Published, size: int, asked: list[TileAddress], plan: Plan) -> Results:
    """Plain and ours for each zoom alone."""
    results = Results(f"By zoom, {size:,} cells", "tiles/s", RATE, "plain", column="zoom")
    with tile_ways.plain(here) as plain, tile_ways.ours(place) as ours:
        for zoom in ZOOMS:
            there = [at for at in asked if at.z == zoom]
            say(f"z{zoom}: {_weight(plain, there):.1f} kB a tile plain, {_weight(ours, there):.1f} kB ours")
            ways = {name: _rate(draw, there, plan.seconds / 3) for name, draw in (("plain", plain), ("ours", ours))}
            results.add(zoom, rounds(ways, plan.repeat))
    return results


def _weight(draw: Draw, asked: list[TileAddress]) -> float:
    return statistics.mean(len(draw(at)) for at in asked) / 1000


def explain_tiles(here: Installation, place: Published, asked: list[TileAddress]) -> None:
    """The plans of a close and of a far tile."""
    with here.cluster.connect(here.served) as connection:
        for zoom in (14, 10):
            at = next(at for at in asked if at.z == zoom)
            show_plans(connection, f"of a tile at z{zoom}", TILE, _values(place, at), ("ix_shapes_tile",))


def _values(place: Published, at: TileAddress) -> dict[str, object]:
    named = {"z": at.z, "x": at.x, "y": at.y, "revision": place.revision, "band": UNITS.band(at.z)}
    return {**named, "layer": UNITS.name, "at": SINCE, "extent": EXTENT, "margin": MARGIN}


if __name__ == "__main__":
    main()
