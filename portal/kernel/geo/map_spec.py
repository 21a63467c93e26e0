"""What a page says of the map it wants; Folium turns it into a script (`folium_map.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MapLayer:
    """One layer on a page's map. `url` has {z}/{x}/{y} for tiles and none for GeoJSON; `detail` has {id}."""

    name: str
    title: str
    url: str
    source: str  # "tiles" or "geojson"
    style: str
    detail: str | None = None
    label_field: str | None = "name"
    visible: bool = True
    min_zoom: int = 0
    max_data_zoom: int = 16
    refresh: str | None = None
    """The page event (HX-Trigger) after which a GeoJSON layer is loaded again."""


@dataclass(frozen=True)
class MapBase:
    """What lies under all layers, at an address of this site: a PMTiles archive, or tiles with {z}/{x}/{y}.

    `picture` and `max_zoom` are of single tiles; an archive says them itself.
    """

    url: str
    source: str  # "archive" or "tiles"
    picture: bool = False
    attribution: str = ""
    max_zoom: int = 14


@dataclass(frozen=True)
class MapSpec:
    """A map: its layers, where it opens (west, south, east, north in degrees) and what it is for.

    `mode` is "view", "pick" (choose a place; `pick` names the inputs) or "draw" (edit a geometry; `draw` names the
    textarea that holds it as GeoJSON, and perhaps the `kinds`: point, line, polygon).
    """

    id: str
    layers: tuple[MapLayer, ...]
    bounds: tuple[float, float, float, float]
    mode: str = "view"
    pick: Mapping[str, str] = field(default_factory=dict)
    draw: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    detail_target: str = "#detail"
    attribution: str = ""
    locale: str = "zh"
    base: MapBase | None = None


@dataclass(frozen=True)
class RenderedMap:
    """What goes into the page: the container's HTML and the inline script that wants the page's nonce."""

    html: str
    script: str
