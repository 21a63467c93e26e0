"""Looking at hazards: the list, one of them, and both as GeoJSON for the map."""

from __future__ import annotations

import uuid
from dataclasses import replace

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
from portal.risk.rules import stray_m
from portal.risk.views.blueprint import blueprint
from portal.risk.views.maps import hazard_map, list_map

PAGE = 50
TOWNS = (4,)


@blueprint.get("")
@needs(READ)
def hazards() -> str:
    """The hazards within one's divisions: counts by level, filters, the map and the list."""
    session, at = app_session(), at_or_today()
    asked = chosen(request.args, at)
    counts = queries.level_counts(session, actor(), replace(asked, level=""))
    total = counts[asked.level] if asked.level else sum(counts.values())
    pages = max(1, -(-total // PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    rows = queries.hazards(session, actor(), asked, limit=PAGE, offset=(number - 1) * PAGE)
    context = {
        "asked": asked,
        "counts": counts,
        "rows": rows,
        "total": total,
        "number": number,
        "pages": pages,
        "at": at,
    }
    offered = {"types": types(), "levels": levels(), "towns": unit_choices(session, actor(), READ, at, TOWNS)}
    kept = arguments(asked, today())
    return render_template("risk/hazards.html", map=list_map(asked), kept=kept, **context, **offered, **_words())


@blueprint.get(".geojson")
@needs(READ)
def features() -> Response:
    """The hazards of the same filter for the map."""
    return _geojson(queries.hazard_features(app_session(), actor(), chosen(request.args, at_or_today())))


@blueprint.get("/<uuid:public_id>")
@needs(READ)
def hazard(public_id: uuid.UUID) -> str:
    """One hazard: a page, or the panel beside the map."""
    found = queries.hazard(app_session(), actor(), public_id)
    template, drawn = ("risk/_hazard.html", None) if is_partial() else ("risk/hazard.html", hazard_map(found))
    return render_template(template, map=drawn, **_told(found), **_words())


@blueprint.get("/<uuid:public_id>.geojson")
@needs(READ)
def feature(public_id: uuid.UUID) -> Response:
    """One hazard for its map."""
    return _geojson(queries.hazard_feature(app_session(), actor(), public_id))


def _told(found: Hazard) -> dict[str, object]:
    session = app_session()
    territory = queries.territory_of(session, found)
    return {
        "hazard": found,
        "unit_name": queries.names_of(session, [found], today())[found.id],
        "stray_m": stray_m(found.shape, territory) if territory is not None else None,
    }


def _words() -> dict[str, object]:
    return {"catalogue": in_force(today()), "may_edit": actor().may(EDIT)}


def _geojson(text: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = "application/geo+json"
    response.headers["Cache-Control"] = "no-store"
    return response
