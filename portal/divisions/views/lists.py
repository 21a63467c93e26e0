"""The public pages of divisions: the list with its search, one division, and which division is here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext

from portal.divisions import queries
from portal.divisions.forms import HereForm
from portal.divisions.layers import UNITS
from portal.divisions.queries import Place, PublicUnit
from portal.divisions.rules import tree
from portal.divisions.views.blueprint import blueprint
from portal.kernel.access.permission import public
from portal.kernel.geo.map_spec import MapSpec, RenderedMap
from portal.kernel.geo.published import live_revision
from portal.kernel.web.htmx import is_partial
from portal.kernel.web.maps import draw, language, tile_layer
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import public_session, today

LONGEST_SEARCH = 100


@blueprint.get("")
@public
def index() -> str:
    """All divisions by town; with `?q=` those that a name or code finds."""
    at, wanted = at_or_today(), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    units = queries.public_units(public_session(), at)
    context: dict[str, object] = {"at": at, "q": wanted, "branches": tree(units)}
    if wanted:
        context["hits"] = queries.search_public(public_session(), wanted, at)
        context["names"] = {unit.public_id: unit.name for unit in units}
    return render_template("divisions/list.html", **context)


@blueprint.get("/<uuid:public_id>")
@public
def unit(public_id: uuid.UUID) -> str:
    """One division: a page, or the panel beside a map."""
    at, session = at_or_today(), public_session()
    found = queries.public_unit(session, public_id, at)
    above, below = queries.public_ancestors(session, found, at), queries.public_children(session, public_id, at)
    context = {"unit": found, "at": at, "ancestors": above, "children": below}
    if is_partial():
        return render_template("divisions/_unit.html", **context)
    context |= {"states": queries.public_states(session, public_id), "way": way_to(above)}
    return render_template("divisions/unit.html", map=unit_map(found, at), **context)


@blueprint.get("/here")
@public
def here() -> Response:
    """Which division a place lies in, in words."""
    at, form = at_or_today(), HereForm(request.args)
    asked = bool(request.args.keys() & {"lon", "lat"})
    answer = answer_for(form.place(), at) if asked and form.validate() else {"place": None}
    page = render_template("divisions/here.html", form=form, at=at, **answer)
    return make_response(page, 422 if form.errors else 200)


def way_to(above: Sequence[PublicUnit]) -> list[tuple[str, str]]:
    """Addresses and names from the list down to what lies above a unit, on the day asked for."""
    at = request.args.get("at")
    units = [(url_for(".unit", public_id=unit.public_id, at=at), unit.name) for unit in above]
    return [(url_for(".index", at=at), gettext("Divisions")), *units]


def answer_for(place: Place, at: dt.date) -> dict[str, object]:
    """The units that hold a place, the highest first, and how far the line of the last one is."""
    session = public_session()
    units = queries.public_units_here(session, place, at)
    return {
        "place": place,
        "units": units,
        "metres": queries.metres_to_line(session, units[-1], place) if units else None,
        "shapes_known": bool(units) or queries.shapes_published(session, at),
    }


def unit_map(found: PublicUnit, at: dt.date) -> RenderedMap | None:
    """The map of a unit's page; None when it has no shape."""
    bounds = queries.public_bounds(public_session(), found)
    revision = live_revision(public_session(), UNITS.name)
    if bounds is None or revision is None:
        return None
    layer = tile_layer(UNITS, revision, at="" if at == today() else at.isoformat())
    return draw(MapSpec("unit", (layer,), bounds.as_tuple(), locale=language()))
