"""The maps of the room's pages."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from portal.kernel.geo.map_spec import MapLayer, MapSpec, RenderedMap
from portal.kernel.web.maps import draw, home_bounds, language, units_layer
from portal.kernel.web.state import app_session
from portal.risk.forms import arguments
from portal.risk.layers import HAZARDS
from portal.risk.models import Hazard
from portal.risk.queries import Chosen

NEAR_DEGREES = 0.006
"""About 600 m around a hazard."""

Bounds = tuple[float, float, float, float]


def list_map(asked: Chosen) -> RenderedMap:
    """The hazards of a list, over the divisions."""
    url = url_for("risk.features", _external=False, **arguments(asked))
    return _drawn(_layer(url, detail="/risk/hazards/{id}"), home_bounds(app_session()))


def hazard_map(hazard: Hazard) -> RenderedMap:
    """One hazard and what lies around it."""
    url = url_for("risk.feature", public_id=hazard.public_id)
    return _drawn(_layer(url, detail=None), _around(hazard))


def drawing_map(hazard: Hazard | None = None) -> RenderedMap:
    """The divisions to draw a hazard on; what is drawn goes into the form's `geometry`."""
    bounds = _around(hazard) if hazard else home_bounds(app_session())
    spec = MapSpec(
        "hazards", units_layer(app_session()), bounds, mode="draw", draw={"target": "#geometry"}, locale=language()
    )
    return draw(spec)


def _drawn(layer: MapLayer, bounds: Bounds) -> RenderedMap:
    return draw(MapSpec("hazards", (*units_layer(app_session()), layer), bounds, locale=language()))


def _layer(url: str, *, detail: str | None) -> MapLayer:
    title = gettext("Hazards")
    return MapLayer(HAZARDS.name, title, url, "geojson", HAZARDS.style, detail=detail, refresh="hazards-changed")


def _around(hazard: Hazard) -> Bounds:
    west, south, east, north = hazard.shape.bounds
    return west - NEAR_DEGREES, south - NEAR_DEGREES, east + NEAR_DEGREES, north + NEAR_DEGREES
