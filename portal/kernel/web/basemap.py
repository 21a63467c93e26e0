"""The operator's base map on pages: its address for the browser, and the file itself in ranges."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, send_file, url_for

from portal.errors import NotFound
from portal.kernel.access.permission import public
from portal.kernel.geo.basemap import BaseMap, declared
from portal.kernel.geo.map_spec import MapBase
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import translate
from portal.kernel.web.dates import dateless
from portal.kernel.web.state import current_actor
from portal.settings import Settings

blueprint = Blueprint("basemap", __name__)
EXTENSION = "anjie_basemap"
MIMETYPE = "application/vnd.pmtiles"
DAY_S, YEAR_S = 86_400, 31_536_000


def init_app(app: Flask, settings: Settings) -> None:
    """Reads the declaration once; raises `Misconfigured` when it is wrong."""
    app.extensions[EXTENSION] = declared(settings)
    app.register_blueprint(blueprint)
    app.context_processor(lambda: {"base_map": base_of_page() is not None})


def base_of_page() -> MapBase | None:
    """The base map for this request's maps; None without one, and where this visitor may not see it."""
    base = base_for_visitor()
    if base is None:
        return None
    archive = base.archive()
    if base.file is not None and archive is None:
        return None
    return MapBase(
        url=url_for("basemap.archive", token=archive.token) if archive else base.address,
        source="archive" if base.is_archive else "tiles",
        picture=base.picture,
        attribution=attribution(base),
        max_zoom=base.max_zoom,
    )


def base_for_visitor() -> BaseMap | None:
    """The declared base map where it may be shown: to anyone once it was reviewed, else to staff."""
    base: BaseMap | None = current_app.extensions.get(EXTENSION)
    actor = current_actor()
    staff = actor is not None and not actor.must_change_password
    return base if base is not None and (base.public or staff) else None


def attribution(base: BaseMap) -> str:
    """Its source, and the number of its review or that it has none."""
    reviewed = text("Base map approval number: %(number)s", number=base.approval)
    internal = text("Base map not reviewed, for internal use only")
    worth: Text = reviewed if base.approval else internal
    return " · ".join(part for part in (base.attribution, translate(worth)) if part)


@blueprint.get("/basemap/<token>.pmtiles")
@public
@dateless
def archive(token: str) -> Response:
    """Ranges of the file; one that was not reviewed answers staff only, and an older file's address nobody."""
    base = base_for_visitor()
    opened = base.archive() if base else None
    if base is None or opened is None or token != opened.token:
        raise NotFound(text("There is no such map."))
    response = send_file(opened.path, mimetype=MIMETYPE, conditional=True, etag=token, last_modified=None)
    lasting = f"public, max-age={YEAR_S}" if base.public else f"private, max-age={DAY_S}"
    response.headers["Cache-Control"] = f"{lasting}, immutable"
    return response
