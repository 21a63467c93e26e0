"""`portal db`: the private database server."""

from __future__ import annotations

import os
import subprocess

import click

from portal.errors import RuleBroken
from portal.kernel.i18n.terminal import say, working
from portal.kernel.i18n.text import text
from portal.kernel.pg import dump
from portal.kernel.pg.installation import Installation, at_hand, folder_of, installation
from portal.kernel.pg.upgrade import upgrade as move_to_newest
from portal.settings import from_environment


@click.group()
def db() -> None:
    """The private database server: start, stop, status, upgrade, psql."""


@db.command()
def start() -> None:
    """Start the database server and leave it running."""
    with working(text("Starting the database")):
        here = installation(from_environment())
        started = here.start()
        here.folder.stops_unused.unlink(missing_ok=True)
    say(text("The database is running.") if started else text("The database was running already."))


@db.command()
def stop() -> None:
    """Stop the database server."""
    here = _present()
    with working(text("Stopping the database")):
        stopped = here is not None and here.cluster.stop()
    if here is not None:
        here.folder.stops_unused.unlink(missing_ok=True)
    say(text("The database is stopped.") if stopped else text("The database was not running."))


@db.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """Say whether the server runs. Exit code 0 when it runs, 1 when it does not."""
    here = _present()
    state = "absent" if here is None else here.cluster.status()
    if here is None or state != "running":
        say(text("The database is stopped.") if state == "stopped" else text("There is no database here yet."))
        ctx.exit(1)
    say(
        text(
            "PostgreSQL %(major)s is running (process %(pid)s) and serves %(database)s from %(path)s.",
            major=here.cluster.binaries.major,
            pid=here.cluster.pid(),
            database=here.served,
            path=here.cluster.data_dir,
        )
    )


@db.command()
def upgrade() -> None:
    """Move the data folder to the newest PostgreSQL installed; the old data stay beside it."""
    with working(text("Moving the data")) as report:
        moved = move_to_newest(from_environment(), report)
    if moved is None:
        say(text("The data folder is that of the newest PostgreSQL installed; nothing to do."))
        return
    say(
        text(
            "Moved from PostgreSQL %(old)s to %(new)s. The old data are unchanged in %(path)s; "
            "delete them when you are content.",
            old=moved.old,
            new=moved.new,
            path=moved.kept,
        )
    )


@db.command(context_settings={"ignore_unknown_options": True})
@click.option("--role", type=click.Choice(["owner", "app", "public"]), default="app", show_default=True)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def psql(ctx: click.Context, role: str, arguments: tuple[str, ...]) -> None:
    """Open psql on the served database as one of its roles; further ARGUMENTS go to psql."""
    with at_hand(from_environment()) as settings:
        url = getattr(settings.urls, role)
        if url is None:
            raise RuleBroken(text("PORTAL_OWNER_DATABASE_URL is not set."))
        environment, database = dump.environment_of(url.get_secret_value())
        program = ["psql", "--dbname", database, *arguments]
        argv = folder_of(settings).account.command(program)
        ctx.exit(subprocess.run(argv, env={**os.environ, **environment}, check=False).returncode)


def _present() -> Installation | None:
    """The installation if one was made; asking must not make it."""
    settings = from_environment()
    if not settings.external and not folder_of(settings).cluster_majors():
        return None
    return installation(settings)
