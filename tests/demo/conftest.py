"""The demonstration district, loaded once into a database of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from portal.demo.load import SignIn
from portal.demo.service import load
from portal.kernel.db.session import connect
from portal.kernel.pg.installation import Installation
from portal.settings import Settings
from tests.conftest import _clone


@dataclass(frozen=True)
class Loaded:
    """The database with the demonstration, and the sign-ins that were shown."""

    settings: Settings
    made: tuple[SignIn, ...]


@pytest.fixture(scope="package")
def loaded(installed: Installation) -> Iterator[Loaded]:
    with _clone(installed, f"demo_{secrets.token_hex(6)}") as settings:
        demo = settings.model_copy(update={"demo": True})
        yield Loaded(demo, load(demo))


@pytest.fixture
def db(loaded: Loaded) -> Iterator[Session]:
    """A session on the loaded database whose changes are thrown away."""
    databases = connect(loaded.settings)
    with databases.app() as session:
        yield session
        session.rollback()
    databases.dispose()


@pytest.fixture
def public(loaded: Loaded) -> Iterator[Session]:
    """What the public role sees of it."""
    databases = connect(loaded.settings)
    with databases.public() as session:
        yield session
    databases.dispose()
