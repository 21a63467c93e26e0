"""Engines, sessions and the only commits of the house.

A request has at most two sessions: one as `anjie_app` for staff, one as `anjie_public` for anyone. The web layer
commits the first after a view that answered below 400; a command uses `transaction(settings)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text
from portal.settings import DatabaseUrls, Settings


@dataclass(frozen=True)
class Databases:
    """The two ways into the database: `app` reads and writes, `public` sees the published schema only."""

    app: sessionmaker[Session]
    public: sessionmaker[Session]

    def dispose(self) -> None:
        """Closes all idle connections."""
        for maker in (self.app, self.public):
            bind = maker.kw.get("bind")
            if isinstance(bind, Engine):
                bind.dispose()


def urls(settings: Settings) -> DatabaseUrls:
    """The addresses of completed settings; raises `Misconfigured` before completion."""
    if settings.urls is None:
        raise Misconfigured(text("No database address is known; start with bin/serve or set DATABASE_URL."))
    return settings.urls


def make_engine(url: SecretStr, *, statement_timeout_ms: int, pool_size: int, read_only: bool = False) -> Engine:
    """An engine whose connections carry a statement limit and, for the public, refuse every write."""
    options = f"-c statement_timeout={statement_timeout_ms} -c timezone=Asia/Shanghai"
    # A scope's size differs by a thousand between a street and the district: a plan made for any scope fits none.
    options += " -c plan_cache_mode=force_custom_plan"
    if read_only:
        options += " -c default_transaction_read_only=on"
    return create_engine(
        url.get_secret_value(),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # Errors go to the log; what people typed does not.
        connect_args={"options": options, "connect_timeout": 5},
    )


def connect(settings: Settings) -> Databases:
    """Engines for the app and the public role; connects to nothing yet."""
    known = urls(settings)
    size = max(2, settings.threads // 2)
    app = make_engine(known.app, statement_timeout_ms=settings.statement_timeout_ms, pool_size=size)
    public = make_engine(
        known.public, statement_timeout_ms=settings.public_statement_timeout_ms, pool_size=size, read_only=True
    )
    return Databases(
        app=sessionmaker(app, expire_on_commit=False, autoflush=False),
        public=sessionmaker(public, expire_on_commit=False, autoflush=False),
    )


@contextmanager
def transaction(settings: Settings) -> Iterator[Session]:
    """One session of the app role that commits at the end and rolls back on any error."""
    databases = connect(settings)
    try:
        with databases.app.begin() as session:
            yield session
    finally:
        databases.dispose()
