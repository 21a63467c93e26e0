"""The file store: what is kept, where, for how long, and that nothing is left of the rest."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.errors import BadInput, Gone
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.files import upkeep
from portal.kernel.files.models import Privacy, StoredFile
from portal.kernel.files.store import destroy, destroy_due, keep, path_of, shown_name
from portal.kernel.files.sweep import sweep
from portal.kernel.jobs.models import State
from portal.kernel.jobs.queue import start
from portal.kernel.jobs.work import run_here
from portal.kernel.jobs.workshop import on_session

OFFICER = Actor(7, "李雷")
TODAY = dt.date(2026, 5, 31)


@pytest.fixture
def store(session, folder):
    """`store(b"…", kind="paper", …)` keeps something."""

    def kept(content: bytes = b"content", in_session: Session = session, **other) -> StoredFile:
        given = {"name": "a.xlsx", "kind": "upload", "media_type": "x/y", "privacy": Privacy.INTERNAL, "owner": OFFICER}
        given |= {"keep_until": None, "max_bytes": 1000} | other
        return keep(in_session, folder, io.BytesIO(content), **given)

    return kept


def on_disk(folder) -> list[str]:
    return sorted(path.relative_to(folder.files).as_posix() for path in folder.files.rglob("*") if path.is_file())


def test_an_upload_lies_under_a_name_that_nobody_can_guess(store, folder):
    first, second = store(name="../../etc/张三.xlsx"), store(name="../../etc/张三.xlsx")
    assert first.stored_as != second.stored_as
    assert on_disk(folder) == sorted([first.stored_as, second.stored_as])
    assert path_of(folder, first).read_bytes() == b"content"
    assert (first.name, first.size, first.owner_id, first.owner_name) == ("张三.xlsx", 7, 7, "李雷")
    assert first.sha256 == hashlib.sha256(b"content").hexdigest()
    assert "张三" not in first.stored_as
    assert first.sha256 not in first.stored_as


def test_what_the_house_makes_lies_under_its_content_once(store, folder):
    first, second = store(kind="paper"), store(kind="template", owner=SYSTEM)
    digest = first.sha256
    assert first.stored_as == second.stored_as == f"content/{digest[:2]}/{digest[2:4]}/{digest}"
    assert on_disk(folder) == [first.stored_as]


def test_only_the_service_user_can_reach_it(store, folder):
    path = path_of(folder, store())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for place in (path, path.parent, path.parent.parent):
        assert place.stat().st_uid == folder.account.uid
    assert {stat.S_IMODE(place.stat().st_mode) for place in (path.parent, path.parent.parent)} == {0o700}


def test_a_file_on_disk_can_be_kept_too(session, folder, tmp_path):
    (tmp_path / "in").write_bytes(b"x" * 999)
    given = {"name": "a", "kind": "paper", "media_type": "x/y", "privacy": Privacy.PUBLIC, "owner": SYSTEM}
    kept = keep(session, folder, tmp_path / "in", keep_until=TODAY, max_bytes=999, **given)
    assert (kept.size, kept.owner_id, kept.owner_name, kept.keep_until) == (999, None, "system", TODAY)


class Endless(io.RawIOBase):
    """A sender who never stops."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"\0" * size


def test_what_is_too_large_is_refused_while_it_comes(session, folder):
    sender = Endless()
    given = {"name": "a", "kind": "upload", "media_type": "x/y", "privacy": Privacy.PUBLIC, "owner": SYSTEM}
    with pytest.raises(BadInput, match="at most 5 MB"):
        keep(session, folder, sender, keep_until=None, max_bytes=5 * 1024 * 1024, **given)
    assert sender.given <= 7 * 1024 * 1024
    assert on_disk(folder) == []
    assert session.scalar(select(StoredFile)) is None


def test_exactly_the_limit_is_taken(store):
    assert store(b"x" * 1000).size == 1000
    with pytest.raises(BadInput):
        store(b"x" * 1001)


def test_a_sender_who_breaks_off_leaves_nothing(session, folder, store):
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError

    given = {"name": "a", "kind": "upload", "media_type": "x/y", "privacy": Privacy.PUBLIC, "owner": SYSTEM}
    with pytest.raises(ConnectionResetError):
        keep(session, folder, Broken(), keep_until=None, max_bytes=5, **given)
    assert on_disk(folder) == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Users\\张三\\表.xlsx", "表.xlsx"),
        ("../../../etc/passwd", "passwd"),
        ("", "file"),
        ("/", "file"),
        ("a\x00b\r\n.csv", "ab.csv"),
        ("report\u202exslx.exe", "reportxslx.exe"),
        ("长" * 300 + ".xlsx", "长" * 195 + ".xlsx"),
    ],
)
def test_a_name_is_for_showing_only(given, shown):
    assert shown_name(given) == shown


def test_a_name_in_the_bytes_of_old_windows_is_read():
    assert shown_name(os.fsdecode("隐患.xlsx".encode("gbk"))) == "隐患.xlsx"
    assert shown_name("a\ud83d.xlsx") == "a?.xlsx"
    assert shown_name(os.fsdecode(b"\xff\xff.xlsx")).endswith(".xlsx")


# --- the end of its time ------------------------------------------------------------------------------------------


def test_what_is_due_is_destroyed_and_the_row_says_so(session, folder, store):
    due, last_day, forever = (store(keep_until=day) for day in (TODAY - dt.timedelta(1), TODAY, None))
    assert destroy_due(session, folder, TODAY) == 1
    assert on_disk(folder) == sorted([last_day.stored_as, forever.stored_as])
    session.refresh(due)
    assert due.destroyed_at is not None
    with pytest.raises(Gone, match="a.xlsx was destroyed on"):
        path_of(folder, due)
    assert destroy_due(session, folder, TODAY) == 0


def test_content_that_another_row_needs_stays(session, folder, store):
    first, second = store(kind="paper", keep_until=TODAY - dt.timedelta(1)), store(kind="paper")
    destroy_due(session, folder, TODAY)
    assert path_of(folder, second).exists()
    destroy(session, folder, second)
    assert on_disk(folder) == []
    session.refresh(first)
    assert first.destroyed_at is not None


def test_a_destruction_that_was_rolled_back_is_done_again(session, folder, store):
    due = store(keep_until=TODAY - dt.timedelta(1))
    undone = session.begin_nested()
    destroy_due(session, folder, TODAY)
    undone.rollback()
    session.refresh(due)
    assert due.destroyed_at is None
    assert destroy_due(session, folder, TODAY) == 1


def test_a_row_is_never_deleted_and_destroyed_once(session, store, folder):
    file = store()
    destroy(session, folder, file)
    for change in (lambda: session.delete(file), lambda: setattr(file, "destroyed_at", None)):
        undone = session.begin_nested()
        change()
        with pytest.raises(DBAPIError):
            session.flush()
        undone.rollback()


def test_keeping_and_destroying_the_same_content_at_once_loses_nothing(own_database, folder):
    """Whoever keeps it last finds it there when the other has gone."""
    engine = create_engine(own_database.urls.app.get_secret_value())
    given = {"name": "a", "kind": "paper", "media_type": "x/y", "privacy": Privacy.PUBLIC, "owner": SYSTEM}

    def keep_it(day: dt.date | None) -> None:
        with Session(engine) as session, session.begin():
            keep(session, folder, io.BytesIO(b"same"), keep_until=day, max_bytes=99, **given)

    def destroy_them() -> None:
        with Session(engine) as session, session.begin():
            destroy_due(session, folder, TODAY)

    for _ in range(10):
        keep_it(TODAY - dt.timedelta(1))
        both = [threading.Thread(target=keep_it, args=(None,)), threading.Thread(target=destroy_them)]
        for one in both:
            one.start()
        for one in both:
            one.join(10)
        assert len(on_disk(folder)) == 1
    engine.dispose()


# --- what nobody knows ---------------------------------------------------------------------------------------------


def aged(path: Path, days: float) -> Path:
    then = path.stat().st_mtime - days * 24 * 3600
    os.utime(path, (then, then))
    return path


def test_what_a_rollback_left_goes_after_a_day(session, folder, store):
    undone = session.begin_nested()
    orphan, young = path_of(folder, store()), path_of(folder, store())
    paper = path_of(folder, store(kind="paper"))
    undone.rollback()
    known = aged(path_of(folder, store()), 400)
    part = folder.files / ".part-0"
    part.write_bytes(b"")
    for path in (orphan, paper, part):
        aged(path, 2)
    assert sweep(session, folder) == 2
    assert [path.exists() for path in (orphan, part, young, paper, known)] == [False, False, True, True, True]
    assert sweep(session, folder) == 0
    aged(paper, 31)
    assert sweep(session, folder) == 1


def test_it_is_done_every_night_but_not_during_a_backup(settings, session, folder, store):
    due = store(keep_until=dt.date(2020, 1, 1))
    here = settings.model_copy(update={"data_dir": folder.root})
    shop = on_session(here, session, upkeep.JOBS)
    with folder.lock("files", shared=True):
        run_here(shop, start(session, SYSTEM, "files.destroy_due", {}))
    session.refresh(due)
    assert due.destroyed_at is None
    assert run_here(shop, start(session, SYSTEM, "files.destroy_due", {})).state == State.DONE
    session.refresh(due)
    assert due.destroyed_at is not None
