"""What every template may use: the site, the navigation, the language, assets with their content in the address."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from flask_babel import get_locale

from portal.kernel.contracts.room import NavItem
from portal.kernel.i18n.translate import COOKIE, LOCALES, pick, translate
from portal.kernel.web import dates
from portal.kernel.web.dates import asked_date, at_or_today
from portal.kernel.web.state import current_actor, house, today

__all__ = ["NavLink", "asked_date", "asset", "at_or_today", "init_app"]


@dataclass(frozen=True)
class NavLink:
    """One link of the navigation as the template shows it; `below` are those of its second row."""

    label: str
    url: str
    current: bool
    below: tuple[NavLink, ...] = ()


def init_app(app: Flask) -> None:
    """Registers context, filters, the day that links carry and the language switch."""
    dates.init_app(app)
    app.context_processor(_context)
    app.add_template_filter(translate, "text")
    app.add_template_filter(pick, "pick")
    app.after_request(_keep_language)


def asset(name: str) -> str:
    """The address of a static file; its content's hash lets browsers keep it for ever."""
    folder = Path(current_app.static_folder or "")
    stamp = (folder / name).stat().st_mtime_ns
    return url_for("static", filename=name, v=_digest(str(folder / name), stamp))


@lru_cache(maxsize=256)
def _digest(path: str, _stamp: int) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(Path(path).read_bytes()).digest()[:9]).decode()


def _context() -> dict[str, object]:
    return {
        "asset": asset,
        "actor": current_actor(),
        "nav": _nav(),
        "current_locale": str(get_locale()),
        "languages": LOCALES,
        "site": current_app.extensions["anjie_site"](),
        "today": today(),
    }


def _nav() -> list[NavLink]:
    somebody = current_actor()
    items = [item for room in house().rooms for item in room.nav]
    open_to = [item for item in items if item.permission is None or (somebody and somebody.may(item.permission))]
    paths = {item.endpoint: url_for(item.endpoint, at=None) for item in open_to}
    # Of two that lead here, such as /divisions and /divisions/map, the longer says where one is.
    here = max((path for path in paths.values() if _leads_here(path)), key=len, default=None)
    links = [(item, _link(item, here == paths[item.endpoint])) for item in open_to]
    return [_with_subjects(item, link, links) for item, link in links if item.under is None]


def _link(item: NavItem, current: bool) -> NavLink:
    return NavLink(translate(item.label), url_for(item.endpoint), current)


def _with_subjects(item: NavItem, link: NavLink, links: Sequence[tuple[NavItem, NavLink]]) -> NavLink:
    below = tuple(one for other, one in links if other.under == item.endpoint)
    return replace(link, current=link.current or any(one.current for one in below), below=below)


def _leads_here(path: str) -> bool:
    return request.path == path or (path != "/" and request.path.startswith(f"{path}/"))


def _keep_language(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LOCALES and response.mimetype == "text/html":
        secure = house().settings.tls
        response.set_cookie(COOKIE, asked, max_age=31536000, samesite="Lax", secure=secure, httponly=True)
    return response
