"""`portal backup` and `portal restore`."""

from __future__ import annotations

from pathlib import Path

import click
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from portal.errors import RuleBroken
from portal.kernel.db import migrate
from portal.kernel.i18n.terminal import say, working
from portal.kernel.i18n.text import text
from portal.kernel.pg import archive
from portal.kernel.pg import restore as restoring
from portal.kernel.pg.backup import back_up
from portal.kernel.pg.installation import at_hand, installation
from portal.settings import Settings, from_environment


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def backup(file: Path | None) -> None:
    """Write database, files and secrets into one FILE (a tar, readable by you only).

    Without FILE it goes to `backups` in the data folder. Keep it as safe as the data: it holds all of them.
    """
    with at_hand(from_environment()) as settings:
        written = write_backup(settings, file)
    say(text("Backup written: %(path)s", path=written))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database", metavar="NAME", help="Load into a scratch database of this name; change nothing else.")
@click.option(
    "--force", is_flag=True, help="Replace a database that is not empty; the old one is kept under another name."
)
def restore(file: Path, database: str | None, force: bool) -> None:
    """Bring a backup FILE back: in place, or into a scratch database.

    The file is checked against its manifest before anything is touched. In place needs the web server stopped.
    """
    settings = from_environment()
    if settings.external:
        raise RuleBroken(
            text(
                "This database is run by somebody else. Unpack database.dump from %(path)s and give it to pg_restore "
                "as that server's superuser.",
                path=file,
            )
        )
    with working(text("Restoring")) as report:
        _refuse_newer(archive.verify(file, report))
        here = installation(settings)
        with here.in_use():
            if database:
                done = restoring.restore_scratch(here, file, database, force=force, report=report)
            else:
                done = restoring.restore_in_place(here, file, force=force, report=report)
    say(
        text(
            "Restored into the database %(name)s (backup of %(date)s).", name=done.database, date=done.manifest.made_at
        )
    )
    if done.kept_as:
        say(text("The database that was there is kept as %(name)s.", name=done.kept_as))


def write_backup(settings: Settings, file: Path | None) -> Path:
    """A backup of the served database with its migration state, under a progress bar."""
    if settings.urls is None:
        raise RuleBroken(text("There is no database here yet."))
    revision = migrate.current(settings.urls.app.get_secret_value())
    with working(text("Backing up")) as report:
        return back_up(settings, file, revision, report)


def _refuse_newer(manifest: archive.Manifest) -> None:
    """A database that this checkout's migrations do not know would not be served afterwards."""
    if manifest.revision is None:
        return
    try:
        ScriptDirectory.from_config(migrate.config()).get_revision(manifest.revision)
    except CommandError:
        raise RuleBroken(
            text(
                "The backup was made by a newer Anjie (%(version)s, %(revision)s); "
                "bring this checkout up to date first.",
                version=manifest.version,
                revision=manifest.revision,
            )
        ) from None
