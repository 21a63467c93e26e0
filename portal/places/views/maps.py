"""The maps of the room's pages."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from portal.kernel.geo.map_spec import MapLayer, MapSpec, RenderedMap
from portal.kernel.web.maps import draw, home_bounds, language, units_layer
from portal.kernel.web.state import app_session
from portal.places.forms import arguments
from portal.places.models import Place
from portal.places.queries import Chosen

NEAR_DEGREES = 0.006
"""About 600 m around a place."""

PICK = {"lon": "#lon", "lat": "#lat"}
LAYER, STYLE = "places.places", "places"

Bounds = tuple[float, float, float, float]


def list_map(asked: Chosen) -> RenderedMap:
    """The places of a list, over the divisions."""
    url = url_for("places.features", _external=False, **arguments(asked))
    return _drawn(_layer(url, detail="/places/{id}"), home_bounds(app_session()))


def place_map(place: Place) -> RenderedMap | None:
    """One place and what lies around it; None without a position."""
    if place.point is None:
        return None
    url = url_for("places.feature", public_id=place.public_id)
    return _drawn(_layer(url, detail=None), _around(place))


def picking_map(place: Place | None = None) -> RenderedMap:
    """The divisions to pick a position on; it goes into the form's `lon` and `lat`."""
    bounds = _around(place) if place is not None and place.point is not None else home_bounds(app_session())
    return draw(MapSpec("place", units_layer(app_session()), bounds, mode="pick", pick=PICK, locale=language()))


def _drawn(layer: MapLayer, bounds: Bounds) -> RenderedMap:
    return draw(MapSpec("places", (*units_layer(app_session()), layer), bounds, locale=language()))


def _layer(url: str, *, detail: str | None) -> MapLayer:
    return MapLayer(LAYER, gettext("Places"), url, "geojson", STYLE, detail=detail, refresh="places-changed")


def _around(place: Place) -> Bounds:
    west, south, east, north = place.point.bounds if place.point is not None else home_bounds(app_session())
    return west - NEAR_DEGREES, south - NEAR_DEGREES, east + NEAR_DEGREES, north + NEAR_DEGREES
