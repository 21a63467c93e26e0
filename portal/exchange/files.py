"""Where the files of imports lie."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from portal.errors import RuleBroken
from portal.exchange.models import Import
from portal.kernel.files import store
from portal.kernel.files.models import StoredFile
from portal.kernel.i18n.text import text
from portal.kernel.pg.installation import folder_of
from portal.settings import Settings

KEPT_DAYS = 30
"""Of uploads; long enough to correct a returned workbook, and for the question what came in last week."""


def path_of(session: Session, settings: Settings, found: Import) -> Path:
    """The uploaded file of an import; raises `RuleBroken` once it was destroyed."""
    stored = session.get(StoredFile, found.file_id) if found.file_id else None
    if stored is None or stored.destroyed_at is not None:
        raise RuleBroken(text("The file of this import has been destroyed on schedule; upload it again."))
    return store.path_of(folder_of(settings), stored)
