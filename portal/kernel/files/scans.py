"""Scans of papers: pictures are written anew from their pixels, PDF files are kept as they are for the office only."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from portal.errors import BadInput, FormInvalid
from portal.kernel.access.actor import Actor
from portal.kernel.files.models import Privacy, StoredFile
from portal.kernel.files.pictures import clean_picture
from portal.kernel.files.store import keep
from portal.kernel.i18n.text import text
from portal.kernel.pg.folder import Folder

LARGEST = 15 * 1024 * 1024
PDF = b"%PDF-"
CHUNK = 1024 * 1024


def keep_scan(session: Session, folder: Folder, actor: Actor, content: BinaryIO, name: str, kind: str) -> StoredFile:
    """Keeps a PDF, JPEG, PNG or WebP of at most 15 MB; raises `FormInvalid` at the field `file` for anything else."""
    with tempfile.TemporaryDirectory(prefix="anjie-scan-") as place:
        sent, clean = Path(place) / "sent", Path(place) / "clean"
        try:
            start = _write(content, sent)
            if start.startswith(PDF):
                return _kept(session, folder, actor, sent, (name, kind, "application/pdf"))
            return _kept(session, folder, actor, clean, (name, kind, clean_picture(sent, clean).media_type))
        except BadInput as error:
            raise FormInvalid({"file": [error.message]}) from error


def _write(content: BinaryIO, path: Path) -> bytes:
    """Writes what was sent and gives its first bytes."""
    start, size = b"", 0
    with path.open("wb") as out:
        while chunk := content.read(CHUNK):
            start, size = start or chunk[: len(PDF)], size + len(chunk)
            if size > LARGEST:
                raise BadInput(text("The file is too large; at most %(most)s MB are taken.", most=LARGEST // CHUNK))
            out.write(chunk)
    if not size:
        raise BadInput(text("The file is empty."))
    return start


def _kept(session: Session, folder: Folder, actor: Actor, path: Path, called: tuple[str, str, str]) -> StoredFile:
    name, kind, media_type = called
    return keep(
        session,
        folder,
        path,
        name=name,
        kind=kind,
        media_type=media_type,
        privacy=Privacy.INTERNAL,
        owner=actor,
        keep_until=None,
        max_bytes=LARGEST * 2,
    )
