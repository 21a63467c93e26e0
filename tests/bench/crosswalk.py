"""A crosswalk of all committees over a few hundred edges, forwards and back, and a series carried over by it.

python -m tests.bench.crosswalk --sizes 1k,12k --repeat 5
"""

from __future__ import annotations

import datetime as dt

import click
from psycopg import Connection
from sqlalchemy.orm import Session

from portal.divisions.rebasing import Between, Way, between, carried
from portal.kernel.db.session import connect
from tests.bench import trees
from tests.bench.measure import rounds, seconds_of
from tests.bench.report import TIME, Results, bench_options, machine_line, say
from tests.bench.throwaway import fresh_database, throwaway, vacuum
from tests.bench.trees import DAY, SINCE

EDGES = 400
CHAINED = 10
"""So many edges follow each other through the same units."""

FORWARD, BACK, SERIES = "forward", "back", "series"
FILL = """
INSERT INTO divisions.lineage (edge, from_unit_id, to_unit_id, happened_on, area_share, people_share, document)
VALUES ('boundary_adjusted', %s, %s, %s, 0.1, 0.125, 'bench')
"""


@click.command()
@bench_options("1k,12k")
def main(sizes: tuple[int, ...], seconds: float, repeat: int) -> None:
    """Crosswalks and a re-based series."""
    results = Results("crosswalk", "s", TIME, FORWARD, digits=3)
    with throwaway() as here:
        say(machine_line(here))
        for size in sizes:
            with fresh_database(here) as settings:
                with here.cluster.connect(here.served) as connection:
                    trees.fill(connection, size)
                    edges = add_edges(connection, size)
                vacuum(here)
                databases = connect(settings)
                with databases.app() as session:
                    measure(session, size, repeat, results)
                databases.dispose()
            say(f"{size:,} units and {edges} edges measured")
    results.show("forward, back: every committee, from the base to weights with documents. series: a value each.")


def add_edges(connection: Connection, size: int) -> int:
    """Partial moves between the last committees, in chains; gives their number."""
    count = min(EDGES, size // 4)
    for n in range(count):
        unit = size - n
        day = dt.date(2001, 1, 1) + dt.timedelta(days=n % CHAINED)
        connection.execute(FILL, (unit, unit - 1, day))
    return count


def measure(session: Session, size: int, repeat: int, results: Results) -> None:
    """Seconds of each; what was measured must also be right."""
    found = between(session, _way())
    check(found)
    series = dict.fromkeys(found.crosswalk.pairs, 1000)
    ways = {
        FORWARD: lambda: seconds_of(lambda: between(session, _way())),
        BACK: lambda: seconds_of(lambda: between(session, _way(back=True))),
        SERIES: lambda: seconds_of(lambda: carried(found, series)),
    }
    results.add(size, rounds(ways, repeat))


def check(found: Between) -> None:
    """Every committee's weights come to 1."""
    wrong = [unit for unit, pairs in found.crosswalk.pairs.items() if sum(pair.at_least for pair in pairs) != 1]
    if wrong or not found.crosswalk.changed:
        raise RuntimeError(f"weights do not come to 1: {wrong[:3]}")


def _way(*, back: bool = False) -> Way:
    return Way(DAY, SINCE, "area", 5) if back else Way(SINCE, DAY, "area", 5)


if __name__ == "__main__":
    main()
