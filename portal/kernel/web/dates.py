"""The day a reader looks at: `?at=YYYY-MM-DD`, carried by every link of the site and told on every page.

It is kept in addresses alone, so that a link that is sent to somebody shows the same day. `url_for` adds it to every
page that can be opened by a link; `keep_day()` does the same for forms that ask by GET, whose own fields replace what
stands in their address. A page that asks for its date here knows dates; any other shows today, and the strip says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import get_locale
from markupsafe import Markup

from portal.errors import BadInput
from portal.kernel.i18n.text import text
from portal.kernel.i18n.words import written_day
from portal.kernel.web.state import today

View = TypeVar("View", bound=Callable[..., Any])

NAME = "at"
FORGOTTEN = frozenset({NAME, "lang", "page", "before"})
"""Arguments that mean nothing any more on another day, or are kept elsewhere."""


@dataclass(frozen=True)
class ShownDay:
    """What the frame of a page says of the day. `chosen` is one other than today."""

    chosen: dt.date | None
    known: bool
    """Whether the page goes by it."""
    own: bool
    """Whether the page has dates of its own instead."""
    offered: bool
    """Whether this address can be asked for another day."""
    value: dt.date
    path: str
    kept: tuple[tuple[str, str], ...]
    back: str
    home: str
    """The start page on the same day."""
    words: str


def init_app(app: Flask) -> None:
    """Lets links, forms and templates know of the day."""
    app.url_defaults(_carry)
    app.jinja_env.globals.update(keep_day=keep_day, keep_shown_day=keep_shown_day)
    app.context_processor(lambda: {"shown_day": shown_day()})


def dateless(view: View) -> View:
    """Declares that no link to this view carries a day: it is no page, or one before which nobody is known."""
    view.dateless = True  # type: ignore[attr-defined]
    return view


def asked_date() -> dt.date | None:
    """`?at=YYYY-MM-DD`, or None for today; raises `BadInput` for anything else. A page that asks here knows dates."""
    g.knows_dates = True
    raw = request.args.get(NAME, "").strip()
    return _day(raw) if raw else None


def at_or_today() -> dt.date:
    """The date a page speaks of."""
    return asked_date() or today()


def own_dates() -> None:
    """Says that the page has dates of its own, such as two to compare, so that the strip does not call them today."""
    g.own_dates = True


def chosen_day() -> dt.date | None:
    """The day that links carry on: the asked one unless it is today; None too for what is no date."""
    raw = request.args.get(NAME, "").strip() if has_request_context() else ""
    try:
        day = _day(raw) if raw else None
    except BadInput:
        return None
    return day if day != today() else None


def chosen_for_page() -> dt.date | None:
    """The day that the page really shows, None for today; a page that knows no dates shows today."""
    return chosen_day() if g.get("knows_dates") else None


def keep_day() -> Markup:
    """The hidden field of a GET form that leads to another page."""
    return _field(chosen_day())


def keep_shown_day() -> Markup:
    """The hidden field of a form that asks for what this page shows as a file."""
    return _field(chosen_for_page())


def shown_day() -> ShownDay:
    """The day as the frame of the page tells it; never raises, for it stands on pages of errors too."""
    chosen = chosen_day()
    kept = tuple(
        (name, value) for name, value in request.args.items(multi=True) if name not in FORGOTTEN and value.isprintable()
    )
    return ShownDay(
        chosen=chosen,
        known=bool(g.get("knows_dates")),
        own=bool(g.get("own_dates")),
        offered=request.endpoint is not None and _carries(request.endpoint),
        value=chosen or today(),
        path=request.path,
        kept=kept,
        back=request.path + (f"?{urlencode(kept)}" if kept else ""),
        home=f"/?{NAME}={chosen}" if chosen else "/",
        words=written_day(chosen, str(get_locale())) if chosen else "",
    )


def _carry(endpoint: str, values: dict[str, Any]) -> None:
    """Adds the day to an address that is being made; `at=None` asks for today on purpose."""
    if NAME not in values and (day := chosen_day()) is not None and _carries(endpoint):
        values[NAME] = day.isoformat()


def _carries(endpoint: str) -> bool:
    view = current_app.view_functions.get(endpoint)
    if view is None or endpoint == "static" or getattr(view, "dateless", False):
        return False
    return any("GET" in (rule.methods or ()) for rule in current_app.url_map.iter_rules(endpoint))


def _day(raw: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(raw)
        if day.isoformat() != raw:
            raise ValueError(raw)  # Python reads weeks too, which no link of ours would carry on.
        return day
    except ValueError as error:
        raise BadInput(text("The date %(value)s is not of the form 2024-05-31.", value=raw[:40])) from error


def _field(day: dt.date | None) -> Markup:
    return Markup('<input type="hidden" name="at" value="{}">').format(day.isoformat()) if day else Markup("")
