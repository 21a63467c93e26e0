"""The maps of a change file."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from flask import url_for
from flask_babel import gettext
from shapely.geometry.base import BaseGeometry

from portal.divisions.models import Change
from portal.divisions.rules.changes.plan import Plan
from portal.divisions.rules.changes.situation import UnitState
from portal.kernel.geo.map_spec import MapLayer, MapSpec, RenderedMap
from portal.kernel.web.maps import draw, home_bounds, language, units_layer
from portal.kernel.web.state import app_session

MARGIN = 0.15
"""Around what is concerned, as a part of its size."""
LONGEST_LINE = 4_000
"""Of a line in an address; a longer one is cut all the same, its parts are only not drawn."""

Bounds = tuple[float, float, float, float]


def piece_map(file: Change, giver: UnitState, line: str) -> RenderedMap:
    """The giver to draw on; once a line has cut it, its parts with their numbers."""
    url = url_for(".change_giver", public_id=file.public_id, giver=giver.key)
    layers = [MapLayer("change.giver", giver.name, url, "geojson", "qualities", label_field=None)]
    if line and len(line) <= LONGEST_LINE:
        url = url_for(".change_parts", public_id=file.public_id, giver=giver.key, line=line)
        layers.append(MapLayer("change.parts", gettext("Parts"), url, "geojson", "moves", label_field=None))
    ground = units_layer(app_session())
    bounds = _around(giver.ground.geometry.bounds) if giver.ground else home_bounds(app_session())
    tools = {"target": "#geometry", "kinds": ("polygon", "line")}
    return draw(MapSpec("piece", (*ground, *layers), bounds, mode="draw", draw=tools, locale=language()))


def preview_map(file: Change, plan: Plan) -> RenderedMap | None:
    """Units before and after, the ground that goes and the lines that change; None where nothing has an outline."""
    held = [unit.ground.geometry for unit in (*plan.before.values(), *plan.after.values()) if unit.ground]
    if not held:
        return None
    titles = {
        "before": gettext("As it is"),
        "after": gettext("As it will be"),
        "moves": gettext("Ground that goes"),
        "lines": gettext("Lines that change"),
    }
    layers = [_layer(file, which, title) for which, title in titles.items()]
    return draw(MapSpec("preview", tuple(layers), _around(_together(held)), locale=language()))


def _layer(file: Change, which: str, title: str) -> MapLayer:
    url = url_for(".change_features", public_id=file.public_id, which=which)
    style = {"moves": "moves", "lines": "changed_lines"}.get(which, "units")
    label = "name" if style == "units" else None
    return MapLayer(f"change.{which}", title, url, "geojson", style, label_field=label, visible=which != "before")


def _together(held: Sequence[BaseGeometry]) -> Bounds:
    west, south, east, north = shapely.total_bounds(list(held))
    return float(west), float(south), float(east), float(north)


def _around(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    return west - wide, south - high, east + wide, north + high
