"""`portal up`: database, migrations, demonstration district, web server; and all of it down again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from portal.cli.archive import write_backup
from portal.cli.worker import WorkerChild
from portal.errors import Misconfigured, RuleBroken
from portal.kernel.db import migrate
from portal.kernel.i18n.fonts import paper_fonts
from portal.kernel.i18n.terminal import complain, say, working
from portal.kernel.i18n.text import text
from portal.kernel.pg import postmaster
from portal.kernel.pg.installation import DEMO, Installation, complete, folder_of, installation
from portal.kernel.web import serve
from portal.settings import Settings, from_environment

WATCH_EVERY_S = 1.0


@click.command()
@click.option("--no-web", is_flag=True, help="Prepare and run the database only, until Ctrl-C.")
def up(no_web: bool) -> None:
    """Start everything and stay until Ctrl-C.

    Starts the private database (unless DATABASE_URL is set), backs up and migrates it where needed, loads the
    demonstration district as long as no `portal setup` was done, and starts the web server and the worker.
    """
    settings = from_environment()
    with _stoppable():
        try:
            run = _run_external if settings.external else _run_embedded
            run(settings, no_web)
        except KeyboardInterrupt:
            say(text("Stopped."))


def _run_embedded(settings: Settings, no_web: bool) -> None:
    if not folder_of(settings).cluster_majors():
        say(text("Making the database in %(path)s; this happens once.", path=settings.data_dir))
    here = installation(settings)
    with here.folder.lock("up", wait=False) as alone:
        if not alone:
            raise RuleBroken(text("Anjie is running already from the data folder %(path)s.", path=here.folder.root))
        _check_web(settings, no_web)
        say(text("Starting the database."))
        with here.in_use():
            prepare(here.completed())
            _load_demo(here)
            _stay(settings, no_web, here)
            _be_deaf()


def _run_external(settings: Settings, no_web: bool) -> None:
    completed = complete(settings)
    _check_web(settings, no_web)
    prepare(completed)
    _stay(settings, no_web, None)


def prepare(settings: Settings) -> None:
    """Migrate a database; one that holds data already is backed up first."""
    if settings.urls is None:
        raise RuleBroken(text("There is no database here yet."))
    app = settings.urls.app.get_secret_value()
    pending = migrate.pending(app)
    if not pending:
        return
    if settings.urls.owner is None:
        raise Misconfigured(
            text("%(count)s migrations are pending; they need PORTAL_OWNER_DATABASE_URL.", count=len(pending))
        )
    if migrate.current(app) is not None:
        say(text("Backed up before migrating: %(path)s", path=write_backup(settings, None)))
    with working(text("Migrating the database")):
        migrate.upgrade(settings.urls.owner.get_secret_value())
    say(text("Migrated the database: %(count)s steps.", count=len(pending)))


def _load_demo(here: Installation) -> None:
    """Show the sign-ins once, when they are made."""
    if here.served != DEMO or _has_district(here):
        return
    from portal.demo.service import load  # The whole house, which a second start need not wait for.

    with working(text("Loading the demonstration district")):
        made = load(here.completed())
    if made:
        say(text("Demonstration district loaded. Its sign-ins are shown this once:"))
        for sign_in in made:
            say(f"  {sign_in.login:<20} {sign_in.password}  {sign_in.name}")


def _has_district(here: Installation) -> bool:
    """Asked of the table itself: importing the whole house for it would make every start two seconds longer."""
    with here.cluster.connect(here.served) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM divisions.home)").fetchone()
    return bool(row and row[0])


def _check_fonts() -> None:
    """Papers cannot be made without Chinese fonts; everything else can."""
    try:
        paper_fonts()
    except Misconfigured as missing:
        complain(missing.message)


def _check_web(settings: Settings, no_web: bool) -> None:
    if no_web:
        return
    _check_fonts()
    serve.clear_remains(settings.data_dir)
    serve.check_before_start(settings, folder_of(settings).account)
    if not settings.loopback and not settings.tls:
        complain(
            text(
                "Warning: other machines reach this server without HTTPS, so what is typed can be read on the way; "
                "set PORTAL_TLS_CERT and PORTAL_TLS_KEY."
            )
        )


def _stay(settings: Settings, no_web: bool, here: Installation | None) -> None:
    """Run the web server until somebody stops us."""
    if no_web:
        say(text("The database is ready; Ctrl-C stops it."))
        _watch(None, None, here)
        return
    if settings.basemap:
        from portal.cli import base_map  # Its database tools, which a start without one need not wait for.

        base_map.tell(here.completed() if here else settings)
    say(text("Starting the web server at %(address)s", address=serve.address(settings)))
    web = serve.start(settings, folder_of(settings).account, os.environ)
    worker = WorkerChild(settings)
    try:
        said = serve.wait_until_ready(settings, lambda: web.poll() is None)
        if said is not None:
            raise Misconfigured(text("The web server did not become ready. %(said)s", said=said))
        say(f"ready {serve.address(settings)}")
        _watch(web, worker, here)
    finally:
        _be_deaf()
        worker.ask_to_end()
        serve.stop(web)
        worker.stop()
        serve.clear_remains(settings.data_dir)


def _watch(web: subprocess.Popen[bytes] | None, worker: WorkerChild | None, here: Installation | None) -> None:
    """Return when the database was stopped on purpose; start it, or the worker, again when it was killed."""
    while web is None or web.poll() is None:
        if here is not None and here.cluster.status() != "running":
            if postmaster.recorded_pid(here.cluster.data_dir) is None:
                say(text("The database was stopped; stopping too."))
                return
            complain(text("The database ended unexpectedly; starting it again."))
            here.cluster.start()
        if worker is not None:
            worker.tend()
        time.sleep(WATCH_EVERY_S)
    raise Misconfigured(text("The web server ended unexpectedly (exit code %(code)s).", code=web.returncode))


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGINT, SIGTERM and a closed terminal all stop us the same way, also when started in the background."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number, before in kept.items():
        if number != signal.SIGHUP or before != signal.SIG_IGN:
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, before in kept.items():
            signal.signal(number, before)


def _be_deaf() -> None:
    """A second Ctrl-C must not cut the clean-up short."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
