"""htmx 4 with htmx-flask: a small subclass closes the gaps between the two.

htmx-flask 0.1.0 was written for htmx 2: `HX-Source` took the place of `HX-Trigger` in requests, and the target arrives
as `tag#id`. Events for the page go out in `HX-Trigger`.
"""

from __future__ import annotations

import json

from flask import Flask, Response, make_response, redirect, request
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest, HtmxHeaders


class Htmx4Headers(HtmxHeaders):  # type: ignore[misc]
    """What an htmx 4 request says of itself."""

    @property
    def target(self) -> str | None:
        """The id of the element that will be swapped."""
        return _id_of(self._headers.get("HX-Target"))

    @property
    def trigger(self) -> str | None:
        """The id of the element that sent the request."""
        return _id_of(self._headers.get("HX-Source"))


class Htmx4Request(HtmxAwareRequest):  # type: ignore[misc]
    """Flask's request with `.htmx`, true when htmx sent it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.htmx = Htmx4Headers(self.headers)


class Htmx4(Htmx):  # type: ignore[misc]
    """The extension, with the request class for htmx 4."""

    def init_app(self, app: Flask) -> None:
        """Installs the request class."""
        super().init_app(app)
        app.request_class = Htmx4Request


def is_partial() -> bool:
    """Whether htmx asks for a part of a page (a boosted link wants the whole one)."""
    return bool(request.htmx) and not request.htmx.boosted  # type: ignore[attr-defined]


def events(response: Response, *names: str) -> Response:
    """Announces events to the page, such as `hazards-changed`."""
    if names:
        response.headers["HX-Trigger"] = json.dumps(dict.fromkeys(names, True))
    return response


def done(url: str, *names: str) -> Response:
    """The answer to a write: go there. 303 for a browser, a full navigation for htmx."""
    if is_partial():
        response = make_response("", 200)
        response.headers["HX-Redirect"] = url
    else:
        response = make_response(redirect(url, 303))
    return events(response, *names)


def _id_of(value: str | None) -> str | None:
    return value.rsplit("#", 1)[-1] if value else None
