"""Looking at places: the list, one of them, and both as GeoJSON for the map."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Response, make_response, render_template, request

from portal.divisions.queries import unit_choices
from portal.kernel.access.permission import needs
from portal.kernel.web.htmx import is_partial
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session, today
from portal.places import queries
from portal.places.catalogue import groups_on, kinds_on
from portal.places.forms import arguments, chosen
from portal.places.forms.choices import accessible, settings
from portal.places.permissions import EDIT, READ
from portal.places.queries import Chosen
from portal.places.views.blueprint import blueprint
from portal.places.views.maps import list_map, place_map

PAGE = 50
TOWNS = (4,)


@dataclass(frozen=True)
class Page:
    """Where in a long list a page stands."""

    number: int
    pages: int
    total: int


@blueprint.get("")
@needs(READ)
def places() -> str:
    """The places within one's divisions: counts, filters, the map and the list."""
    asked = chosen(request.args, at_or_today())
    counts = queries.kind_counts(app_session(), actor(), asked)
    page = _page(sum(counts.values()))
    rows = queries.places(app_session(), actor(), asked, limit=PAGE, offset=(page.number - 1) * PAGE)
    context = {"asked": asked, "at": asked.at, "kept": arguments(asked), "counts": counts}
    context["unassigned"] = queries.unassigned_count(app_session(), actor(), today()) if actor().may(EDIT) else 0
    return render_template(
        "places/places.html", map=list_map(asked), rows=rows, page=page, **context, **_offered(asked), **_words()
    )


@blueprint.get("/places.geojson")
@needs(READ)
def features() -> Response:
    """The places of the same filter for the map."""
    return _geojson(queries.place_features(app_session(), actor(), chosen(request.args, at_or_today())))


@blueprint.get("/<uuid:public_id>")
@needs(READ)
def place(public_id: uuid.UUID) -> str:
    """One place: a page, or the panel beside the map."""
    found = queries.place(app_session(), actor(), public_id)
    unit_name = queries.names_of(app_session(), [found], today())[found.id]
    template, drawn = ("places/_place.html", None) if is_partial() else ("places/place.html", place_map(found))
    return render_template(template, map=drawn, place=found, unit_name=unit_name, **_words())


@blueprint.get("/<uuid:public_id>.geojson")
@needs(READ)
def feature(public_id: uuid.UUID) -> Response:
    """One place for its map."""
    return _geojson(queries.place_feature(app_session(), actor(), public_id))


def _page(total: int) -> Page:
    pages = max(1, -(-total // PAGE))
    asked = request.args.get("page", 1, type=int)
    return Page(min(max(asked, 1), pages), pages, total)


def _offered(asked: Chosen) -> dict[str, object]:
    towns = unit_choices(app_session(), actor(), READ, asked.at, TOWNS)
    return {"towns": [(str(town.public_id), town.label) for town in towns], "groups": groups_on(today())}


def _words() -> dict[str, object]:
    names = {"settings": settings(), "accessible": accessible()}
    told = {name: {choice.value: choice.label for choice in choices} for name, choices in names.items()}
    return {"kinds": kinds_on(today()), "may_edit": actor().may(EDIT), **told}


def _geojson(text: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = "application/geo+json"
    response.headers["Cache-Control"] = "no-store"
    return response
