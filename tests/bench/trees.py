"""Division trees of any size: a district, its streets, their committees, with a few dated changes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator

from psycopg import Connection

from portal.kernel.db.base import new_public_id

SINCE = dt.date(2000, 1, 1)
CHANGED = dt.date(2015, 7, 1)
DAY = dt.date(2020, 1, 1)
MOVED_EVERY = 50
"""Every so many committees one changed to the next street; as many streets got a new name."""
DISTRICT, FIRST_STREET = 1, 2
COLUMNS = "unit_id, parent_id, name, kind, level, source, announced_on, valid_from, valid_to"
REPORTS = """
CREATE SCHEMA bench;
CREATE TABLE bench.reports (id bigint PRIMARY KEY, unit_id bigint NOT NULL, on_date date NOT NULL);
GRANT USAGE ON SCHEMA bench TO anjie_app;
GRANT SELECT ON bench.reports TO anjie_app
"""

Version = tuple[object, ...]


def fill(connection: Connection, units: int) -> None:
    """Units 1 … `units` with their versions, and as many dated rows that belong to committees."""
    _copy(connection, "divisions.units (id, public_id)", ((n, new_public_id()) for n in range(1, units + 1)))
    _copy(connection, f"divisions.unit_versions ({COLUMNS})", versions(units))
    connection.execute(REPORTS)
    _copy(connection, "bench.reports", reports(units))
    connection.execute("CREATE INDEX ON bench.reports (unit_id)")


def move_last(connection: Connection, units: int) -> None:
    """The last committee goes to the other one of two streets; the old row stays, superseded."""
    believed = "unit_id = %s AND superseded_at IS NULL"
    connection.execute(
        f"""
        WITH old AS (UPDATE divisions.unit_versions SET superseded_at = now() WHERE {believed} RETURNING *)
        INSERT INTO divisions.unit_versions ({COLUMNS})
        SELECT unit_id, CASE WHEN parent_id = {FIRST_STREET} THEN {FIRST_STREET + 1} ELSE {FIRST_STREET} END,
               name, kind, level, source, announced_on, valid_from, valid_to
        FROM old ORDER BY valid_from LIMIT 1
        """,
        (units,),
    )


def streets(units: int) -> int:
    """As many streets as a street has committees, about."""
    return max(2, round(math.sqrt(units)))


def versions(units: int) -> Iterator[Version]:
    """What is said of each unit, in rows of `divisions.unit_versions`."""
    count = streets(units)
    yield _version(DISTRICT, None, "测试区", "district", 3)
    for n in range(count):
        yield from _street(FIRST_STREET + n, changes=n % MOVED_EVERY == 1)
    for n in range(FIRST_STREET + count, units + 1):
        yield from _committee(n, n % count, count, moves=n % MOVED_EVERY == 0)


def _street(unit: int, *, changes: bool) -> Iterator[Version]:
    if not changes:
        yield _version(unit, DISTRICT, f"街道{unit}", "street", 4)
        return
    yield _version(unit, DISTRICT, f"旧街道{unit}", "street", 4, until=CHANGED)
    yield _version(unit, DISTRICT, f"新街道{unit}", "street", 4, since=CHANGED)


def _committee(unit: int, place: int, count: int, *, moves: bool) -> Iterator[Version]:
    home, next_door = FIRST_STREET + place, FIRST_STREET + (place + 1) % count
    yield _version(unit, home, f"居委会{unit}", "residents_committee", 5, until=CHANGED if moves else None)
    if moves:
        yield _version(unit, next_door, f"居委会{unit}", "residents_committee", 5, since=CHANGED)


def _version(
    unit: int,
    parent: int | None,
    name: str,
    kind: str,
    level: int,
    since: dt.date = SINCE,
    until: dt.date | None = None,
) -> Version:
    return (unit, parent, name, kind, level, "测试", SINCE, since, until)


def reports(units: int) -> Iterator[tuple[int, int, dt.date]]:
    """One row a unit: number, committee, and a day before or after the changes."""
    first = FIRST_STREET + streets(units)
    for n in range(units):
        yield n, first + n * 7919 % (units - first + 1), SINCE + dt.timedelta(days=n * 104_729 % 9000)


def _copy(connection: Connection, target: str, rows: Iterable[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
