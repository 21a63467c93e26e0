"""The hostile fixtures through the real pipeline: a sentence with a code in time, and nothing left behind."""

from __future__ import annotations

import os
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.models import UnitVersion
from portal.exchange.codes import documented
from portal.kernel.pg.installation import folder_of
from portal.places.models import Place
from portal.risk.models import Hazard
from tests.exchange.fixtures.checks import check
from tests.exchange.fixtures.make import make
from tests.exchange.fixtures.walk import Case, cases, make_world, outcome
from tests.exchange.imports import Runner

HOSTILE = [case for case in cases() if case.hostile]
MOST_SECONDS = 20
MOST_GROWTH = 400 * 1024
"""KB of memory that the test's own process may take beyond its peak so far: a million vertices stand in it once."""
DOCUMENTED = {code.key for group in documented() for code in group.codes}


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_it_is_refused_in_words_and_leaves_nothing(
    session: Session, settings, tmp_path: Path, open_folder: Path, monkeypatch, case: Case
) -> None:
    make_world(session, case.world)
    # A store of its own: another worker's uploads are none of this test's leftovers.
    own = settings.model_copy(update={"data_dir": open_folder / "data"})
    folder_of(own).make()
    temp, given = tmp_path / "temp", tmp_path / "given"
    temp.mkdir()
    given.mkdir()
    path = make(case.file, given)
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    before = on_record(session)
    with nothing_left(folder_of(own).root, temp, path):
        made = outcome(Runner(session, own, case.importer), path, case)
    check(case, made)
    assert on_record(session) == before
    if made.refused:
        assert made.refused in DOCUMENTED
        assert case.file in made.says
        assert made.says.endswith((".", "?"))
        assert "Traceback" not in made.says


@contextmanager
def nothing_left(store: Path, temp: Path, path: Path) -> Iterator[None]:
    """Whatever happens inside, afterwards only the upload itself lies in the store, and no process is left."""
    stored, content, place, threads = everything(store), path.read_bytes(), Path.cwd(), threading.active_count()
    peak, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    yield
    assert time.monotonic() - began < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < MOST_GROWTH
    assert children() == []
    assert list(temp.iterdir()) == []
    assert (list(path.parent.iterdir()), path.read_bytes()) == ([path], content)
    assert len(everything(store) - stored) <= 1
    assert list(Path("/tmp").glob("anjie-slipped*")) == []
    assert (Path.cwd(), threading.active_count()) == (place, threads)


def everything(folder: Path) -> set[Path]:
    """Every file that uploads could lie in; the server's own are none of our business."""
    files = (Path(root) / name for root, _, names in os.walk(folder / "files") for name in names)
    return set(files)


def on_record(session: Session) -> tuple[int, ...]:
    """How many hazards, places and divisions there are."""
    return tuple(session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Hazard, Place, UnitVersion))


def children() -> list[int]:
    """Living processes that this one has started, but for the server that the run began with."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, fields = stat.read_text().partition(") ")
        except OSError:
            continue
        if int(fields.split()[1]) == os.getpid() and fields[0] != "Z" and "postgres" not in name:
            found.append(int(stat.parent.name))
    return found
