"""One installation: what its data folder holds, which database is served, and the complete settings that follow.

Two ways: embedded (the server is ours and lives in the data folder) and external (`DATABASE_URL` names a database that
somebody else runs; then the folder holds files and the secret key only).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import SecretStr
from sqlalchemy import URL

from portal.errors import Misconfigured, RuleBroken
from portal.kernel.i18n.text import text
from portal.kernel.pg import binaries, databases, external, roles, secrets
from portal.kernel.pg.account import Account
from portal.kernel.pg.cluster import PORT, Cluster
from portal.kernel.pg.folder import Folder
from portal.settings import DatabaseUrls, Settings

REAL = "anjie"
DEMO = "anjie_demo"


@dataclass(frozen=True)
class Installation:
    """An embedded installation, made on disk as far as `open_installation` says."""

    settings: Settings
    folder: Folder
    cluster: Cluster
    secrets: secrets.Secrets

    @property
    def served(self) -> str:
        """The database that visitors see: the real one once `portal setup` was done, else the demonstration."""
        return REAL if is_set_up(self.folder) else DEMO

    def start(self) -> bool:
        """Start the server if need be and see that roles and the served database are there; whether we started it."""
        started = self.cluster.start()
        with self.cluster.connect() as connection:
            roles.ensure_roles(
                connection,
                self.secrets,
                app_timeout_ms=self.settings.statement_timeout_ms,
                public_timeout_ms=self.settings.public_statement_timeout_ms,
            )
        databases.ensure(self.cluster, self.served)
        return started

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The server runs during the block.

        Started on the side, it stops with its last user; one that `portal db start` started stays. The shared lock
        counts the users, and the kernel lets go of it when one is killed.
        """
        try:
            with self.folder.lock("users", shared=True):
                if self.cluster.status() != "running":
                    self.folder.write(self.folder.stops_unused, "")
                self.start()
                yield
        finally:
            self._stop_if_unused()

    def _stop_if_unused(self) -> None:
        with self.folder.lock("users", wait=False) as alone:
            if alone and self.folder.stops_unused.exists():
                self.cluster.stop()
                self.folder.stops_unused.unlink(missing_ok=True)

    def completed(self, database: str | None = None) -> Settings:
        """Settings with the addresses of one database, the served one by default."""
        return _completed(self.settings, self.folder, self.secrets, database or self.served)


def folder_of(settings: Settings) -> Folder:
    """The data folder with the account that owns it."""
    return Folder(settings.data_dir.absolute(), Account.of_process())


def installation(settings: Settings, *, conf: Mapping[str, str] | None = None) -> Installation:
    """The embedded installation of these settings; folder, secrets and cluster are made where missing.

    `conf` overrides server settings (tests trade safety for speed). `Misconfigured` when something is in the way.
    """
    if settings.external:
        raise RuleBroken(
            text("DATABASE_URL is set: this database is run by somebody else, and its own tools do this there.")
        )
    folder = folder_of(settings)
    programs = _programs_for(folder)
    folder.make()
    kept = secrets.load_or_make(folder)
    cluster = Cluster(folder, programs, kept.superuser, conf=conf)
    cluster.make()
    _check_version(cluster)
    return Installation(settings, folder, cluster, kept)


def complete(settings: Settings) -> Settings:
    """Complete settings of the database that is served, embedded or external; starts nothing."""
    folder = folder_of(settings)
    if settings.external:
        return external.complete(settings, folder)
    kept = secrets.load(folder)
    if kept is None:
        raise Misconfigured(text("There is no installation in %(path)s yet; bin/serve makes one.", path=folder.root))
    return _completed(settings, folder, kept, REAL if is_set_up(folder) else DEMO)


@contextmanager
def at_hand(settings: Settings) -> Iterator[Settings]:
    """Complete settings whose database answers during the block; for commands.

    with at_hand(from_environment()) as settings, transaction(settings) as session: ...
    """
    if settings.external:
        yield complete(settings)
        return
    here = installation(settings)
    with here.in_use():
        yield here.completed()


def is_set_up(folder: Folder) -> bool:
    """Whether `portal setup` came to its end here."""
    return folder.marker.exists()


def mark_set_up(folder: Folder) -> None:
    """The last step of `portal setup`: from now on the real district is served."""
    marker = {"database": REAL, "set_up_at": datetime.now(UTC).isoformat(timespec="seconds")}
    folder.write(folder.marker, json.dumps(marker) + "\n")


def _completed(settings: Settings, folder: Folder, kept: secrets.Secrets, database: str) -> Settings:
    def address(role: str, password: str) -> SecretStr:
        query = {"host": str(folder.socket_dir.absolute()), "port": str(PORT)}
        url = URL.create("postgresql+psycopg", username=role, password=password, database=database, query=query)
        return SecretStr(url.render_as_string(hide_password=False))

    urls = DatabaseUrls(
        app=address(roles.APP, kept.app),
        public=address(roles.PUBLIC, kept.public),
        owner=address(roles.OWNER, kept.owner),
    )
    key = settings.secret_key or SecretStr(kept.secret_key)
    return settings.completed(urls, key, demo=database == DEMO)


def _programs_for(folder: Folder) -> binaries.Binaries:
    """The programs of the folder's own major; without a cluster yet, the newest installed."""
    majors = folder.cluster_majors()
    if not majors:
        return binaries.find()
    for candidate in binaries.installed():
        if candidate.major == majors[0]:
            return candidate
    raise Misconfigured(
        text(
            "The data folder %(path)s was made by PostgreSQL %(major)s, which is not installed. "
            "To go on with a newer one, install postgresql-%(major)s-postgis-3 beside it and run: portal db upgrade",
            path=folder.root,
            major=majors[0],
        )
    )


def _check_version(cluster: Cluster) -> None:
    """The folder's name and the version file inside must agree, or somebody moved things by hand."""
    try:
        written = (cluster.data_dir / "PG_VERSION").read_text().strip()
    except OSError:
        written = "?"
    if written != str(cluster.binaries.major):
        raise Misconfigured(
            text(
                "The data in %(path)s was made by PostgreSQL %(found)s, not %(wanted)s. "
                "Move it with: portal db upgrade",
                path=cluster.data_dir,
                found=written,
                wanted=cluster.binaries.major,
            )
        )
