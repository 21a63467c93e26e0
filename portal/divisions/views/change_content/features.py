"""A change file on the map, for those who may read it: units before and after, the ground that goes, the lines."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping

from flask import Response, make_response, request
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from portal.divisions.permissions import CHANGE_UNITS, READ_CHANGES
from portal.divisions.queries.changes import change, plan_of
from portal.divisions.rules.changes.cutting import Part, cut
from portal.divisions.rules.changes.drawing import LINE, written_shape
from portal.divisions.rules.changes.plan import Plan
from portal.divisions.rules.changes.situation import UnitState
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.change_content.ground_of import ground_of
from portal.errors import NotFound
from portal.kernel.access.permission import needs
from portal.kernel.geo.crs import CGCS2000
from portal.kernel.geo.geometry import round_coordinates
from portal.kernel.i18n.text import text
from portal.kernel.web.state import actor, app_session, today

DECIMALS = 7
"""A centimetre."""

Feature = dict[str, object]


@blueprint.get("/changes/<uuid:public_id>/map/<which>.geojson")
@needs(READ_CHANGES)
def change_features(public_id: uuid.UUID, which: str) -> Response:
    """`before`, `after`, `moves` or `lines` of a file's plan."""
    file = change(app_session(), actor(), public_id)
    if which not in ("before", "after", "moves", "lines"):
        raise NotFound(text("There is no such map."))
    return geojson(features_of(plan_of(app_session(), file, today()), which))


@blueprint.get("/changes/<uuid:public_id>/giver.geojson")
@needs(CHANGE_UNITS)
def change_giver(public_id: uuid.UUID) -> Response:
    """The territory that a piece is drawn in."""
    file = change(app_session(), actor(), public_id, permission=CHANGE_UNITS)
    unit = ground_of(file, request.args.get("giver", ""), today())
    return geojson([_unit(unit)] if unit.ground else [])


@blueprint.get("/changes/<uuid:public_id>/parts.geojson")
@needs(CHANGE_UNITS)
def change_parts(public_id: uuid.UUID) -> Response:
    """The parts into which a line cuts a unit, with their numbers."""
    file = change(app_session(), actor(), public_id, permission=CHANGE_UNITS)
    unit = ground_of(file, request.args.get("giver", ""), today())
    line = written_shape(request.args.get("line", ""), CGCS2000, LINE)
    parts = cut(unit.ground.geometry, line) if unit.ground else []
    return geojson([_part(number, part) for number, part in enumerate(parts, 1)])


def features_of(plan: Plan, which: str) -> list[Feature]:
    """The features of one layer of a plan."""
    if which in ("before", "after"):
        units = plan.before if which == "before" else plan.after
        return [_unit(unit) for unit in units.values() if unit.ground]
    return list(_moves(plan)) if which == "moves" else list(_lines(plan))


def geojson(features: list[Feature]) -> Response:
    """A GeoJSON answer that nobody keeps."""
    content = {"type": "FeatureCollection", "features": features}
    response = make_response(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    response.headers["Content-Type"] = "application/geo+json"
    response.headers["Cache-Control"] = "no-store"
    return response


def _unit(unit: UnitState) -> Feature:
    assert unit.ground is not None  # noqa: S101 - who calls has looked
    facts = {"id": unit.key, "name": unit.name, "level": unit.level, "kind": unit.kind, "quality": unit.ground.quality}
    return _feature(unit.ground.geometry, facts)


def _moves(plan: Plan) -> Iterator[Feature]:
    drawn = [move for move in plan.moves if not move.derived]
    for number, move in enumerate(drawn, 1):
        if move.geometry is not None and not move.geometry.is_empty:
            yield _feature(move.geometry, {"id": str(number), "number": number, "what": "moved"})


def _lines(plan: Plan) -> Iterator[Feature]:
    if plan.lines is None:
        return
    for what, line in (("new", plan.lines.new), ("given_up", plan.lines.given_up)):
        if not line.is_empty:
            yield _feature(line, {"what": what})


def _part(number: int, part: Part) -> Feature:
    return _feature(part.geometry, {"id": str(number), "number": number, "what": "gained"})


def _feature(shape: BaseGeometry, properties: Mapping[str, object]) -> Feature:
    geometry = mapping(round_coordinates(shape, DECIMALS))
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}
