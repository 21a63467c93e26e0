"""Public papers in memory: made once, bounded, and one at a time."""

from __future__ import annotations

import threading

import pytest

from portal.errors import TooManyTries
from portal.exchange.papers import rendering
from portal.exchange.papers.kept import Kept
from portal.exchange.papers.rendering import Form, Rendered, press


def paper(size: int = 10) -> Rendered:
    return Rendered(b"x" * size, "a.pdf", Form.PDF)


def test_what_is_asked_for_by_many_at_once_is_made_once():
    kept, made = Kept(), []

    def ask() -> None:
        kept.get("sheet", lambda: made.append(1) or paper())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_the_longest_unused_go_when_there_is_no_room():
    kept = Kept(most_bytes=25)
    first = kept.get("a", paper)
    kept.get("b", paper)
    assert kept.get("a", paper) is first
    kept.get("c", paper)
    assert kept.get("a", paper) is first
    other = paper()
    assert kept.get("b", lambda: other) is other


def test_one_that_is_larger_than_all_room_is_not_kept():
    kept = Kept(most_bytes=5)
    assert kept.get("a", paper) is not kept.get("a", paper)


def test_who_waits_too_long_is_asked_to_come_back(monkeypatch):
    monkeypatch.setattr(rendering, "WAIT_S", 0.05)
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with press():
            held.set()
            free.wait(5)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(5)
    with pytest.raises(TooManyTries), press():
        pass
    free.set()
    other.join()
    with press(), press():
        pass
