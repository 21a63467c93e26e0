"""Looking at hazards: the list, one of them, and both as GeoJSON for the map."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from flask import Response, make_response, render_template, request

from portal.divisions.queries import unit_choices
from portal.kernel.access.permission import needs
from portal.kernel.web.htmx import is_partial
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session, today
from portal.risk import queries
from portal.risk.catalogue import in_force
from portal.risk.forms import arguments, chosen
from portal.risk.forms.choices import levels, types
from portal.risk.models import Hazard
from portal.risk.permissions import EDIT, READ
from portal.risk.queries import Chosen
from portal.risk.rules import stray_m
from portal.risk.views.blueprint import blueprint
from portal.risk.views.maps import hazard_map, list_map

PAGE = 50
TOWNS = (4,)


@dataclass(frozen=True)
class Page:
    """Where in a long list a page stands."""

    number: int
    pages: int
    total: int


@blueprint.get("/hazards")
@needs(READ)
def hazards() -> str:
    """The hazards within one's divisions: counts by level, filters, the map and the list."""
    asked = chosen(request.args, at_or_today())
    counts = queries.level_counts(app_session(), actor(), replace(asked, level=""))
    page = _page(counts[asked.level] if asked.level else sum(counts.values()))
    rows = queries.hazards(app_session(), actor(), asked, limit=PAGE, offset=(page.number - 1) * PAGE)
    context = {"asked": asked, "at": asked.at, "kept": arguments(asked), "counts": counts}
    context["unassigned"] = queries.unassigned_count(app_session(), actor(), today()) if actor().may(EDIT) else 0
    return render_template(
        "risk/hazards.html", map=list_map(asked), rows=rows, page=page, **context, **_offered(asked), **_words()
    )


@blueprint.get("/hazards.geojson")
@needs(READ)
def features() -> Response:
    """The hazards of the same filter for the map."""
    return _geojson(queries.hazard_features(app_session(), actor(), chosen(request.args, at_or_today())))


@blueprint.get("/hazards/<uuid:public_id>")
@needs(READ)
def hazard(public_id: uuid.UUID) -> str:
    """One hazard: a page, or the panel beside the map."""
    found = queries.hazard(app_session(), actor(), public_id)
    template, drawn = ("risk/_hazard.html", None) if is_partial() else ("risk/hazard.html", hazard_map(found))
    return render_template(template, map=drawn, **_told(found), **_words())


@blueprint.get("/hazards/<uuid:public_id>.geojson")
@needs(READ)
def feature(public_id: uuid.UUID) -> Response:
    """One hazard for its map."""
    return _geojson(queries.hazard_feature(app_session(), actor(), public_id))


def _page(total: int) -> Page:
    pages = max(1, -(-total // PAGE))
    asked = request.args.get("page", 1, type=int)
    return Page(min(max(asked, 1), pages), pages, total)


def _offered(asked: Chosen) -> dict[str, object]:
    towns = unit_choices(app_session(), actor(), READ, asked.at, TOWNS)
    return {
        "types": [(choice.value, choice.label) for choice in types()],
        "levels": [(choice.value, choice.label) for choice in levels()],
        "towns": [(str(town.public_id), town.label) for town in towns],
    }


def _told(found: Hazard) -> dict[str, object]:
    session = app_session()
    territory = queries.territory_of(session, found)
    return {
        "hazard": found,
        "unit_name": queries.names_of(session, [found], today())[found.id],
        "territory": territory,
        "stray_m": stray_m(found.shape, territory.shape) if territory else None,
    }


def _words() -> dict[str, object]:
    return {"catalogue": in_force(today()), "may_edit": actor().may(EDIT)}


def _geojson(text: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = "application/geo+json"
    response.headers["Cache-Control"] = "no-store"
    return response
