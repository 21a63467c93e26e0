"""Views that take big files: how much each may be sent, said before anything is read; and where it is put meanwhile.

The house takes 16 MB a request. A view with `@takes_files(...)` takes what it says, the guard sees to that. Files go
to `uploads-tmp` of the data folder while they arrive, never into memory and never to `/tmp`, which may be memory; they
have no name there, so that nothing is left of a process that is killed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from portal.kernel.i18n.text import text
from portal.kernel.web.failures import error_page
from portal.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])

IN_MEMORY = 512 * 1024
MEGABYTE = 1024 * 1024
FORM_AROUND_IT = MEGABYTE
"""The other fields of the form and the borders between them."""


def takes_files(max_bytes: int) -> Callable[[View], View]:
    """Declares that a view takes files of up to `max_bytes` together."""

    def declare(view: View) -> View:
        view.takes_bytes = max_bytes  # type: ignore[attr-defined]
        return view

    return declare


def init_app(app: Flask, settings: Settings) -> None:
    """Puts arriving files into the data folder; to be called when the request class is the final one."""
    folder = settings.data_dir.absolute() / "uploads-tmp"

    class UploadRequest(app.request_class):  # type: ignore[misc,name-defined]
        """The request, with a place of our own for arriving files."""

        _get_file_stream = staticmethod(partial(_stream, folder))

    app.request_class = UploadRequest
    app.register_error_handler(RequestEntityTooLarge, _too_large)


def allow_size(view: Callable[..., Any] | None) -> None:
    """Lets this request carry as much as its view declared; before its body is touched."""
    most = getattr(view, "takes_bytes", None)
    if most is not None:
        request.max_content_length = most + FORM_AROUND_IT


def _stream(
    folder: Path,
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None = None,
    content_length: int | None = None,
) -> IO[bytes]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+b", dir=str(folder))


def _too_large(_error: RequestEntityTooLarge) -> Response:
    most = (request.max_content_length or 0) // MEGABYTE
    return error_page(413, text("At most %(most)s MB are taken here in one go.", most=most))
