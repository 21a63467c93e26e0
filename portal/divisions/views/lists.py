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
from portal.divisions.permissions import READ_CHANGES
from portal.divisions.queries import Place, PublicUnit
from portal.divisions.rules import tree
from portal.divisions.rules.story import code_spans
from portal.divisions.views.blueprint import blueprint
from portal.errors import NotFound
from portal.kernel.access.permission import public
from portal.kernel.geo.map_spec import MapSpec, RenderedMap
from portal.kernel.geo.published import live_revision
from portal.kernel.i18n.text import text
from portal.kernel.web.htmx import is_partial
from portal.kernel.web.maps import draw, language, tile_layer
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session, current_actor, public_session

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
def unit(public_id: uuid.UUID) -> str | Response:
    """One division: a page, or the panel beside a map."""
    at, session = at_or_today(), public_session()
    states = queries.public_states(session, public_id)
    found = next((state for state in states if state.span.holds(at)), None)
    if found is None:
        return elsewhen(states, at)
    above, below = queries.public_ancestors(session, found, at), queries.public_children(session, public_id, at)
    context = {"unit": found, "at": at, "ancestors": above, "children": below}
    if is_partial():
        return render_template("divisions/_unit.html", **context)
    context |= {"way": way_to(above), "map": unit_map(found)} | told(states)
    return render_template("divisions/unit.html", **context)


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
    units = [(url_for(".unit", public_id=unit.public_id), unit.name) for unit in above]
    return [(url_for(".index"), gettext("Divisions")), *units]


def elsewhen(states: Sequence[PublicUnit], at: dt.date) -> Response:
    """That a division is not there on the day, what became of it, and the ways to when it was; `NotFound` for none."""
    if not states:
        raise NotFound(text("There is no such division."))
    shown = states[0] if at < states[0].span.start else states[-1]
    context = {"unit": shown, "states": states, "at": at, "sentence": queries.elsewhen(states, at)}
    template = "divisions/dates/_elsewhen.html" if is_partial() else "divisions/dates/elsewhen.html"
    return make_response(render_template(template, **context), 404)


def told(states: Sequence[PublicUnit]) -> dict[str, object]:
    """The history of a division; staff who may read change files see its corrections too, which are another history."""
    somebody = current_actor()
    may = somebody is not None and somebody.may(READ_CHANGES)
    return {
        "story": queries.public_story(public_session(), states),
        "code_spans": code_spans(states),
        "corrections": queries.corrections(app_session(), actor(), states[0].public_id) if may else None,
    }


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


def unit_map(found: PublicUnit) -> RenderedMap | None:
    """The map of a unit's page; None when it has no shape."""
    bounds = queries.public_bounds(public_session(), found)
    revision = live_revision(public_session(), UNITS.name)
    if bounds is None or revision is None:
        return None
    return draw(MapSpec("unit", (tile_layer(UNITS, revision),), bounds.as_tuple(), locale=language()))
