"""`portal db upgrade`: the data folder of an older PostgreSQL moves to the newest one installed.

Each database is dumped from the old server and loaded into a new cluster beside it; rows are counted on both sides.
Only then does the new cluster get its name, in one rename. The old one is not changed and stays until somebody deletes
it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.errors import Misconfigured, RuleBroken
from portal.kernel.i18n.text import text
from portal.kernel.pg import binaries, databases, dump, roles, secrets
from portal.kernel.pg.cluster import Cluster
from portal.kernel.pg.folder import sync_folder
from portal.kernel.pg.installation import folder_of
from portal.settings import Settings

Report = Callable[[int, int], None]
"""Called with databases moved and databases in all."""


@dataclass(frozen=True)
class Moved:
    """From which major to which, and where the old cluster still lies."""

    old: int
    new: int
    kept: Path


def upgrade(settings: Settings, report: Report, *, conf: Mapping[str, str] | None = None) -> Moved | None:
    """Move the data folder to the newest PostgreSQL; None when it is there already."""
    folder = folder_of(settings)
    newest = binaries.find()
    majors = folder.cluster_majors()
    kept = secrets.load(folder)
    if not majors or kept is None:
        raise Misconfigured(text("There is no installation in %(path)s yet; bin/serve makes one.", path=folder.root))
    if majors[0] == newest.major:
        return None
    old = Cluster(folder, binaries.find(majors[0]), kept.superuser, conf=conf)
    if old.status() == "running":
        raise RuleBroken(text("The database is running; stop bin/serve first."))
    building = folder.root / f".postgres-{newest.major}.moving"
    shutil.rmtree(building, ignore_errors=True)
    new = Cluster(folder, newest, kept.superuser, conf=conf, data_dir=building)
    new.make()
    move(old, new, settings, kept, report)
    building.rename(folder.cluster_dir(newest.major))
    sync_folder(folder.root)
    return Moved(old.binaries.major, newest.major, old.data_dir)


def move(old: Cluster, new: Cluster, settings: Settings, kept: secrets.Secrets, report: Report) -> None:
    """Copy every database of one stopped cluster into another fresh one; `Misconfigured` when row counts differ.

    The two use the same socket one after the other. Both are stopped afterwards.
    """
    with tempfile.TemporaryDirectory(dir=old.folder.root, prefix=".upgrade-") as scratch:
        with _running(old):
            counts = {name: dump.row_counts(old, name) for name in databases.names(old)}
            for name in counts:
                account, environment = old.folder.account, old.client_environment()
                dump.dump(account, new.binaries, environment, name, Path(scratch) / name)
        with _running(new):
            _make_roles(new, settings, kept)
            for done, (name, rows) in enumerate(counts.items(), start=1):
                dump.load(new, name, Path(scratch) / name)
                _compare(name, rows, dump.row_counts(new, name))
                report(done, len(counts))


@contextmanager
def _running(cluster: Cluster) -> Iterator[None]:
    cluster.start()
    try:
        yield
    finally:
        cluster.stop()


def _make_roles(cluster: Cluster, settings: Settings, kept: secrets.Secrets) -> None:
    with cluster.connect() as connection:
        roles.ensure_roles(
            connection,
            kept,
            app_timeout_ms=settings.statement_timeout_ms,
            public_timeout_ms=settings.public_statement_timeout_ms,
        )


def _compare(name: str, old: Mapping[str, int], new: Mapping[str, int]) -> None:
    differing = sorted(table for table in old.keys() | new.keys() if old.get(table) != new.get(table))
    if differing:
        raise Misconfigured(
            text(
                "The copy of %(database)s differs in %(table)s; the old data folder was left as it was.",
                database=name,
                table=differing[0],
            )
        )
