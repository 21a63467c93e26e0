"""Maps of the room: picking a place, and the duty map."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext

from portal.kernel.geo.map_spec import MapLayer, MapSpec
from portal.kernel.web.maps import home_bounds, language, units_layer
from portal.kernel.web.state import app_session

PICK = {"lon": "#lon", "lat": "#lat", "accuracy": "#accuracy"}
LAYER = "disasters.reports"


def place_map() -> MapSpec:
    """The district, to show where it happened."""
    session = app_session()
    return MapSpec("place", units_layer(session), home_bounds(session), mode="pick", pick=PICK, locale=language())


def reports_map(map_id: str, asked: dict[str, Any]) -> MapSpec:
    """The district with the reports that are asked for, by state."""
    session = app_session()
    layer = MapLayer(
        name=LAYER,
        title=gettext("Disaster reports"),
        url=url_for("disasters.reports_geojson", **asked),
        source="geojson",
        style="reports",
        detail="/reports/{id}",
        refresh="reports-changed",
    )
    return MapSpec(map_id, (*units_layer(session), layer), home_bounds(session), locale=language())
