"""Migrations go up, come down and match the models."""

from __future__ import annotations

import contextlib
import io

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from portal.kernel.db import migrate
from portal.settings import Settings


@pytest.fixture
def owner_url(own_database: Settings) -> str:
    return own_database.urls.owner.get_secret_value()


def test_models_and_migrations_say_the_same(owner_url: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        command.check(migrate.config(owner_url))


def test_every_migration_comes_down_and_goes_up_again(owner_url: str) -> None:
    revisions = [found.revision for found in ScriptDirectory.from_config(migrate.config()).walk_revisions()]
    assert len(revisions) >= 7
    for revision in revisions:
        migrate.downgrade(owner_url, f"{revision}-1" if revision != revisions[-1] else "base")
    assert schemas(owner_url) <= {"public", "kernel"}
    migrate.upgrade(owner_url)
    assert migrate.pending(owner_url) == []


def test_a_fresh_database_knows_what_is_pending(owner_url: str) -> None:
    migrate.downgrade(owner_url, "base")
    assert migrate.pending(owner_url)[0] == "0001"
    assert migrate.pending(owner_url)[-1] == migrate.head()


def schemas(url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = set(connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information)'")))
    engine.dispose()
    return found
