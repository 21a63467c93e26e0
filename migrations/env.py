"""How migrations run: as the owner role, one at a time, and never waiting long for a lock."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, text

from portal.kernel.db.base import Base
from portal.kernel.db.migrate import VERSION_SCHEMA, VERSION_TABLE
from portal.kernel.db.tables import import_tables

LOCK_KEY = 0x616E6A6965  # "anjie": two starts at once migrate one after the other.


def include_object(thing, name, kind, reflected, compare_to):
    """Leaves PostGIS' own tables and those of the queue library alone."""
    if kind == "table" and (thing.schema or "public") == "public":
        return False
    if kind == "table" and thing.schema == "jobs" and name.startswith("procrastinate_"):
        return False
    return alembic_helpers.include_object(thing, name, kind, reflected, compare_to)


def run() -> None:
    import_tables()
    engine = create_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '5s'; SET statement_timeout = '10min'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK_KEY})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {VERSION_SCHEMA}"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            version_table=VERSION_TABLE,
            version_table_schema=VERSION_SCHEMA,
            include_schemas=True,
            include_object=include_object,
            render_item=alembic_helpers.render_item,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
