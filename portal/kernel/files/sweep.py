"""Files that no living row knows: what rolled back transactions and killed processes left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.kernel.files.models import StoredFile
from portal.kernel.files.store import PART
from portal.kernel.pg.folder import Folder

DAY_S = 24 * 3600.0
PATIENCE_S = {"uploads": DAY_S, PART: DAY_S, "content": 30 * DAY_S}
"""How old an unknown file must be. Papers wait longer: an older database may have been restored for a while."""


def sweep(session: Session, folder: Folder) -> int:
    """Removes unknown files that are old enough; how many there were."""
    removed = 0
    for path in _old(folder):
        if not _known(session, path.relative_to(folder.files).as_posix()):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _old(folder: Folder) -> Iterator[Path]:
    now = time.time()
    for area, patience_s in PATIENCE_S.items():
        found = folder.files.glob(f"{PART}*") if area == PART else (folder.files / area).rglob("*")
        for path in found:
            status = path.lstat()
            if not path.is_dir() and now - status.st_mtime > patience_s:
                yield path


def _known(session: Session, stored_as: str) -> bool:
    query = select(StoredFile.id).where(StoredFile.stored_as == stored_as, StoredFile.destroyed_at.is_(None))
    return session.scalar(query.limit(1)) is not None
