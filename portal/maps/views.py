"""Pages of the maps room: the public risk map and its table, a published hazard, and publishing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext

from portal.divisions.layers import UNITS
from portal.errors import NotFound
from portal.kernel.access.permission import needs, public
from portal.kernel.geo.layer import Layer
from portal.kernel.geo.map_spec import MapLayer, MapSpec, RenderedMap
from portal.kernel.geo.models import Record, Revision
from portal.kernel.geo.published import live_revisions, record
from portal.kernel.i18n.text import text
from portal.kernel.web.forms import show_form
from portal.kernel.web.htmx import done, is_partial
from portal.kernel.web.maps import draw, home_bounds, language, tile_layer
from portal.kernel.web.once import once
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session, now, public_session
from portal.maps import queries, service
from portal.maps.forms import PublishForm, WithdrawForm
from portal.maps.permissions import PUBLISH
from portal.places.layers import SHELTERS
from portal.risk.layers import HAZARDS

blueprint = Blueprint("maps", __name__)

BY_HAND = (HAZARDS, SHELTERS)
"""The layers that a publisher publishes; the first unless another is asked for."""


@blueprint.get("/")
@public
def home() -> str:
    """The public risk map, or the same content as a table with `?view=list`."""
    at = at_or_today()
    level = request.args.get("level", "") if request.args.get("level") in queries.LEVELS else ""
    live = live_revisions(public_session())
    context = {
        "level": level,
        "hazards": queries.public_hazards(public_session(), at, level),
        "shelters": queries.public_shelters(public_session(), at),
        "counts": queries.level_counts(public_session(), at),
        "revision": live.get(HAZARDS.name),
        "shelter_revision": live.get(SHELTERS.name),
    }
    if request.args.get("view") == "list":
        return render_template("maps/list.html", **context)
    return render_template("maps/home.html", map=home_map(), **context)


@blueprint.get("/hazards/<uuid:public_id>")
@public
def hazard(public_id: uuid.UUID) -> str:
    """One published hazard: a page, or the panel beside the map."""
    at = at_or_today()
    found = record(public_session(), HAZARDS.name, public_id, at)
    template = "maps/_hazard.html" if is_partial() else "maps/hazard.html"
    return render_template(template, hazard=found, map=hazard_map(found))


@blueprint.get("/shelters/<uuid:public_id>")
@public
def shelter(public_id: uuid.UUID) -> str:
    """One published shelter or donation point: a page, or the panel beside the map."""
    at = at_or_today()
    found = record(public_session(), SHELTERS.name, public_id, at)
    template = "maps/_shelter.html" if is_partial() else "maps/shelter.html"
    return render_template(template, shelter=found, map=hazard_map(found))


@blueprint.route("/publish", methods=["GET", "POST"])
@needs(PUBLISH)
@once
def publish() -> Response:
    """What the public would see differently, the legal fields, and the one button that publishes."""
    form, layer = PublishForm(), _asked_layer()
    if form.validate_on_submit():
        with form.catching():
            revision = service.publish(app_session(), actor(), layer, form.command(), now())
            said = gettext("Published. Visitors see edition %(edition)s from now on.", edition=revision.number)
            flash(said, "success")
            return done(url_for(".publish", layer=_named(layer)), "map-published")
    return show_form("maps/publish.html", form, **_publishing(layer, WithdrawForm()))


@blueprint.post("/publish/withdraw")
@needs(PUBLISH)
@once
def withdraw() -> Response:
    """Takes the public edition away at once."""
    form, layer = WithdrawForm(), _asked_layer()
    if form.validate_on_submit():
        with form.catching():
            service.withdraw(app_session(), actor(), layer, form.note.data or "")
            flash(gettext("Withdrawn. The public map no longer shows it."), "success")
            return done(url_for(".publish", layer=_named(layer)), "map-published")
    page = render_template("maps/publish.html", form=PublishForm(), **_publishing(layer, form))
    return make_response(page, form.status)


def home_map() -> RenderedMap:
    """The map of the home page: divisions, and hazards and shelters once published."""
    return draw(MapSpec("home", _layers(), home_bounds(public_session()), locale=language()))


def hazard_map(found: Record) -> RenderedMap | None:
    """A small map around one published thing, for its own page."""
    if is_partial() or found.lon is None or found.lat is None:
        return None
    near = 0.01
    bounds = (found.lon - near, found.lat - near, found.lon + near, found.lat + near)
    return draw(MapSpec("hazard", _layers(), bounds, locale=language()))


def _layers() -> tuple[MapLayer, ...]:
    live = live_revisions(public_session())
    return tuple(tile_layer(layer, live[layer.name]) for layer in (UNITS, SHELTERS, HAZARDS) if layer.name in live)


def _asked_layer() -> Layer:
    """The layer to publish, as the address names it."""
    asked = request.args.get("layer") or HAZARDS.name
    for layer in BY_HAND:
        if layer.name == asked:
            return layer
    raise NotFound(text("There is no such map."))


def _named(layer: Layer) -> str | None:
    """The layer in an address; the first goes without saying."""
    return None if layer is BY_HAND[0] else layer.name


def _publishing(layer: Layer, withdrawal: WithdrawForm) -> dict[str, object]:
    session = app_session()
    rows = list(layer.rows(session))
    live: Revision | None = live_revisions(session).get(layer.name)
    history: Sequence[object] = queries.publications(session, actor())
    changes = queries.pending_changes(session, layer, rows)
    offered = [(one, url_for(".publish", layer=_named(one))) for one in BY_HAND]
    shown = {"layer": layer, "layers": offered, "address": {"layer": _named(layer)}}
    return {"withdrawal": withdrawal, "live": live, "changes": changes, "total": len(rows), "history": history, **shown}
