"""Each role is refused what it must not do, in a migrated database."""

import psycopg
import pytest
from psycopg import errors

from portal.kernel.pg import dump


@pytest.fixture
def role(settings):
    """Opens connections of a role to this worker's database, or to another one."""
    opened = []

    def connect(name: str, database: str | None = None) -> psycopg.Connection:
        environment, own = dump.environment_of(getattr(settings.urls, name).get_secret_value())
        connection = psycopg.connect(
            host=environment["PGHOST"],
            user=environment["PGUSER"],
            password=environment["PGPASSWORD"],
            dbname=database or own,
            autocommit=True,
        )
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()


@pytest.mark.parametrize("name", ["owner", "app", "public"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE ROLE intruder",
        "CREATE DATABASE intruder",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
        "ALTER SYSTEM SET log_statement = 'all'",
    ],
)
def test_no_role_has_rights_over_the_server(role, name, statement):
    connection = role(name)
    connection.execute("SET default_transaction_read_only = off")
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize("name", ["app", "public"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE SCHEMA intruder",
        "CREATE TABLE public.intruder (n int)",
        "DELETE FROM public.spatial_ref_sys",
        "DROP SCHEMA public CASCADE",
        "SET ROLE anjie_owner",
    ],
)
def test_only_the_owner_changes_the_shape(role, name, statement):
    connection = role(name)
    connection.execute("SET default_transaction_read_only = off")
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


def test_the_public_role_reads_only_and_not_for_long(role):
    connection = role("public")
    assert connection.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
    assert connection.execute("SHOW statement_timeout").fetchone() == ("5s",)
    assert connection.execute("SELECT ST_AsText(ST_Point(1, 2))").fetchone() == ("POINT(1 2)",)
    with pytest.raises(errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TABLE published.intruder (n int)")


@pytest.mark.parametrize("call", ["lo_create(0)", "lo_from_bytea(0, 'x')", "lo_unlink(1)"])
def test_the_public_role_stores_nothing_even_when_it_lifts_its_own_limit(role, call):
    connection = role("public")
    connection.execute("SET default_transaction_read_only = off")
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(f"SELECT {call}")
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute("CREATE TEMPORARY TABLE t (n int)")


def test_the_public_role_reads_no_table_outside_the_published_schema(role):
    tables = (
        role("owner")
        .execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public', 'published')"
        )
        .fetchall()
    )
    assert tables
    connection = role("public")
    for (table,) in tables:
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(f"SELECT 1 FROM {table} LIMIT 1")


@pytest.mark.parametrize("name", ["app", "public"])
@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_no_role_enters_the_servers_own_databases(role, name, database):
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        role(name, database)
