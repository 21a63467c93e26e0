"""The maps of the room's pages."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.map_spec import MapLayer, MapSpec, RenderedMap
from portal.kernel.web.maps import draw, home_bounds, language, units_layer
from portal.kernel.web.state import app_session
from portal.toponyms.forms.chosen import arguments
from portal.toponyms.queries.names import Chosen, NameRow

NEAR_DEGREES = 0.006
"""About 600 m around a name."""

Bounds = tuple[float, float, float, float]


def list_map(asked: Chosen) -> RenderedMap:
    """The names of a list, over the divisions."""
    url = url_for("toponyms.features", _external=False, **arguments(asked))
    return _drawn(_layer(url, detail="/toponyms/{id}"), home_bounds(app_session()))


def name_map(row: NameRow) -> RenderedMap | None:
    """One name and what lies around it; None without a position."""
    if row.version.shape is None:
        return None
    url = url_for("toponyms.feature", public_id=row.public_id, at=row.version.valid_from.isoformat())
    return _drawn(_layer(url, detail=None), _around(row.version.shape))


def drawing_map(shape: BaseGeometry | None = None) -> RenderedMap:
    """The divisions to draw a name on; what is drawn goes into the form's `geometry`."""
    bounds = _around(shape) if shape is not None else home_bounds(app_session())
    target = {"target": "#geometry"}
    return draw(MapSpec("toponym", units_layer(app_session()), bounds, mode="draw", draw=target, locale=language()))


def _drawn(layer: MapLayer, bounds: Bounds) -> RenderedMap:
    return draw(MapSpec("toponyms", (*units_layer(app_session()), layer), bounds, locale=language()))


def _layer(url: str, *, detail: str | None) -> MapLayer:
    title = gettext("Place names")
    return MapLayer("toponyms.names", title, url, "geojson", "plain", detail=detail, refresh="names-changed")


def _around(shape: BaseGeometry) -> Bounds:
    west, south, east, north = shape.bounds
    return west - NEAR_DEGREES, south - NEAR_DEGREES, east + NEAR_DEGREES, north + NEAR_DEGREES
