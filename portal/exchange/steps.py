"""The jobs of the room: each does one step of an import in one transaction, or leads it back with the reason."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy.orm import Session

from portal.errors import AnjieError
from portal.exchange import files
from portal.exchange.declared import importer_named
from portal.exchange.models import Import, State
from portal.exchange.queries import imports as queries
from portal.exchange.service import checking, entering, forgetting, moving, receiving
from portal.kernel.contracts.job import Cancelled, Job, Work
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.text import Text, text

Act = Callable[[Session, Import], None]


def read(work: Work, import_id: str) -> None:
    """Reads the file."""

    def act(session: Session, found: Import) -> None:
        path = files.path_of(session, work.settings, found)
        receiving.read(session, found, path, _telling(work, text("Reading rows")))

    _step(work, import_id, State.READING, act)


def check(work: Work, import_id: str) -> None:
    """Checks the rows and makes the preview."""

    def act(session: Session, found: Import) -> None:
        tell = _telling(work, text("Checking rows"))
        checking.check(session, work.actor, found, importer_named(found.what), today(), tell)

    _step(work, import_id, State.CHECKING, act)


def enter(work: Work, import_id: str) -> None:
    """Writes the rows; when the base has moved on since the preview, makes the preview anew instead."""

    def act(session: Session, found: Import) -> None:
        tell = _telling(work, text("Writing rows"))
        entering.enter(session, work.actor, found, importer_named(found.what), today(), tell)

    try:
        _step(work, import_id, State.ENTERING, act)
    except entering.MovedOn as moved:
        _preview_anew(work, import_id, moved)


def undo(work: Work, import_id: str) -> None:
    """Takes an import back."""

    def act(session: Session, found: Import) -> None:
        entering.undo(session, work.actor, found, importer_named(found.what))

    _step(work, import_id, State.UNDOING, act)


def forget(work: Work) -> None:
    """Staged rows go with their file."""
    with work.transaction() as session:
        forgetting.forget_rows(session, work.actor)


JOBS = (
    Job("exchange.read", text("Read an import"), read, restarts=True),
    Job("exchange.check", text("Check an import"), check, restarts=True),
    Job("exchange.enter", text("Write an import"), enter, restarts=True),
    Job("exchange.undo", text("Take an import back"), undo, restarts=True),
    Job("exchange.forget", text("Forget rows of old imports"), forget, restarts=True, every="20 3 * * *"),
)
"""Each step is one transaction, so that it may run again from its beginning after a crash."""


def _step(work: Work, import_id: str, state: State, act: Act) -> None:
    """One step; a restarted one that was done already does nothing."""
    try:
        with work.transaction() as session:
            found = _locked(session, work, import_id)
            if found.state == state:
                act(session, found)
    except (AnjieError, Cancelled) as reason:
        with work.transaction() as session:
            found = _locked(session, work, import_id)
            if found.state == state:
                moving.fall_back(session, found, _sentence(reason))
        raise


def _preview_anew(work: Work, import_id: str, moved: AnjieError) -> None:
    with work.transaction() as session:
        found = _locked(session, work, import_id)
        moving.move(session, found, State.CHECKING)
        tell = _telling(work, text("Checking rows"))
        checking.check(session, work.actor, found, importer_named(found.what), today(), tell)
        found.question = to_plain(_sentence(moved) or text("Look again."))


def _locked(session: Session, work: Work, import_id: str) -> Import:
    return queries.import_of(session, work.actor, uuid.UUID(import_id), lock=True)


def _telling(work: Work, label: Text) -> Callable[[int, int | None], None]:
    return lambda done, total: work.progress(done, total, label)


def _sentence(reason: Exception) -> Text | None:
    if isinstance(reason, Cancelled):
        return text("It was stopped; nothing was changed.")
    message = getattr(reason, "message", None)
    return message if isinstance(message, Text) else text(str(reason))
