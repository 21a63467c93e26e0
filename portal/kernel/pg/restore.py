"""`portal restore`: a backup into a scratch database, or back in place.

In place nothing is overwritten: the backup is loaded beside, checked, and the two databases change names in one step;
the old one stays under another name.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from psycopg.errors import ObjectInUse

from portal.errors import BadInput, Misconfigured, RuleBroken
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.text import text
from portal.kernel.pg import archive, databases, dump, secrets
from portal.kernel.pg.folder import Folder
from portal.kernel.pg.installation import DEMO, REAL, Installation, is_set_up, mark_set_up

SCRATCH_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")


@dataclass(frozen=True)
class Restored:
    """Where the backup went, and what the database it replaced is called now."""

    database: str
    kept_as: str | None
    manifest: archive.Manifest


def restore_scratch(here: Installation, source: Path, name: str, *, force: bool, report: archive.Report) -> Restored:
    """Load the database of a backup under a name of its own; files and secrets stay as they are."""
    if not SCRATCH_NAME.fullmatch(name) or name in {REAL, DEMO, "postgres", "template0", "template1"}:
        raise BadInput(
            text(
                "%(name)s cannot be a scratch database: use small letters, digits and _, and a name of its own.",
                name=name,
            )
        )
    manifest = _checked(here, source, report)
    if name in databases.names(here.cluster):
        _refuse_unless(force or not databases.tables(here.cluster, name), name)
        databases.drop(here.cluster, name)
    _load(here, source, name)
    return Restored(name, None, manifest)


def restore_in_place(here: Installation, source: Path, *, force: bool, report: archive.Report) -> Restored:
    """Database, files and secret key back to where the backup was made from; the marker comes last."""
    manifest = _checked(here, source, report)
    target = manifest.database if manifest.database == DEMO else REAL
    present = target in databases.names(here.cluster)
    _refuse_unless(force or not present or not databases.tables(here.cluster, target), target)
    _refuse_while_used(here, target)
    incoming = f"{target}_incoming"
    databases.drop(here.cluster, incoming)
    _load(here, source, incoming)
    _bring_files_back(here.folder, source)
    kept_as = _swap(here, incoming, target, present=present)
    _bring_key_back(here, source)
    if target == REAL and not is_set_up(here.folder):
        mark_set_up(here.folder)
    return Restored(target, kept_as, manifest)


def _checked(here: Installation, source: Path, report: archive.Report) -> archive.Manifest:
    manifest = archive.verify(source, report)
    if manifest.postgresql_major > here.cluster.binaries.major:
        raise Misconfigured(
            text(
                "The backup comes from PostgreSQL %(theirs)s and cannot be read by %(ours)s: "
                "install postgresql-%(theirs)s-postgis-3 and run portal db upgrade.",
                theirs=manifest.postgresql_major,
                ours=here.cluster.binaries.major,
            )
        )
    return manifest


def _refuse_unless(allowed: bool, name: str) -> None:
    if not allowed:
        raise RuleBroken(
            text("The database %(name)s is not empty. To replace it all the same, add --force.", name=name)
        )


def _refuse_while_used(here: Installation, name: str) -> None:
    with here.cluster.connect() as connection:
        row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]).fetchone()
    if row and row[0]:
        raise _in_use(name)


def _in_use(name: str) -> RuleBroken:
    return RuleBroken(text("Somebody is connected to the database %(name)s; stop bin/serve first.", name=name))


def _load(here: Installation, source: Path, name: str) -> None:
    with tempfile.TemporaryDirectory(dir=here.folder.root, prefix=".restore-") as scratch:
        dumped = Path(scratch) / archive.DUMP
        with archive.opened(source) as (_, tar), dumped.open("wb") as handle:
            archive.copy_member(tar, archive.DUMP, handle)
        dump.load(here.cluster, name, dumped)


def _swap(here: Installation, incoming: str, target: str, *, present: bool) -> str | None:
    aside = f"{target}_before_{datetime.now(SHANGHAI):%Y%m%d_%H%M%S}"
    try:
        databases.rename(here.cluster, {target: aside, incoming: target} if present else {incoming: target})
    except ObjectInUse:
        raise _in_use(target) from None
    return aside if present else None


def _bring_files_back(folder: Folder, source: Path) -> None:
    """Files are named by their content: what is there already is the same."""
    with archive.opened(source) as (manifest, tar):
        for name, member in manifest.members.items():
            if not name.startswith(f"{archive.FILES}/"):
                continue
            target = folder.root / name
            if target.is_file() and archive.measure(target) == member:
                continue
            _make_way(folder, target.parent)
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as handle:
                archive.copy_member(tar, name, handle)
                folder.account.take(handle.fileno())
            Path(handle.name).replace(target)


def _make_way(folder: Folder, path: Path) -> None:
    if not path.is_dir():
        _make_way(folder, path.parent)
        path.mkdir(mode=0o700)
        folder.account.take(path)


def _bring_key_back(here: Installation, source: Path) -> None:
    """Take the secret key, so that what was signed stays good; role passwords belong to the server, not the backup."""
    with archive.opened(source) as (manifest, tar), tempfile.TemporaryFile() as handle:
        if archive.SECRETS not in manifest.members:
            return
        archive.copy_member(tar, archive.SECRETS, handle)
        handle.seek(0)
        key = json.load(handle).get("secret_key")
    if key:
        secrets.save(here.folder, replace(here.secrets, secret_key=str(key)))
