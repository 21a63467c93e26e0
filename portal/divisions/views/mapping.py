"""The map of divisions: as of a day, by level and kind, with what each shape is worth."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from portal.divisions.forms.map import Shown, kinds_of, levels, shown
from portal.divisions.layers import UNITS
from portal.divisions.queries import PublicUnit
from portal.divisions.queries.mapped import mapped_units, screen_shapes
from portal.divisions.rules.line_quality import lines_by_quality
from portal.divisions.views.blueprint import blueprint
from portal.kernel.access.permission import public
from portal.kernel.geo.geometry import round_coordinates
from portal.kernel.geo.map_spec import MapLayer, MapSpec, RenderedMap
from portal.kernel.geo.published import live_revision
from portal.kernel.web.maps import draw, home_bounds, language, tile_layer
from portal.kernel.web.pages import at_or_today
from portal.kernel.web.state import public_session, today

QUALITY_LAYER = "divisions.qualities"
DECIMALS = 6
"""A decimetre, which no screen shows."""


@blueprint.get("/map", endpoint="map")
@public
def division_map() -> str:
    """The map with its legend, and every unit shown with what its line is worth."""
    at, asked = at_or_today(), shown(request.args)
    units = mapped_units(public_session(), at, asked.level, asked.kind)
    return render_template(
        "divisions/map/map.html",
        at=at,
        asked=asked,
        units=units,
        map=quality_map(at, asked, units),
        counts=Counter(str(unit.facts["quality"] or "") for unit in units),
        levels=levels(),
        kinds_offered=kinds_of(asked.level),
        district=home_district(at),
    )


@blueprint.get("/map.geojson")
@public
def map_features() -> Response:
    """The same units for the map: areas by what they are worth, and their lines, each stretch once."""
    at, asked = at_or_today(), shown(request.args)
    return geojson(quality_features(mapped_units(public_session(), at, asked.level, asked.kind)))


def quality_map(at: dt.date, asked: Shown, units: Sequence[PublicUnit]) -> RenderedMap | None:
    """The published divisions of a day under the lines of those asked for; None before anything is published."""
    session = public_session()
    revision = live_revision(session, UNITS.name)
    if revision is None:
        return None
    url = url_for(".map_features", at=at.isoformat(), level=asked.level, kind=asked.kind or None)
    lines = MapLayer(QUALITY_LAYER, gettext("Quality of lines"), url, "geojson", "qualities", label_field=None)
    layers, said = (units_of_day(at), lines), attribution_of(units)
    return draw(MapSpec("divisions", layers, home_bounds(session), attribution=said, locale=language()))


def attribution_of(units: Sequence[PublicUnit]) -> str:
    """Where the lines of these units come from, and what they are worth: those of the day, not of all time."""
    drawn = [unit for unit in units if unit.facts["quality"]]
    sources = "；".join(dict.fromkeys(str(unit.facts.get("shape_source") or "") for unit in drawn))
    warning = gettext("Schematic boundary, not a legal boundary line") if any(one.schematic for one in drawn) else ""
    return " · ".join(part for part in (warning, sources) if part)


def units_of_day(at: dt.date, *, name: str = UNITS.name, title: str = "", visible: bool = True) -> MapLayer:
    """The published divisions as they were on a day; a click opens them as of that day. There must be a revision."""
    revision = live_revision(public_session(), UNITS.name)
    assert revision is not None  # noqa: S101 - who calls has looked
    day = "" if at == today() else at.isoformat()
    layer = tile_layer(UNITS, revision, at=day)
    return dataclasses.replace(layer, name=name, title=title or layer.title, visible=visible)


def quality_features(units: Sequence[PublicUnit]) -> dict[str, object]:
    """GeoJSON of units that have a shape, and of their lines."""
    shapes = screen_shapes(public_session(), units)
    drawn = [unit for unit in units if unit.public_id in shapes]
    areas = [feature(shapes[unit.public_id], id=str(unit.public_id), **_worth(unit)) for unit in drawn]
    lines = lines_by_quality([(str(unit.facts["quality"]), shapes[unit.public_id]) for unit in drawn])
    return collection([*areas, *(feature(line, quality=quality) for quality, line in lines.items())])


def home_district(at: dt.date) -> PublicUnit | None:
    """The published home district on a day, for the way to its printed map."""
    found = (unit for unit in mapped_units(public_session(), at, 3) if unit.facts.get("home"))
    return next(found, None)


def geojson(content: object) -> Response:
    """A GeoJSON answer; what is published may be kept for a minute."""
    response = make_response(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    response.headers["Content-Type"] = "application/geo+json"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def collection(features: Sequence[object]) -> dict[str, object]:
    """Features as one GeoJSON object."""
    return {"type": "FeatureCollection", "features": list(features)}


def _worth(unit: PublicUnit) -> dict[str, object]:
    return {"name": unit.name, "quality": unit.facts["quality"], "kind": unit.kind}


def feature(shape: BaseGeometry, **properties: object) -> dict[str, object]:
    """A shape in degrees with its properties."""
    geometry = mapping(round_coordinates(shape, DECIMALS))
    return {"type": "Feature", "properties": properties, "geometry": geometry}
