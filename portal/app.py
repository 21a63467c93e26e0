"""`create_app(settings)`: wires the rooms, nothing else."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.divisions import queries as divisions
from portal.divisions.layers import UNITS
from portal.errors import Misconfigured
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.job import Job
from portal.kernel.contracts.room import Room
from portal.kernel.db.session import Databases, connect
from portal.kernel.files import upkeep as file_upkeep
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n import translate
from portal.kernel.i18n.text import text
from portal.kernel.jobs import upkeep as run_upkeep
from portal.kernel.pg.installation import complete
from portal.kernel.web import (
    basemap,
    compression,
    failures,
    guard,
    headers,
    health,
    jobs,
    pages,
    state,
    transactions,
    uploads,
)
from portal.kernel.web.htmx import Htmx4
from portal.maps.memory import TileMemory
from portal.people.service import actor_of_account, actor_of_token
from portal.settings import CHECKOUT, Settings
from portal.settings import from_environment as read_environment

ROOMS = ("maps", "divisions", "disasters", "risk", "places", "toponyms", "people", "exchange")
"""In the order of the main navigation; each has a `room.py` with its declaration `ROOM`."""

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Site:
    """What the frame of every page says of this installation."""

    district_name: str
    demo: bool
    schematic: bool
    phone: str | None


def create_app(settings: Settings, databases: Databases | None = None) -> Flask:
    """The application for completed settings; tests hand in sessions of their own."""
    app = Flask("portal", root_path=str(CHECKOUT), template_folder="templates", static_folder="static")
    configure(app, settings)
    rooms = declared_rooms()
    sessions = databases or connect(settings)
    state.install(app, state.House(settings, sessions, rooms, actor_loader(settings, rooms)))
    for part in (transactions, translate, headers, compression, pages, failures, guard):
        part.init_app(app)
    Htmx4(app)
    CSRFProtect(app)
    uploads.init_app(app, settings)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(jobs.blueprint)
    basemap.init_app(app, settings)
    for room in rooms:
        open_room(app, room)
    app.extensions["anjie_site"] = lambda: site(settings)
    memory = TileMemory(app.wsgi_app, sessions)
    app.extensions["anjie_tiles"] = memory
    app.wsgi_app = memory  # type: ignore[method-assign]
    return app


def from_environment() -> Flask:
    """The application of this machine, for the web server."""
    return create_app(complete(read_environment()))


def configure(app: Flask, settings: Settings) -> None:
    """Flask's own settings; a missing secret is an error, never a default."""
    if settings.secret_key is None:
        raise Misconfigured(text("No secret key is known; start with bin/serve or set PORTAL_SECRET_KEY."))
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="anjie_form",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.tls,
        WTF_CSRF_TIME_LIMIT=None,  # A form may stay open through a whole storm.
        WTF_CSRF_SSL_STRICT=False,  # The guard asks where a write comes from; a browser may well send no referrer.
        MAX_CONTENT_LENGTH=16 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=4 * MEGABYTE,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def declared_rooms() -> tuple[Room, ...]:
    """Every room's declaration."""
    return tuple(importlib.import_module(f"portal.{name}.room").ROOM for name in ROOMS)


def actor_loader(settings: Settings, rooms: tuple[Room, ...]) -> Callable[[Session, str, dt.datetime], Actor | None]:
    """Who a cookie's token belongs to, with what the rooms' permissions give to its roles."""
    permissions = tuple(permission for room in rooms for permission in room.permissions)
    return partial(actor_of_token, permissions=permissions, lasting=dt.timedelta(hours=settings.session_hours))


def declared_jobs(rooms: Iterable[Room]) -> tuple[Job, ...]:
    """All work beside the web server: the house's own upkeep and what the rooms declare."""
    return (*run_upkeep.JOBS, *file_upkeep.JOBS, *(job for room in rooms for job in room.jobs))


def account_loader(rooms: Iterable[Room]) -> Callable[[Session, int, dt.datetime], Actor | None]:
    """Who an account is that asked for a job, with what the rooms' permissions give to its roles now."""
    return partial(actor_of_account, permissions=tuple(permission for room in rooms for permission in room.permissions))


def open_room(app: Flask, room: Room) -> None:
    """Registers a room's pages and connects its reactions."""
    for blueprint in room.blueprints:
        app.register_blueprint(blueprint)
    if room.connect is not None:
        room.connect()


def site(settings: Settings) -> Site:
    """The frame's facts, read from the published model; a page that tells of a database out of reach has none."""
    session = state.public_session()
    try:
        units = live_revision(session, UNITS.name)
        name = divisions.published_home_name(session)
    except OperationalError:
        return Site("", settings.demo, False, settings.contact_phone)
    return Site(name, settings.demo, units is not None and units.schematic, settings.contact_phone)
