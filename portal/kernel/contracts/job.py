"""What a room declares so that long work runs beside the web server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from portal.kernel.access.actor import Actor
from portal.kernel.i18n.text import Text
from portal.settings import Settings


class Cancelled(Exception):
    """Somebody asked the job to stop; raised by `Work.progress`, caught by the worker."""


class Work(Protocol):
    """One run of a job, as its function sees it."""

    @property
    def settings(self) -> Settings:
        """Complete settings."""

    @property
    def actor(self) -> Actor:
        """Who asked for it, with the rights they have now."""

    def transaction(self) -> AbstractContextManager[Session]:
        """A session of the app role that commits at the end and rolls back on any error."""

    def progress(self, done: int, total: int | None, message: Text | None = None) -> None:
        """Shows how far it is, at once and for everybody; raises `Cancelled` when somebody asked to stop."""


@dataclass(frozen=True)
class Job:
    """Work with a name (`room.verb`). `run(work, **args)`: args are plain JSON.

    `restarts`: run again from its beginning when the worker was killed (it must be repeatable); else it fails with a
    sentence. `every` is a cron line in Shanghai time for work that comes by itself, as the system actor, without args.
    """

    name: str
    title: Text
    run: Callable[..., None]
    restarts: bool = False
    every: str | None = None
