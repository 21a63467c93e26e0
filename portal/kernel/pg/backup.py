"""`portal backup`: database, files and secrets of one moment in one file."""

from __future__ import annotations

import tempfile
import tomllib
from datetime import datetime
from pathlib import Path

import psycopg

from portal.errors import BadInput, Misconfigured
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.text import text
from portal.kernel.pg import archive, binaries, dump
from portal.kernel.pg.folder import Folder
from portal.kernel.pg.installation import folder_of, installation
from portal.settings import CHECKOUT, Settings

PRODUCT = "anjie-portal"


def back_up(settings: Settings, target: Path | None, revision: str | None, report: archive.Report) -> Path:
    """Write a backup of the served database and return its path.

    `settings` must be complete and the database running; `revision` is where its migrations stand. Without a target the
    file goes to `backups/` in the data folder. The dump comes first: files are stored before the rows that name them.
    """
    folder = folder_of(settings)
    folder.make()
    file = _target(target, folder)
    # While it is held no file is destroyed: what was measured must still be there when it is copied.
    with (
        folder.lock("files", shared=True),
        tempfile.TemporaryDirectory(dir=folder.root, prefix=".backup-") as scratch,
    ):
        dumped = Path(scratch) / archive.DUMP
        database, server = _dump(settings, folder, dumped)
        sources = {archive.DUMP: dumped, **_kept(folder)}
        manifest = archive.Manifest(
            product=PRODUCT,
            version=product_version(),
            made_at=_now().isoformat(timespec="seconds"),
            database=database,
            revision=revision,
            postgresql=server,
            members={name: archive.measure(path) for name, path in sources.items()},
        )
        archive.write(file, manifest, sources, report)
    if target is None:
        folder.account.take(file)
    return file


def product_version() -> str:
    """Version of this checkout, which is the deployment; it need not be installed as a distribution."""
    with (CHECKOUT / "pyproject.toml").open("rb") as handle:
        return str(tomllib.load(handle)["project"]["version"])


def _now() -> datetime:
    return datetime.now(SHANGHAI)


def _target(target: Path | None, folder: Folder) -> Path:
    if target is None:
        return folder.backups / f"anjie-{_now():%Y%m%d-%H%M%S}.tar"
    if target.is_dir():
        return target.absolute() / f"anjie-{_now():%Y%m%d-%H%M%S}.tar"
    if not target.absolute().parent.is_dir():
        raise BadInput(text("The folder %(path)s does not exist.", path=target.absolute().parent))
    return target.absolute()


def _dump(settings: Settings, folder: Folder, target: Path) -> tuple[str, str]:
    """Dump the served database; its name and the server's version."""
    if settings.external:
        return _dump_external(settings, folder, target)
    here = installation(settings)
    environment = here.cluster.client_environment()
    dump.dump(folder.account, here.cluster.binaries, environment, here.served, target)
    with here.cluster.connect() as connection:
        return here.served, _server_version(connection)


def _dump_external(settings: Settings, folder: Folder, target: Path) -> tuple[str, str]:
    owner = settings.urls.owner if settings.urls else None
    if owner is None:
        raise Misconfigured(text("PORTAL_OWNER_DATABASE_URL is needed: only the owner may read every table."))
    environment, database = dump.environment_of(owner.get_secret_value())
    dump.dump(folder.account, binaries.find(), environment, database, target)
    with psycopg.connect(owner.get_secret_value().replace("+psycopg", "", 1)) as connection:
        return database, _server_version(connection)


def _server_version(connection: psycopg.Connection) -> str:
    number = connection.info.server_version
    return f"{number // 10000}.{number % 10000}"


def _kept(folder: Folder) -> dict[str, Path]:
    """Secrets and stored files by their names in the archive."""
    found = {archive.SECRETS: folder.secrets} if folder.secrets.exists() else {}
    for path in sorted(folder.files.rglob("*")):
        half_written = path.name.startswith(".")
        if path.is_file() and not path.is_symlink() and not half_written:
            found[f"{archive.FILES}/{path.relative_to(folder.files).as_posix()}"] = path
    return found
