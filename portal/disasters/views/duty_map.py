"""The duty map, and the reports as GeoJSON for it."""

from __future__ import annotations

from flask import Response, jsonify, make_response, render_template, request

from portal.disasters import queries
from portal.disasters.forms import DutyFilterForm
from portal.disasters.permissions import REPORT_READ
from portal.disasters.queries.duty import Position
from portal.disasters.views.blueprint import WORDS, blueprint
from portal.disasters.views.listing import duty_listing
from portal.disasters.views.maps import LAYER, reports_map
from portal.disasters.views.reports import page_number, page_url
from portal.kernel.access.permission import needs
from portal.kernel.web.maps import draw
from portal.kernel.web.state import actor, app_session


@blueprint.get("/duty-map")
@needs(REPORT_READ)
def duty_map() -> Response:
    """The district's shapes, the reports on them, and the same reports as a list beside."""
    form = DutyFilterForm(request.args)
    wanted = form.wanted()
    listing = duty_listing(wanted, page_number())
    where = {place.public_id: place for place in queries.positions(app_session(), actor(), REPORT_READ, wanted)}
    context = {"form": form, "listing": listing, "where": where, "url_of": page_url(form, ".duty_map"), "layer": LAYER}
    drawn = draw(reports_map("duty", form.asked()))
    page = render_template("disasters/duty_map.html", map=drawn, **context, **WORDS)
    return make_response(page, 422 if form.errors else 200)


@blueprint.get("/reports.geojson")
@needs(REPORT_READ)
def reports_geojson() -> Response:
    """The reports that have a place, filtered as the list is; degrees in CGCS2000, x = east."""
    found = queries.positions(app_session(), actor(), REPORT_READ, DutyFilterForm(request.args).wanted())
    response = jsonify(type="FeatureCollection", features=[feature(place) for place in found])
    response.mimetype = "application/geo+json"
    response.headers["Cache-Control"] = "no-store"
    return response


def feature(place: Position) -> dict[str, object]:
    """One report as the map wants it."""
    point = {"type": "Point", "coordinates": [round(place.lon, 6), round(place.lat, 6)]}
    properties = {
        "id": str(place.public_id),
        "name": place.unit_name,
        "event": place.event_name,
        "status": place.state,
        "mode": place.mode,
    }
    return {"type": "Feature", "geometry": point, "properties": properties}
