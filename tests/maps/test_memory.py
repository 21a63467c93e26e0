"""The layer in front of the framework."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from portal.kernel.db.session import Databases
from portal.maps import memory as module
from portal.maps.memory import ENTRY_BYTES, KeptTile, TileMemory, key_of

PATH = "/tiles/risk.hazards/1-0123456789/12/3429/1673.mvt"


def inner(environ: dict, start_response) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return [b"inner"]


def ask(memory: TileMemory, path: str = PATH, **environ: str) -> tuple[str, dict[str, str], bytes]:
    said: dict[str, object] = {}

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        said.update(status=status, headers=dict(headers))

    request = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": ""} | environ
    body = b"".join(memory(request, start_response))
    return str(said["status"]), said["headers"], body  # type: ignore[return-value]


@pytest.fixture
def memory(session) -> TileMemory:
    return TileMemory(inner, Databases(app=lambda: session, public=lambda: session), max_bytes=3 * ENTRY_BYTES)


def test_a_kept_tile_is_answered_without_the_framework(memory: TileMemory) -> None:
    memory.keep(key_of(PATH, ""), KeptTile(b"tile", '"a"'))
    status, headers, body = ask(memory)
    assert (status, body) == ("200 OK", b"tile")
    assert headers["ETag"] == '"a"'
    assert headers["Cache-Control"] == "public, max-age=3600"


def test_an_unknown_tile_goes_to_the_framework(memory: TileMemory) -> None:
    assert ask(memory)[2] == b"inner"


def test_a_known_etag_gets_no_body(memory: TileMemory) -> None:
    memory.keep(key_of(PATH, ""), KeptTile(b"tile", '"a"'))
    status, headers, body = ask(memory, HTTP_IF_NONE_MATCH='"a"')
    assert (status, body) == ("304 Not Modified", b"")
    assert "Content-Length" not in headers


def test_another_day_is_another_tile(memory: TileMemory) -> None:
    memory.keep(key_of(PATH, "at=2020-01-01"), KeptTile(b"old", '"b"'))
    assert ask(memory)[2] == b"inner"
    assert ask(memory, QUERY_STRING="at=2020-01-01")[2] == b"old"


def test_tomorrow_asks_again(memory: TileMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.keep(key_of(PATH, ""), KeptTile(b"tile", '"a"'))
    clock = module.time.time() + module.DAY_S
    monkeypatch.setattr(module.time, "time", lambda: clock)
    assert ask(memory)[2] == b"inner"


def test_the_oldest_are_forgotten_even_when_all_are_empty(memory: TileMemory) -> None:
    for number in range(5):
        memory.keep(f"k{number}", KeptTile(b"", '"e"'))
    assert list(memory._tiles) == ["k2", "k3", "k4"]


def test_a_post_is_never_answered_from_memory(memory: TileMemory) -> None:
    memory.keep(key_of(PATH, ""), KeptTile(b"tile", '"a"'))
    assert ask(memory, REQUEST_METHOD="POST")[2] == b"inner"
