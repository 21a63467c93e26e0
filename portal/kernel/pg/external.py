"""Settings for a database that somebody else runs."""

from __future__ import annotations

import secrets as randomness

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text
from portal.kernel.pg import roles
from portal.kernel.pg.folder import Folder
from portal.settings import DatabaseUrls, Settings


def complete(settings: Settings, folder: Folder) -> Settings:
    """Addresses as the operator gave them; without the public role's, `Misconfigured` with the SQL that makes it."""
    app = with_driver("DATABASE_URL", settings.database_url)
    if app is None:
        raise Misconfigured(text("DATABASE_URL is not set."))
    if settings.public_database_url is None:
        database = make_url(app.get_secret_value()).database or "anjie"
        raise Misconfigured(
            text(
                "DATABASE_URL is set, so PORTAL_PUBLIC_DATABASE_URL is needed too: the address of the role that "
                "visitors read with. This SQL makes the roles:\n%(sql)s",
                sql=roles.sql_for_operators(database, settings.public_statement_timeout_ms),
            )
        )
    public = with_driver("PORTAL_PUBLIC_DATABASE_URL", settings.public_database_url)
    owner = with_driver("PORTAL_OWNER_DATABASE_URL", settings.owner_database_url)
    urls = DatabaseUrls(app=app, public=public or app, owner=owner)
    return settings.completed(urls, settings.secret_key or _kept_key(folder), demo=False)


def with_driver(name: str, given: SecretStr | None) -> SecretStr | None:
    """The address with our driver named; `postgres://` and `postgresql://` are what operators usually write."""
    if given is None:
        return None
    try:
        url = make_url(given.get_secret_value())
    except ArgumentError:
        raise Misconfigured(
            text("%(name)s is not a database address (postgresql://role:password@host/database).", name=name)
        ) from None
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise Misconfigured(text("%(name)s must name a PostgreSQL database.", name=name))
    return SecretStr(url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False))


def _kept_key(folder: Folder) -> SecretStr:
    """The secret key in the data folder, made at the first start."""
    path = folder.root / "secret_key"
    if not path.exists():
        folder.make()
        with folder.lock("secrets"):
            if not path.exists():
                folder.write(path, randomness.token_urlsafe(48) + "\n")
    return SecretStr(path.read_text(encoding="utf-8").strip())
