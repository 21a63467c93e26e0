"""Keeping, finding and destroying files. All lie in `files/` of the data folder, 0600 in folders 0700, never elsewhere.

    uploads/ab/<random>        what people send, under names that nobody can guess
    content/ab/cd/<SHA-256>    what the house makes; the same content lies there once
    .part-<random>             being written

A row without its file cannot be: the file is whole and on disk before the row is flushed. A file without its row is
what a rolled back transaction leaves; `sweep` takes it away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from portal.errors import BadInput, Gone
from portal.kernel.access.actor import Actor
from portal.kernel.files.models import Privacy, StoredFile
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.text import text
from portal.kernel.pg.folder import Folder, sync_folder

UPLOAD = "upload"
PART = ".part-"
CHUNK = 1024 * 1024
LONGEST_NAME = 200
UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control signs, and those that turn the direction of text so that `exe.xslx` reads otherwise."""


def keep(
    session: Session,
    folder: Folder,
    content: BinaryIO | Path,
    *,
    name: str,
    kind: str,
    media_type: str,
    privacy: Privacy,
    owner: Actor,
    keep_until: dt.date | None,
    max_bytes: int,
) -> StoredFile:
    """Stores a stream or a file and flushes its row; raises `BadInput` as soon as it is larger than `max_bytes`."""
    with _opened(content) as stream:
        part, size, digest = _write_part(folder, stream, max_bytes)
    try:
        stored_as = _place(kind, digest)
        _one_at_a_time(session, stored_as)
        _move(folder, part, stored_as)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    row = StoredFile(
        owner_id=owner.account_id,
        owner_name=owner.name,
        kind=kind,
        name=shown_name(name),
        media_type=media_type,
        size=size,
        sha256=digest,
        privacy=Privacy(privacy),
        keep_until=keep_until,
        stored_as=stored_as,
    )
    session.add(row)
    session.flush()
    return row


def path_of(folder: Folder, file: StoredFile) -> Path:
    """Where the content lies; raises `Gone` once it was destroyed."""
    if file.destroyed_at is not None:
        day = file.destroyed_at.astimezone(SHANGHAI).date()
        raise Gone(text("The file %(name)s was destroyed on %(date)s.", name=file.name, date=day))
    return folder.files / file.stored_as


def destroy_due(session: Session, folder: Folder, today: dt.date) -> int:
    """Destroys the content of all files whose last day is over and says so in their rows; how many there were."""
    due = select(StoredFile).where(StoredFile.keep_until < today, StoredFile.destroyed_at.is_(None))
    files = session.scalars(due.order_by(StoredFile.id).with_for_update(skip_locked=True)).all()
    for file in files:
        destroy(session, folder, file)
    return len(files)


def destroy(session: Session, folder: Folder, file: StoredFile) -> None:
    """Destroys one file's content before its time; the same content under another living row stays.

    The content goes first: should the transaction fail, the row is still due, and no row ever claims a destruction
    that did not happen.
    """
    if file.destroyed_at is not None:
        return
    _one_at_a_time(session, file.stored_as)
    others = select(StoredFile.id).where(
        StoredFile.stored_as == file.stored_as, StoredFile.destroyed_at.is_(None), StoredFile.id != file.id
    )
    if session.scalar(others.limit(1)) is None:
        (folder.files / file.stored_as).unlink(missing_ok=True)
    file.destroyed_at = func.clock_timestamp()
    session.flush()


def shown_name(given: str) -> str:
    """The last part of a name as its sender gave it, fit to be shown: no control signs, at most 200 characters.

    A name whose bytes are no UTF-8, as old Chinese Windows writes them, is read as GB18030.
    """
    last = UNSHOWABLE.sub("", PurePosixPath(_decoded(given).replace("\\", "/")).name).strip() or "file"
    if len(last) <= LONGEST_NAME:
        return last
    ending = PurePosixPath(last).suffix[:12]
    return last[: LONGEST_NAME - len(ending)] + ending


def _decoded(given: str) -> str:
    """The name without the halves of pairs that stand for bytes which Python could not decode."""
    if not any("\ud800" <= sign <= "\udfff" for sign in given):
        return given
    try:
        return given.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeError:
        return given.encode("utf-8", "replace").decode("utf-8")


def _place(kind: str, digest: str) -> str:
    if kind == UPLOAD:
        token = secrets.token_hex(16)
        return f"uploads/{token[:2]}/{token}"
    return f"content/{digest[:2]}/{digest[2:4]}/{digest}"


def _one_at_a_time(session: Session, stored_as: str) -> None:
    """Until this transaction ends nobody destroys what it has just put there."""
    session.execute(sql("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": stored_as})


@contextmanager
def _opened(content: BinaryIO | Path) -> Iterator[BinaryIO]:
    if isinstance(content, Path):
        with content.open("rb") as handle:
            yield handle
    else:
        yield content


def _write_part(folder: Folder, stream: BinaryIO, max_bytes: int) -> tuple[Path, int, str]:
    """The content under a temporary name, on disk; its size and SHA-256."""
    part = folder.files / f"{PART}{secrets.token_hex(16)}"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            folder.account.take(handle.fileno())
            size, digest = _copy(stream, handle, max_bytes)
            handle.flush()
            os.fsync(handle.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part, size, digest


def _copy(stream: BinaryIO, target: BinaryIO, max_bytes: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise BadInput(
                text("The file is too large; at most %(most)s MB are taken.", most=f"{max_bytes / 1024 / 1024:.4g}")
            )
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()


def _move(folder: Folder, part: Path, stored_as: str) -> None:
    target = folder.files / stored_as
    _make_way(folder, target.parent)
    part.replace(target)
    sync_folder(target.parent)


def _make_way(folder: Folder, path: Path) -> None:
    """Folders of our own, closed to everybody else; one that the sweep just took is made again."""
    if path.is_dir():
        return
    _make_way(folder, path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    folder.account.take(path)
