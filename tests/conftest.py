"""One real PostgreSQL a run, one database a worker, each test in a transaction of its own.

    cluster          the run's server, shared by all xdist workers; started by the first fixture that needs it
    settings         complete settings of this worker's clone (session)
    session          a SQLAlchemy session of the app role whose commits are savepoints, rolled back at the end
    own_database     complete settings of a fresh clone, for tests that cross connections
    app, client      the application on the test's transaction, and somebody not signed in
    as_role          a client signed in with a role
    run_jobs         does all waiting runs of jobs in the test's transaction
    real_data        ../shared/data or PORTAL_REAL_DATA, else the test is skipped with the reason

A run killed with -9 leaves its server behind; the next run ends it and clears it away.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.kernel.db import migrate
from portal.kernel.db.session import Databases, make_engine
from portal.kernel.pg import databases
from portal.kernel.pg.installation import Installation, installation
from portal.settings import CHECKOUT, Settings
from tests.factories.accounts import signed_in_client
from tests.factories.jobs import do_waiting
from tests.pages import check_page

RUNS = Path(f"/var/tmp/anjie-tests-{os.geteuid()}")
TEMPLATE = "anjie_template"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "120"}

# --- the run: the controller names it, keeps it alive and clears it away ------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.anjie_run = Path(config.workerinput["anjie_run"])
        return
    RUNS.mkdir(mode=0o755, exist_ok=True)
    _sweep()
    config.anjie_run = RUNS / secrets.token_hex(4)
    config.anjie_alive = _hold(config.anjie_run.with_suffix(".alive"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["anjie_run"] = str(node.config.anjie_run)


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "anjie_alive"):
        _clear(config.anjie_run)
        config.anjie_alive.close()


def _sweep() -> None:
    """Clear away what killed runs left: their `.alive` file is no longer locked."""
    for alive in RUNS.glob("*.alive"):
        with suppress(BlockingIOError):
            handle = _hold(alive)
            _clear(alive.with_suffix(""))
            handle.close()


def _hold(alive: Path):
    handle = alive.open("w")
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _clear(run: Path) -> None:
    if (run / "data" / "secrets.json").exists():
        _installation_of(run).cluster.stop()
    shutil.rmtree(run, ignore_errors=True)
    run.with_suffix(".alive").unlink(missing_ok=True)


# --- the server and its databases -----------------------------------------------------------------------------


def _installation_of(run: Path) -> Installation:
    return installation(Settings(data_dir=run / "data", database_url=None), conf=FAST)


@contextmanager
def _one_at_a_time(run: Path) -> Iterator[None]:
    run.mkdir(mode=0o755, exist_ok=True)
    with (run / ".making").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def installed(pytestconfig: pytest.Config) -> Installation:
    """The run's server with a migrated template database; the first worker to come makes it."""
    run = pytestconfig.anjie_run
    with _one_at_a_time(run):
        here = _installation_of(run)
        ready = run / "template-ready"
        if not ready.exists():
            here.start()
            databases.drop(here.cluster, TEMPLATE)
            databases.ensure(here.cluster, TEMPLATE)
            migrate.upgrade(here.completed(TEMPLATE).urls.owner.get_secret_value())
            with here.cluster.connect() as connection:
                connection.execute(f"ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false")
            ready.touch()
    return here


@pytest.fixture(scope="session")
def pristine(pytestconfig: pytest.Config) -> Path:
    """A stopped data folder with an empty demonstration database, to copy: quicker than making one a test.

    Its server survives killed processes, not a power cut.
    """
    run = pytestconfig.anjie_run
    with _one_at_a_time(run):
        folder = run / "pristine"
        if not folder.exists():
            here = installation(Settings(data_dir=run / "pristine-making", database_url=None))
            with (here.cluster.data_dir / "postgresql.conf").open("a") as conf:
                conf.write("fsync = off\n")
            here.start()
            here.cluster.stop()
            here.folder.root.rename(folder)
    return folder


@contextmanager
def _clone(here: Installation, name: str) -> Iterator[Settings]:
    databases.create(here.cluster, name, template=TEMPLATE)
    try:
        yield here.completed(name)
    finally:
        databases.drop(here.cluster, name)


@pytest.fixture(scope="session")
def settings(installed: Installation) -> Iterator[Settings]:
    """Complete settings of this worker's database."""
    with _clone(installed, f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}") as completed:
        yield completed


@pytest.fixture
def own_database(installed: Installation) -> Iterator[Settings]:
    """Complete settings of a database that only this test uses."""
    with _clone(installed, f"own_{secrets.token_hex(6)}") as completed:
        yield completed


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[Engine]:
    """The app role's connections to this worker's database."""
    made = make_engine(settings.urls.app, statement_timeout_ms=settings.statement_timeout_ms, pool_size=5)
    yield made
    made.dispose()


class SharedSession(Session):
    """One session for a test and all requests it makes: closing it only forgets what it has loaded."""

    def close(self) -> None:
        self.expire_all()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose commits are savepoints of a transaction that is rolled back after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        options = {"join_transaction_mode": "create_savepoint", "expire_on_commit": False, "autoflush": False}
        inner = SharedSession(bind=connection, **options)
        yield inner
        Session.close(inner)
        outer.rollback()


@pytest.fixture
def open_folder(pytestconfig: pytest.Config) -> Iterator[Path]:
    """A fresh folder that the service user can enter; root's `tmp_path` is closed to it."""
    folder = pytestconfig.anjie_run / secrets.token_hex(4)
    folder.mkdir(mode=0o755, parents=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


# --- real input -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real input, licensed apart and never copied into the project."""
    folder = Path(os.environ.get("PORTAL_REAL_DATA") or CHECKOUT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"real data is not here ({folder}); set PORTAL_REAL_DATA")
    return folder


# --- the app: requests run in the test's own transaction ------------------------------------------------------


class Client(FlaskClient):
    """A browser without eyes: what the test prepared is committed (to a savepoint) before each request."""

    def open(self, *args, **kwargs):
        session = self.application.extensions["anjie_test_session"]
        session.commit()
        response = super().open(*args, **kwargs)
        session.expire_all()
        check_page(response)
        return response

    def token(self) -> str:
        """A CSRF token of this client, as a page would carry it."""
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/sign-in").text).group(1)

    def send(self, path: str, data: dict[str, object] | None = None, **kwargs):
        """Posts a form with its CSRF token and a fresh client UUID."""
        fields = {"csrf_token": self.token(), "client_id": str(uuid.uuid4())} | (data or {})
        return self.post(path, data=fields, **kwargs)


@pytest.fixture(scope="session")
def application(settings: Settings) -> Flask:
    """The app of this worker; made once, its sessions are those of the running test."""
    from portal.app import create_app

    app = create_app(settings, Databases(app=lambda: None, public=lambda: None))
    app.test_client_class = Client
    return app


@pytest.fixture
def app(application: Flask, session: Session) -> Iterator[Flask]:
    """The app on the test's transaction; both roles share it, so isolation is proved with `own_database` instead."""
    application.extensions["anjie_test_session"] = session
    databases = Databases(app=lambda: session, public=lambda: session)
    application.extensions["anjie"].databases = databases
    application.extensions["anjie_tiles"].databases = databases
    application.extensions["anjie_tiles"].forget()
    return application


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def as_role(app: Flask, session: Session):
    """`as_role("officer", unit=some_unit)` is a client signed in with that role there (default: the home district)."""

    def sign_in(role: str, unit: int | None = None) -> Client:
        return signed_in_client(app, session, role, unit)

    return sign_in


@pytest.fixture
def run_jobs(settings: Settings, session: Session):
    """`run_jobs()` does the waiting runs in their order, in the test's transaction, and returns them as they ended."""
    return partial(do_waiting, settings, session)
