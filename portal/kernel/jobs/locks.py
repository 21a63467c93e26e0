"""Who works on a run: a lock of the database's own, which ends with the process that holds it.

Whoever works on a run holds its lock shared, for as long as it works and again in every transaction of the work. Who
wants to settle the run of a dead worker must get it alone. A heartbeat would be a guess (a busy process beats late, one
that is stopping not at all); a lock is let go by the database when its holder's connection ends, at once after kill -9.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

CLASS = 0x6A6F6273
"""First half of the key ("jobs"), so that no other lock of the house can mean the same."""

NOTICE_DEAD_MACHINES = sql(
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
)
"""Over the network the server would else believe for hours in a holder whose machine lost its power."""


@contextmanager
def held(engine: Engine, run_id: int) -> Iterator[Connection]:
    """Holds a run's lock during the block, on a connection of its own that commits each statement."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        connection.execute(NOTICE_DEAD_MACHINES)
        connection.execute(sql("SELECT pg_advisory_lock_shared(:class, :run)"), _key(run_id))
        yield connection
    finally:
        connection.invalidate()  # Closing the connection itself is what lets go for certain.
        connection.close()


def hold_here(session: Session, run_id: int) -> None:
    """Holds a run's lock until the transaction ends."""
    session.execute(sql("SELECT pg_advisory_xact_lock_shared(:class, :run)"), _key(run_id))


def nobody_works_on(session: Session, run_id: int) -> bool:
    """Whether nobody holds it; if so it is ours alone until the transaction ends."""
    return bool(session.scalar(sql("SELECT pg_try_advisory_xact_lock(:class, :run)"), _key(run_id)))


def _key(run_id: int) -> dict[str, int]:
    return {"class": CLASS, "run": run_id % 2**31}
