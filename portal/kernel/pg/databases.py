"""Databases of a cluster: list, make, clone from a template, drop, rename."""

from __future__ import annotations

from psycopg import sql

from portal.kernel.pg import roles
from portal.kernel.pg.cluster import Cluster


def names(cluster: Cluster) -> list[str]:
    """Every database that is not PostgreSQL's own, by name."""
    with cluster.connect() as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY datname"
        )
        return [row[0] for row in rows]


def ensure(cluster: Cluster, name: str) -> None:
    """A database with our extensions and rights; safe to repeat after any interruption."""
    if name not in names(cluster):
        create(cluster, name)
    with cluster.connect(name) as connection:
        roles.ensure_extensions(connection)
        roles.ensure_database_rights(connection, name)


def create(cluster: Cluster, name: str, *, template: str = "template0") -> None:
    """An empty database, or a clone of `template` (about 0.15 s), owned by the owner role."""
    with cluster.connect() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(roles.OWNER)
            )
        )
        roles.ensure_database_rights(connection, name)


def drop(cluster: Cluster, name: str) -> None:
    """Drop a database, ending the connections to it; nothing happens when there is none."""
    with cluster.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def rename(cluster: Cluster, changes: dict[str, str]) -> None:
    """Give databases new names, all or none; fails while anybody is connected to one of them."""
    with cluster.connect() as connection, connection.transaction():
        for old, new in changes.items():
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
            )


def tables(cluster: Cluster, name: str) -> list[str]:
    """Qualified names of the tables that are ours (not an extension's), sorted."""
    with cluster.connect(name) as connection:
        rows = connection.execute(
            """
            SELECT n.nspname || '.' || c.relname
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
              AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            ORDER BY 1
            """
        )
        return [row[0] for row in rows]
