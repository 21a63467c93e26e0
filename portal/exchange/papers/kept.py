"""Public papers in memory, so that the same sheet asked for a thousand times is made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from portal.exchange.papers.rendering import Rendered, press

MOST_BYTES = 24 * 1024 * 1024


class Kept:
    """The last used papers by what they were made from; at most `most_bytes` together."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._size = most_bytes, 0
        self._papers: OrderedDict[Hashable, Rendered] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Rendered]) -> Rendered:
        """The paper of a key, made when it is not here."""
        found = self._find(key)
        if found is not None:
            return found
        with press():  # Whoever waited for the same paper finds it made.
            found = self._find(key) or make()
            self._put(key, found)
        return found

    def _find(self, key: Hashable) -> Rendered | None:
        with self._lock:
            if key in self._papers:
                self._papers.move_to_end(key)
            return self._papers.get(key)

    def _put(self, key: Hashable, made: Rendered) -> None:
        with self._lock:
            if key in self._papers or len(made.content) > self._most:
                return
            self._papers[key] = made
            self._size += len(made.content)
            while self._size > self._most:
                _, gone = self._papers.popitem(last=False)
                self._size -= len(gone.content)
