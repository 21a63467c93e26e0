"""Looking at the register: the list, one name with its history, and both as GeoJSON for the map."""

from __future__ import annotations

import uuid

from flask import Response, render_template, request

from portal.divisions.queries import unit_choices
from portal.kernel.access.permission import needs
from portal.kernel.web.htmx import is_partial
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import actor, app_session
from portal.toponyms.forms.chosen import arguments, chosen
from portal.toponyms.permissions import READ
from portal.toponyms.queries import applications
from portal.toponyms.queries import names as queries
from portal.toponyms.views.blueprint import blueprint, crumbs
from portal.toponyms.views.maps import list_map, name_map
from portal.toponyms.views.shown import PAGE, geojson, page_of

TOWNS = (4,)


@blueprint.get("")
@needs(READ)
def names() -> str:
    """The standard names within one's divisions: counts, filters, the map and the list."""
    session, asked = app_session(), chosen(request.args, at_or_today())
    counts = queries.kind_counts(session, actor(), asked)
    page = page_of(sum(counts.values()))
    towns = unit_choices(session, actor(), READ, asked.at, TOWNS)
    return render_template(
        "toponyms/names.html",
        map=list_map(asked),
        rows=queries.names(session, actor(), asked, limit=PAGE, offset=page.offset),
        page=page,
        asked=asked,
        at=asked.at,
        kept=arguments(asked),
        counts=counts,
        towns=[(str(town.public_id), town.label) for town in towns],
    )


@blueprint.get("/names.geojson")
@needs(READ)
def features() -> Response:
    """The names of the same filter for the map."""
    return geojson(queries.name_features(app_session(), actor(), chosen(request.args, at_or_today())))


@blueprint.get("/<uuid:public_id>")
@needs(READ)
def name(public_id: uuid.UUID) -> str:
    """One name on a day: a page, or the panel beside the map."""
    session, at = app_session(), at_or_today()
    row = queries.name_at(session, actor(), public_id, at)
    if is_partial():
        return render_template("toponyms/_name.html", row=row)
    return render_template(
        "toponyms/name.html",
        row=row,
        at=at,
        way=crumbs(),
        map=name_map(row),
        versions=list(reversed(queries.versions_of(session, actor(), public_id))),
        replaced=queries.replaced_rows(session, row.version.name_id),
        files=applications.of_name(session, actor(), row.version.name_id),
    )


@blueprint.get("/<uuid:public_id>.geojson")
@needs(READ)
def feature(public_id: uuid.UUID) -> Response:
    """One name for its map."""
    row = queries.name_at(app_session(), actor(), public_id, at_or_today())
    return geojson(queries.name_feature(app_session(), row))
