"""Maps on pages: a specification becomes HTML and a script, and the district's published shapes lie under every map."""

from __future__ import annotations

import dataclasses

from flask import url_for
from flask_babel import get_locale
from sqlalchemy.orm import Session

from portal.kernel.geo.folium_map import render
from portal.kernel.geo.layer import Layer
from portal.kernel.geo.map_spec import MapLayer, MapSpec, RenderedMap
from portal.kernel.geo.models import Revision
from portal.kernel.geo.published import bounds_of, live_revision
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import translate
from portal.kernel.web.basemap import base_of_page
from portal.kernel.web.dates import chosen_for_page
from portal.kernel.web.state import house, public_session

CHINA = (73.0, 17.0, 136.0, 54.0)
"""Where a map opens before anything is known."""

BASE_LAYER = "divisions.units"


def draw(spec: MapSpec) -> RenderedMap:
    """The map of a page, over the operator's base map where there is one; it names the source of the district's lines
    unless the page names another."""
    return render(dataclasses.replace(spec, attribution=spec.attribution or attribution(), base=base_of_page()))


def attribution() -> str:
    """Where the district's lines come from, and what they are worth."""
    revision = live_revision(public_session(), BASE_LAYER)
    if revision is None:
        return ""
    warning = translate(text("Schematic boundary, not a legal boundary line")) if revision.schematic else ""
    return " · ".join(part for part in (warning, revision.source) if part)


def language() -> str:
    """`zh` or `en`, as the map's script wants it."""
    return "en" if str(get_locale()).startswith("en") else "zh"


def layer_named(name: str) -> Layer | None:
    """A layer of the registry by its name."""
    for room in house().rooms:
        for layer in room.layers:
            if layer.name == name:
                return layer
    return None


def tile_layer(layer: Layer, revision: Revision, *, at: str | None = None, detail: bool = True) -> MapLayer:
    """A published layer as vector tiles of one revision, with its details, on the day that the page shows.

    `at` names another day, "" today whatever the page shows.
    """
    day = (chosen_for_page() or "") if at is None else at
    url = url_for("tiles.tile", layer=layer.name, token=revision.token, z=0, x=0, y=0)
    asked = f"?at={day}" if day else ""
    return MapLayer(
        name=layer.name,
        title=translate(layer.title),
        url=url.removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt" + asked,
        source="tiles",
        style=layer.style,
        detail=layer.detail + asked if detail else None,
        min_zoom=layer.min_zoom,
        max_data_zoom=layer.max_data_zoom,
    )


def units_layer(session: Session) -> tuple[MapLayer, ...]:
    """The district's published shapes for the ground of a staff map; empty before anything is published."""
    layer, revision = layer_named(BASE_LAYER), live_revision(session, BASE_LAYER)
    if layer is None or revision is None:
        return ()
    return (tile_layer(layer, revision, detail=False),)


def home_bounds(session: Session) -> tuple[float, float, float, float]:
    """Where the district lies, with a little margin; the whole country before it is known."""
    bounds = bounds_of(live_revision(session, BASE_LAYER))
    return bounds.as_tuple() if bounds else CHINA
