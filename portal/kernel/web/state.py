"""What one application and one request carry: settings, sessions, the actor, today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from portal.errors import SignInNeeded
from portal.kernel.access.actor import Actor
from portal.kernel.contracts.room import Room
from portal.kernel.db.session import Databases
from portal.kernel.i18n.clock import SHANGHAI, now, today
from portal.kernel.i18n.text import text
from portal.settings import Settings

__all__ = [
    "SHANGHAI",
    "House",
    "actor",
    "app_session",
    "current_actor",
    "house",
    "install",
    "now",
    "public_session",
    "today",
]


@dataclass
class House:
    """All that was wired at the start; reached through `house()`."""

    settings: Settings
    databases: Databases
    rooms: tuple[Room, ...]
    load_actor: Callable[[Session, str, dt.datetime], Actor | None]


def install(app: Flask, wired: House) -> None:
    """Puts the wired house into the application."""
    app.extensions["anjie"] = wired


def house() -> House:
    """The house of the running application."""
    wired: House = current_app.extensions["anjie"]
    return wired


def app_session() -> Session:
    """This request's session as `anjie_app`; committed by the web layer after an answer below 400."""
    if "app_session" not in g:
        g.app_session = house().databases.app()
    session: Session = g.app_session
    return session


def public_session() -> Session:
    """This request's read-only session as `anjie_public`: it sees the schema `published` only."""
    if "public_session" not in g:
        g.public_session = house().databases.public()
    session: Session = g.public_session
    return session


def actor() -> Actor:
    """Who is signed in; raises `SignInNeeded` for nobody."""
    somebody = current_actor()
    if somebody is None:
        raise SignInNeeded(text("Please sign in first."))
    return somebody


def current_actor() -> Actor | None:
    """Who is signed in, or None; set by the guard."""
    somebody: Actor | None = g.get("actor")
    return somebody
