"""Whole databases out of a server and into one, with PostgreSQL's own tools."""

from __future__ import annotations

from pathlib import Path

from psycopg import sql
from sqlalchemy import make_url

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text
from portal.kernel.pg import databases
from portal.kernel.pg.account import Account
from portal.kernel.pg.binaries import Binaries
from portal.kernel.pg.cluster import Cluster


def dump(account: Account, programs: Binaries, environment: dict[str, str], database: str, target: Path) -> None:
    """Write `pg_dump --format=custom` of a database to a file, all of one moment."""
    with target.open("wb") as handle:
        done = account.run(
            [programs["pg_dump"], "--format=custom", "--no-password", f"--dbname={database}"],
            env=environment,
            stdout=handle,
        )
    _check(done.returncode, done.stderr)


def load(cluster: Cluster, database: str, source: Path) -> None:
    """Fill a new database from such a file, all or nothing; the database must not exist yet."""
    databases.create(cluster, database)
    with source.open("rb") as handle:
        done = cluster.folder.account.run(
            [
                cluster.binaries["pg_restore"],
                "--exit-on-error",
                "--single-transaction",
                "--no-password",
                f"--dbname={database}",
            ],
            env=cluster.client_environment(),
            stdin=handle,
        )
    if done.returncode != 0:
        databases.drop(cluster, database)
    _check(done.returncode, done.stderr)


def row_counts(cluster: Cluster, database: str) -> dict[str, int]:
    """Rows in each of our tables, for comparing two copies."""
    counts = {}
    with cluster.connect(database) as connection:
        for table in databases.tables(cluster, database):
            schema, name = table.split(".", 1)
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))
            row = connection.execute(query).fetchone()
            counts[table] = row[0] if row else 0
    return counts


def environment_of(url: str) -> tuple[dict[str, str], str]:
    """PG* variables and database name of an SQLAlchemy address."""
    parts = make_url(url)
    host, port = parts.query.get("host", parts.host), parts.query.get("port", parts.port)
    known = {"PGHOST": host, "PGPORT": port, "PGUSER": parts.username, "PGPASSWORD": parts.password}
    known["PGSSLMODE"] = parts.query.get("sslmode")
    return {name: str(value) for name, value in known.items() if value}, parts.database or "postgres"


def _check(code: int, stderr: bytes) -> None:
    if code != 0:
        lines = stderr.decode(errors="replace").strip().splitlines() or [f"exit code {code}"]
        raise Misconfigured(text("PostgreSQL's tool refused: %(reason)s", reason=lines[0]))
