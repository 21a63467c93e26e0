"""Scripts and styles travel compressed: a third of the bytes on a village's line.

Only static files with their hash in the address, compressed once a file and kept in memory. Pages are left alone (they
carry tokens, and compressing secrets next to what a visitor controls tells about them), tiles too.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

TYPES = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
LEVEL = 9


def init_app(app: Flask) -> None:
    """Compresses static answers for browsers that take it."""
    folder = Path(app.static_folder or "")

    def compress(response: Response) -> Response:
        if request.endpoint == "static" and response.mimetype in TYPES:
            response.vary.add("Accept-Encoding")
            if response.status_code == 200 and request.accept_encodings["gzip"] > 0:
                _shrink(response, folder / str((request.view_args or {})["filename"]))
        return response

    app.after_request(compress)


def _shrink(response: Response, path: Path) -> None:
    response.direct_passthrough = False
    response.set_data(_compressed(path, path.stat().st_mtime_ns))
    response.headers["Content-Encoding"] = "gzip"
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(f"{etag}-gzip")
        response.make_conditional(request)


@lru_cache(maxsize=128)
def _compressed(path: Path, _stamp: int) -> bytes:
    return gzip.compress(path.read_bytes(), LEVEL, mtime=0)
