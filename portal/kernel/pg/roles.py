"""The three database roles, and what each may do before any table exists.

`anjie_owner` owns the databases and migrates, `anjie_app` reads and writes what migrations grant it, `anjie_public`
reads the schema `published` and nothing else. None is a superuser; the cluster's superuser makes the extensions.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from portal.kernel.pg.secrets import Secrets

OWNER = "anjie_owner"
APP = "anjie_app"
PUBLIC = "anjie_public"

EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")

LARGE_OBJECT_WRITERS = (
    "lo_creat(integer)",
    "lo_create(oid)",
    "lo_from_bytea(oid, bytea)",
    "lo_open(oid, integer)",
    "lo_put(oid, bigint, bytea)",
    "lo_unlink(oid)",
)
"""PUBLIC may call these by default, and a role that can set its session read-write could then store things."""


def ensure_roles(connection: psycopg.Connection, kept: Secrets, *, app_timeout_ms: int, public_timeout_ms: int) -> None:
    """Make the roles, or bring passwords and limits of the present ones up to date."""
    for role, password in ((OWNER, kept.owner), (APP, kept.app), (PUBLIC, kept.public)):
        _ensure_role(connection, role, password)
    name = sql.Identifier
    for role, setting, value in (
        (APP, "statement_timeout", f"{app_timeout_ms}ms"),
        (PUBLIC, "statement_timeout", f"{public_timeout_ms}ms"),
        (PUBLIC, "default_transaction_read_only", "on"),
    ):
        connection.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(name(role), name(setting), sql.Literal(value)))
    for database in ("postgres", "template1"):
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name(database)))


def ensure_database_rights(connection: psycopg.Connection, database: str) -> None:
    """Who may connect to a database. Clones do not inherit this from their template."""
    name = sql.Identifier(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(APP)))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(PUBLIC)))


def ensure_extensions(connection: psycopg.Connection) -> None:
    """Extensions in `public`, which everybody may use and nobody but the owner may fill; all or nothing."""
    roles = sql.SQL(", ").join(map(sql.Identifier, (OWNER, APP, PUBLIC)))
    with connection.transaction():
        for extension in EXTENSIONS:
            connection.execute(
                sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(sql.Identifier(extension))
            )
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(roles))
        functions = sql.SQL(", ").join(sql.SQL("pg_catalog." + signature) for signature in LARGE_OBJECT_WRITERS)
        connection.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(functions))


def sql_for_operators(database: str, public_timeout_ms: int) -> str:
    """What the administrator of a database of their own runs once, as its superuser."""
    extensions = "\n".join(f"CREATE EXTENSION IF NOT EXISTS {extension};" for extension in EXTENSIONS)
    return f"""\
-- once for the server
CREATE ROLE {OWNER} LOGIN PASSWORD 'choose-a-password-1';
CREATE ROLE {APP} LOGIN PASSWORD 'choose-a-password-2';
CREATE ROLE {PUBLIC} LOGIN PASSWORD 'choose-a-password-3';
ALTER ROLE {PUBLIC} SET default_transaction_read_only = on;
ALTER ROLE {PUBLIC} SET statement_timeout = '{public_timeout_ms}ms';
-- in the database {database}
ALTER DATABASE "{database}" OWNER TO {OWNER};
REVOKE ALL ON DATABASE "{database}" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {APP};
GRANT CONNECT ON DATABASE "{database}" TO {PUBLIC};
{extensions}
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {OWNER}, {APP}, {PUBLIC};"""


def _ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    statement = "ALTER ROLE {} {}" if known else "CREATE ROLE {} {}"
    rights = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}")
    connection.execute(sql.SQL(statement).format(sql.Identifier(role), rights.format(sql.Literal(password))))
