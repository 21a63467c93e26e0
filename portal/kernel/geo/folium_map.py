"""Maps by Folium, the only importer of it: Folium writes the Leaflet map, a small element hands it to our module.

Nothing is loaded from elsewhere: the map class names no links, and a link that any element adds must be a vendored one.
Texts of people never go through Folium's popups and tooltips, which write them raw into the page.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import cast

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template
from jinja2.utils import htmlsafe_json_dumps

from portal.errors import Misconfigured
from portal.kernel.geo.map_spec import MapSpec, RenderedMap
from portal.kernel.i18n.text import text

VENDORED = frozenset({"leaflet", "leaflet_css"})
MAX_ZOOM = 19


class VendoredMap(folium.Map):
    """A Folium map without Folium's content-network links."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - Folium's own type
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class HandOver(MacroElement):
    """Queues the map and its layers for `static/js/map.js`."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "(window.anjieMaps = window.anjieMaps || []).push("
        "{map: {{ this._parent.get_name() }}, config: {{ this.config }}});"
        "{% endmacro %}"
    )

    def __init__(self, config: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "HandOver"
        self.config = config


def render(spec: MapSpec) -> RenderedMap:
    """The container and script of a map; the same specification is rendered once."""
    return _render(spec.id, spec.bounds, str(htmlsafe_json_dumps(dataclasses.asdict(spec))))


@lru_cache(maxsize=64)
def _render(map_id: str, bounds: tuple[float, float, float, float], config: str) -> RenderedMap:
    leaflet = _leaflet_map(map_id, bounds)
    HandOver(config).add_to(leaflet)
    figure = cast(Figure, leaflet.get_root())
    for child in list(figure._children.values()):
        child.render()
    _refuse_foreign_links(figure)
    return RenderedMap(html=_joined(figure.html), script=_joined(figure.script))


def _leaflet_map(map_id: str, bounds: tuple[float, float, float, float]) -> folium.Map:
    west, south, east, north = bounds
    leaflet = VendoredMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=12,
        max_zoom=MAX_ZOOM,
        min_zoom=6,
        tiles=None,
        control_scale=True,
        zoom_control=False,
        attribution_control=False,
    )
    leaflet._id = map_id
    leaflet.fit_bounds([[south, west], [north, east]])
    return leaflet


def _refuse_foreign_links(figure: Figure) -> None:
    header = figure.header._children
    linked = {name for name, child in header.items() if getattr(child, "url", None)}
    foreign = linked - VENDORED
    if foreign:
        raise Misconfigured(
            text("The map wants files that are not vendored: %(names)s", names=", ".join(sorted(foreign)))
        )


def _joined(element: Element) -> str:
    return "\n".join(child.render() for child in element._children.values())
