"""Migrations: what is pending, and bringing a database up to date, as the owner role."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy import text as sql

from portal.settings import CHECKOUT

VERSION_TABLE = "alembic_version"
VERSION_SCHEMA = "kernel"


def config(owner_url: str = "") -> Config:
    """Alembic's configuration; there is no ini file, everything is said here."""
    settings = Config()
    settings.set_main_option("script_location", str(CHECKOUT / "migrations"))
    settings.attributes["url"] = owner_url
    return settings


def head() -> str:
    """The newest revision in the checkout."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def current(url: str) -> str | None:
    """The revision a database stands at; None where nothing was migrated yet. Any role may ask."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            options = {"version_table": VERSION_TABLE, "version_table_schema": VERSION_SCHEMA}
            if connection.scalar(sql("SELECT to_regclass('kernel.alembic_version')")) is None:
                return None
            return MigrationContext.configure(connection, opts=options).get_current_revision()
    finally:
        engine.dispose()


def pending(url: str) -> list[str]:
    """Revisions that the checkout has and the database has not, oldest first."""
    script = ScriptDirectory.from_config(config())
    at = current(url)
    revisions = [revision.revision for revision in script.walk_revisions(base=at or "base", head="heads")]
    return [revision for revision in reversed(revisions) if revision != at]


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Runs all pending migrations; raises what the database raises."""
    command.upgrade(config(owner_url), revision)


def downgrade(owner_url: str, revision: str) -> None:
    """Goes back to a revision; used by tests and by an operator's restore."""
    command.downgrade(config(owner_url), revision)
