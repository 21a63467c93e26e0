"""Tiles a second: a plain query, our query, our route, our memory, our server; and how publication grows.

python -m tests.bench.tiles --sizes 1k,10k,100k --seconds 3 --repeat 5 [--explain]
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

import click

from portal.divisions.layers import UNITS
from portal.kernel.db.session import transaction
from portal.kernel.geo.layer import LayerRow
from portal.kernel.geo.models import Revision
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
from tests.bench.tile_ways import Draw, Place

ZOOMS = range(10, 17)
ADDRESSES = 420
PLAIN, QUERY = "a plain ST_AsMVT of 4490, prepared", "b draw_tile, one session"
COLD, HOT = "c Flask route, memory emptied", "d tile memory, hot, WSGI"
LEGAL = Legal(approval_number=None, sample=True, source="generated", schematic=True)
ONCE = "One publication a size; n^1 is linear."
NOTES = (
    f"z{ZOOMS[0]}–{ZOOMS[-1]} in equal shares, random addresses where data lies; caches warm.",
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
    place, took = publish(here, settings, cells(size))
    plan.publication.add(size, {"write, commit": Figure((took,))})
    say(f"{size:,} cells published in {took:.1f} s")
    tile_ways.fill_plain_table(place)
    vacuum(here)
    plan.rates.add(size, rates(place, plan))
    if last:
        plan.by_zoom.append(each_zoom(place, plan))
    if last and plan.explain:
        explain_tiles(place)


def publish(here: Installation, settings: Settings, rows: list[LayerRow]) -> tuple[Place, float]:
    """The published place, and how many seconds it took until it was committed."""
    made: list[Revision] = []

    def work() -> None:
        with transaction(settings) as session:
            made.append(write(session, UNITS, rows, LEGAL, dt.datetime(2026, 7, 1, tzinfo=SHANGHAI)))

    took, asked = seconds_of(work), tile_ways.addresses(bounds(rows), ZOOMS, ADDRESSES)
    return Place(here, settings, rows, made[0].id, made[0].token, asked), took


def rates(place: Place, plan: Plan) -> dict[str, Figure]:
    """Tiles a second of every way, in rounds."""
    paths = [place.path(at) for at in place.asked]
    with ExitStack() as opened:
        app = opened.enter_context(tile_ways.application(place.settings))
        plain, ours = opened.enter_context(tile_ways.plain(place)), opened.enter_context(tile_ways.ours(place))
        some = sample(plain, place.asked, plan.seconds)
        say(
            f"{len(place.rows):,} cells: a, b and c draw {len(some)} tiles again and again, d and e answer {len(paths)}"
        )
        web = opened.enter_context(served.granian(place.here))
        served.warm(web, paths)
        ways = {
            PLAIN: rate(plain, some, plan.seconds),
            QUERY: rate(ours, some, plan.seconds),
            COLD: rate(tile_ways.route(app, place, hot=False), some, plan.seconds),
            HOT: rate(tile_ways.route(app, place, hot=True), place.asked, plan.seconds, fill=True),
            f"e granian, hot, {served.client_name()}": lambda: served.requests_per_second(web, paths, plan.seconds),
        }
        return rounds(ways, plan.repeat)


def sample(draw: Draw, asked: list[TileAddress], seconds: float, together: int = len(ZOOMS)) -> list[TileAddress]:
    """As many addresses as a way draws in that time, in whole sets of all zooms, one set at least."""
    taken: list[TileAddress] = []
    ending = time.perf_counter() + seconds
    while len(taken) < len(asked) and (not taken or time.perf_counter() < ending):
        more = asked[len(taken) : len(taken) + together]
        for at in more:
            draw(at)
        taken += more
    return taken


def rate(draw: Draw, asked: list[TileAddress], seconds: float, *, fill: bool = False) -> Way:
    """Whole passes over the addresses; `fill` goes over them once unmeasured, so that memory has them."""

    def one_pass() -> None:
        for at in asked:
            draw(at)

    def way() -> float:
        if fill:
            one_pass()
        return per_second(one_pass, seconds) * len(asked)

    return way


def each_zoom(place: Place, plan: Plan) -> Results:
    """Plain and ours for each zoom alone."""
    results = Results(f"By zoom, {len(place.rows):,} cells", "tiles/s", RATE, "plain", column="zoom")
    with tile_ways.plain(place) as plain, tile_ways.ours(place) as ours:
        for zoom in ZOOMS:
            some = sample(plain, [at for at in place.asked if at.z == zoom], plan.seconds / 3, together=1)
            say(f"z{zoom}: {weight(plain, some):.1f} kB a tile plain, {weight(ours, some):.1f} kB ours")
            ways = {name: rate(draw, some, plan.seconds / 3) for name, draw in (("plain", plain), ("ours", ours))}
            results.add(zoom, rounds(ways, plan.repeat))
    return results


def weight(draw: Draw, asked: list[TileAddress]) -> float:
    """Kilobytes of a tile on average."""
    return statistics.mean(len(draw(at)) for at in asked) / 1000


def explain_tiles(place: Place) -> None:
    """The plans of a close and of a far tile."""
    with place.here.cluster.connect(place.here.served) as connection:
        for zoom in (14, 10):
            at = next(at for at in place.asked if at.z == zoom)
            show_plans(connection, f"of a tile at z{zoom}", TILE, _values(place, at), ("ix_shapes_tile",))


def _values(place: Place, at: TileAddress) -> dict[str, object]:
    named = {"z": at.z, "x": at.x, "y": at.y, "revision": place.revision, "band": UNITS.band(at.z)}
    return {**named, "layer": UNITS.name, "at": SINCE, "extent": EXTENT, "margin": MARGIN}


if __name__ == "__main__":
    main()
