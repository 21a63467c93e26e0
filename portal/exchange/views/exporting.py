"""Lists out as files, and what the menu on a list offers."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Response, current_app, request, send_file, url_for
from flask_babel import get_locale

from portal.errors import TooManyTries
from portal.exchange import exports
from portal.exchange.exports import FORMATS, Format, Maker
from portal.exchange.service.exporting import record_export
from portal.exchange.views.blueprint import blueprint
from portal.kernel.access.permission import ANYONE, public
from portal.kernel.contracts.exporting import Asked, Exporter
from portal.kernel.geo.crs import DeclaredCrs
from portal.kernel.geo.published import bounds_of, live_revision
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate
from portal.kernel.web.guard import admit
from portal.kernel.web.maps import BASE_LAYER
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session, current_actor, now, public_session

AT_ONCE = 3
"""Files that one process writes at the same time: each takes a processor."""

PATIENCE_SECONDS = 20

NO_FILTER = frozenset({"crs", "lang", "at", "page", "before", "view"})
"""Arguments of a page that narrow nothing down."""

_places = threading.BoundedSemaphore(AT_ONCE)


@blueprint.get("/export/<room>/<name>")
@public
def export(room: str, name: str) -> Response:
    """One list as a file, in the filter of its page. Open to anyone who may see the list: the exporter says who."""
    things, _, ending = name.partition(".")
    exporter = exports.exporter_named(f"{room}:{things}")
    admit(exporter.permission or ANYONE, current_actor())
    form = exports.format_named(ending, exporter)
    crs = exports.system_asked(request.args.get("crs", ""), form)
    with _place(), tempfile.TemporaryDirectory(prefix="anjie-export-") as folder:
        return _answer(exporter, form, crs, Path(folder))


def _answer(exporter: Exporter, form: Format, crs: DeclaredCrs, folder: Path) -> Response:
    """The file is opened before its folder goes, so that nothing of it stays behind whatever becomes of the request."""
    asked = Asked(_narrowing(), at_or_today(), str(get_locale()))
    made = exports.make(_maker(exporter, crs), exporter, form, asked, folder)
    if exporter.permission is not None:
        record_export(app_session(), actor(), exporter.key, asked, made.name, made.count)
    response = send_file(
        made.path.open("rb"),
        mimetype=form.media_type,
        as_attachment=True,
        download_name=made.name,
        conditional=False,
        etag=False,
    )
    response.content_length = made.path.stat().st_size
    response.headers["Cache-Control"] = "no-cache" if exporter.permission is None else "no-store"
    return response


def _maker(exporter: Exporter, crs: DeclaredCrs) -> Maker:
    """A public list is read by the role that sees nothing else, whoever asks."""
    district = current_app.extensions["anjie_site"]().district_name
    if exporter.permission is None:
        return Maker(public_session(), None, district, now(), crs)
    return Maker(app_session(), actor(), district, now(), crs)


def _narrowing() -> dict[str, str]:
    return {key: value for key, value in request.args.items() if value and key not in NO_FILTER}


@contextmanager
def _place() -> Iterator[None]:
    """One of the places for writing a file. Raises `TooManyTries` when none becomes free."""
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        busy = text("Several files are being written at the moment. Please try again in a minute.")
        raise TooManyTries(busy, seconds=60)
    try:
        yield
    finally:
        _places.release()


@dataclass(frozen=True)
class Offer:
    """What the export menu of a list shows: tables, and maps with the systems to choose from."""

    key: str
    tables: list[tuple[str, str]]
    maps: list[tuple[str, str]]
    systems: list[tuple[str, str]]

    @property
    def id(self) -> str:
        """For the ids of the page."""
        return self.key.replace(":", "-")


def offered(key: str) -> Offer | None:
    """The menu for the exporter of a key; None when this reader may not export the list."""
    exporter = exports.exporters().get(key)
    if exporter is None or not _may(exporter):
        return None
    forms = [form for form in FORMATS if exporter.has_shape or not form.shaped]
    systems = exports.systems_of(bounds_of(live_revision(public_session(), BASE_LAYER))) if exporter.has_shape else []
    return Offer(
        key,
        [(_address(key, form), translate(form.title)) for form in forms if not form.projected],
        [(_address(key, form), translate(form.title)) for form in forms if form.projected],
        [(crs.key, f"{crs.label} ({crs.key})") for crs in systems],
    )


def _may(exporter: Exporter) -> bool:
    reader = current_actor()
    return exporter.permission is None or (reader is not None and reader.may(exporter.permission))


def _address(key: str, form: Format) -> str:
    room, _, things = key.partition(":")
    # The form of the menu sends the day itself, where the page goes by it: `keep_shown_day`.
    return url_for("exchange.export", room=room, name=f"{things}.{form.ending}", at=None)


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {"export_offer": offered}
