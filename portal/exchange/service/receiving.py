"""A file comes in and is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.errors import BadInput
from portal.exchange.models import Import, State
from portal.exchange.service.moving import move, work_on
from portal.exchange.staging import clear_read, read_rows
from portal.exchange.staging.reading import Only, Seen, Tell
from portal.exchange.staging.storable import all_storable
from portal.kernel.access import policy
from portal.kernel.access.actor import Actor
from portal.kernel.audit import trail
from portal.kernel.contracts.importing import Importer
from portal.kernel.files.models import StoredFile
from portal.kernel.formats.limits import LIMITS
from portal.kernel.formats.opening import open_file
from portal.kernel.formats.reading import Reading, Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.plain import to_plain
from portal.kernel.i18n.text import Text, text

CELLS, LONGEST_CELL = 50, 80
"""Of the first cells that are kept by column, for proposals and for the eye."""


def receive(session: Session, actor: Actor, importer: Importer, stored: StoredFile, wish: Wish) -> Import:
    """Takes a kept file in; what it holds is read by a job, or by `read` where the caller waits for it."""
    policy.require(actor, importer.permission)
    found = Import(
        account_id=actor.account_id,
        actor_name=actor.name,
        what=importer.key,
        file_id=stored.id,
        file_name=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        state=State.READING,
        wish=asdict(wish),
    )
    session.add(found)
    session.flush()
    after = {"what": importer.key, "file": stored.name, "sha256": stored.sha256, "size": stored.size}
    trail.record(session, actor, "uploaded", "exchange.import", found.public_id, after=after)
    return found


def read_again(session: Session, actor: Actor, found: Import, wish: Wish) -> None:
    """Reads the same file another way: another sheet, encoding or header row."""
    found.wish, found.setup, found.head, found.question = asdict(wish), None, None, None
    move(session, found, State.READING)
    work_on(session, actor, found, "exchange.read")


def read(
    session: Session,
    found: Import,
    path: Path,
    tell: Tell,
    stopped: Callable[[], bool] | None = None,
    only: Only | None = None,
) -> None:
    """Stages the rows of a file, `only` those that count; one that cannot be read is refused with a sentence."""
    clear_read(session, found.id)
    wish: dict[str, Any] = dict(found.wish)
    opened = open_file(path, Wish(**wish), LIMITS, name=found.file_name, cancelled=stopped)
    try:
        with session.begin_nested(), opened as reading:
            seen = read_rows(session, found.id, found.file_name, reading, only or {}, tell)
            found.head = _plain(reading, seen)
    except BadInput as refused:
        said = refused.message
        plain = to_plain(said if isinstance(said, Text) else text(str(said)))
        code = {"code": refused.code} if isinstance(refused, FileRefused) else {}
        found.question = {key: all_storable(value) for key, value in (plain | code).items()}
        move(session, found, State.REFUSED)
        return
    move(session, found, State.ASKING)


def _plain(reading: Reading, seen: Seen) -> dict[str, object]:
    head, notes = reading.head, (*reading.head.notes, *reading.late_notes)
    cells = {column: [cell[:LONGEST_CELL] for cell in cells[:CELLS]] for column, cells in seen.cells.items()}
    told = asdict(head) | {"notes": [to_plain(note) for note in notes]}
    shown = {"rows": seen.rows, "shapes": seen.shapes, "cells": cells, "positions": seen.positions}
    return {key: all_storable(value) for key, value in (told | shown).items()}
