"""Tiles in memory, answered before the framework is entered.

A tile's address names its content, so an entry never goes stale; only a withdrawal ends it. Other processes may
withdraw, so the set of withdrawn revisions is read again at most every two seconds, by one thread.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from portal.maps.queries import withdrawn_tokens

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from portal.kernel.db.session import Databases

PREFIX = "/tiles/"
CACHING = "public, max-age=3600"
LOOK_AGAIN_S = 2.0
DAY_S = 86_400
SHANGHAI_S = 8 * 3600
ENTRY_BYTES = 600
"""What an entry costs besides its body, so that empty tiles fill the memory too."""


@dataclass(frozen=True)
class KeptTile:
    """A tile as it is answered: bytes and ETag."""

    body: bytes
    etag: str

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about."""
        return len(self.body) + ENTRY_BYTES

    def headers(self) -> list[tuple[str, str]]:
        """The headers of a tile, the same as the framework's answer."""
        return [
            ("Content-Type", "application/vnd.mapbox-vector-tile"),
            ("Content-Length", str(len(self.body))),
            ("Cache-Control", CACHING),
            ("ETag", self.etag),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ]


class TileMemory:
    """A WSGI layer in front of the application, holding up to `max_bytes` of tiles; the oldest are forgotten first."""

    def __init__(self, inner: WSGIApplication, databases: Databases, max_bytes: int = 64 * 1024 * 1024) -> None:
        self.inner = inner
        self.databases = databases
        self.max_bytes = max_bytes
        self._tiles: OrderedDict[str, KeptTile] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._withdrawn: frozenset[str] = frozenset()
        self._looked_at = float("-inf")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX) and environ["REQUEST_METHOD"] == "GET":
            kept = self._tiles.get(key_of(path, environ.get("QUERY_STRING", "")))
            if kept is not None and not self.is_withdrawn(path):
                return _answer(kept, environ, start_response)
        return self.inner(environ, start_response)

    def keep(self, key: str, tile: KeptTile) -> None:
        """Remembers a tile and forgets the oldest ones beyond the limit."""
        with self._lock:
            replaced = self._tiles.pop(key, None)
            self._bytes += tile.size - (replaced.size if replaced else 0)
            self._tiles[key] = tile
            while self._bytes > self.max_bytes:
                _, oldest = self._tiles.popitem(last=False)
                self._bytes -= oldest.size

    def forget(self) -> None:
        """Empties the memory, such as after a restore."""
        with self._lock:
            self._tiles.clear()
            self._bytes, self._looked_at = 0, float("-inf")

    def is_withdrawn(self, path: str) -> bool:
        """Whether the revision in a tile's address has been withdrawn, as known two seconds ago or later."""
        if time.monotonic() - self._looked_at > LOOK_AGAIN_S and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return _token(path) in self._withdrawn

    def _look(self) -> None:
        try:
            with self.databases.public() as session:
                self._withdrawn = withdrawn_tokens(session)
        except SQLAlchemyError:
            pass  # The database is away: what is known stays true, and is asked again in two seconds.
        self._looked_at = time.monotonic()


def key_of(path: str, query: str) -> str:
    """The name of a tile in memory; it holds the day in Shanghai, for an address without `?at=` means today."""
    return f"{int(time.time() + SHANGHAI_S) // DAY_S}{path}?{query}"


def _token(path: str) -> str:
    parts = path.split("/", 4)
    return parts[3] if len(parts) > 3 else ""


def _answer(kept: KeptTile, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = kept.headers()
    if environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
        start_response("304 Not Modified", [pair for pair in headers if pair[0] != "Content-Length"])
        return []
    start_response("200 OK", headers)
    return [kept.body]
