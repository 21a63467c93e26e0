"""Typed settings, read once from the environment and passed in; no other module reads the environment.

What the operator says comes as `PORTAL_*` and `DATABASE_URL`. The embedded server adds its own addresses and secrets
from the data folder (`kernel/pg/installation.py`); after that the object is complete and frozen.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent
"""The deployment is the checkout: templates, static files, data and migrations are used in place."""


class DatabaseUrls(BaseModel):
    """SQLAlchemy addresses of one database, one for each role.

    `owner` migrates and may be absent on a machine that only serves; `app` reads and writes; `public` can read the
    schema `published` and nothing else, and may point at a replica.
    """

    model_config = ConfigDict(frozen=True)

    app: SecretStr
    public: SecretStr
    owner: SecretStr | None = None


class Settings(BaseSettings):
    """Everything an operator can say."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    data_dir: Path = Field(default_factory=lambda: default_data_dir())
    workers: int = Field(default=1, ge=1, le=64)
    threads: int = Field(default=8, ge=1, le=256)
    jobs: int = Field(default=2, ge=0, le=64)
    """Jobs that the worker does at once; 0 when it runs somewhere else (`portal worker`)."""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    allow_plain_sign_in: bool = False
    """Staff may sign in over plain HTTP beyond loopback; named so that nobody sets it by accident."""
    contact_phone: str | None = None
    """Shown to the public as the number to call; never invented."""
    public_address: str | None = Field(default=None, pattern="^https?://[^\\s/]+(/[^\\s]*)?$")
    """What addresses in QR codes on papers begin with; without it what the browser called this server by."""
    basemap: str | None = None
    """A PMTiles file on this machine or a path of this site under the maps; checked by `kernel/geo/basemap.py`."""
    basemap_datum: str | None = None
    basemap_attribution: str | None = None
    basemap_approval: str | None = None
    """审图号 of the base map; without it only staff see it."""
    basemap_max_zoom: int = Field(default=14, ge=0, le=22)
    """Of single tiles under {z}/{x}/{y}; an archive says it itself."""
    statement_timeout_ms: int = Field(default=30_000, ge=100)
    public_statement_timeout_ms: int = Field(default=5_000, ge=100)
    job_statement_timeout_ms: int = Field(default=600_000, ge=100)
    session_hours: int = Field(default=12, ge=1)

    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    """Role `anjie_app` of a database that somebody else runs; set, nothing embedded is started."""
    public_database_url: SecretStr | None = None
    owner_database_url: SecretStr | None = None
    secret_key: SecretStr | None = None

    urls: DatabaseUrls | None = Field(default=None, exclude=True)
    """Complete addresses, filled in by the installation; not read from the environment by operators."""
    demo: bool = False
    """Whether the database served is the demonstration district."""

    @property
    def external(self) -> bool:
        """Whether the operator brings a database of their own."""
        return self.database_url is not None

    @property
    def tls(self) -> bool:
        """Whether the server itself answers HTTPS."""
        return self.tls_cert is not None and self.tls_key is not None

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in {"127.0.0.1", "localhost", "::1"}

    def completed(self, urls: DatabaseUrls, secret_key: SecretStr, *, demo: bool) -> Settings:
        """These settings with the addresses and the secret of an installation."""
        return self.model_copy(update={"urls": urls, "secret_key": secret_key, "demo": demo})


def default_data_dir() -> Path:
    """`/var/lib/anjie` for root (whose home the service user cannot enter), else under the user's own data folder."""
    if os.geteuid() == 0:
        return Path("/var/lib/anjie")
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "anjie"


def from_environment() -> Settings:
    """The settings of this process."""
    return Settings()
