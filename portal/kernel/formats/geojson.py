"""GeoJSON (RFC 7946) to rows. The numbers stay as written: converting is for who knows the declared system.

Values are text: whole numbers lose a ".0", nested values become JSON, a feature's `id` becomes the column "id" unless a
property has that name. The declared system is the old `crs` member, verbatim; None if there is none: the default of
RFC 7946 is not assumed. What is wrong in a feature is reported with its row, and a wrong geometry is None.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import shapely

from portal.kernel.formats.geojson_geometry import GeometryMalformed, parse_geometry
from portal.kernel.formats.json_walk import JsonWalk
from portal.kernel.formats.reading import CellProblem, ReadRow
from portal.kernel.formats.rows import FileRefused, cell_problem, check_column_count, check_row_count
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

# Up to here every whole number is exact in a float, so "310107.0" can honestly be read as 310107.
_EXACT_WHOLE = 1e15


Take = Callable[[ReadRow], None]
"""Gets each row as soon as it is read."""


@dataclass
class _Reading:
    """How far the reading of one file has come."""

    name: str
    take: Take
    columns: dict[str, None] = field(default_factory=dict)
    number: int = 1
    problems: list[CellProblem] = field(default_factory=list)

    def report(self, problem: Problem, column: str | None = None, value: str | None = None) -> None:
        self.problems.append(CellProblem(problem, column, value))

    def finish(self, line: int, values: dict[str, str | None], shape: bytes | None) -> None:
        self.take(ReadRow(self.number, line, values, shape, tuple(self.problems)))
        self.problems = []
        self.number += 1


def walk_geojson(source: str, name: str, take: Take) -> tuple[tuple[str, ...], str | None]:
    """Gives a row a feature to `take`, with the line its `{` stands on; returns the columns and the declared system.

    Both are known only at the end. Takes a FeatureCollection or a single Feature. Raises `FileRefused` (broken JSON
    with line and column, NaN, not a FeatureCollection, over a cap).
    """
    reading = _Reading(name, take)
    try:
        members = _walk_top(JsonWalk(source), reading)
    except json.JSONDecodeError as error:
        raise FileRefused(_broken(name, error), "file.damaged") from error
    return tuple(reading.columns), _declared_crs(members, name)


def _walk_top(walk: JsonWalk, reading: _Reading) -> dict[str, Any]:
    line = walk.line()
    if walk.next_character() != "{":
        walk.value()
        raise FileRefused(_not_a_collection(reading.name, "no object"))
    members = {key: _member(walk, key, reading) for key in walk.members()}
    walk.end()
    if members.get("type") == "Feature" and "features" not in members:
        _add_feature(line, members, reading, top=True)
    elif members.get("type") != "FeatureCollection" or "features" not in members:
        raise FileRefused(_not_a_collection(reading.name, str(members.get("type"))[:50]))
    return members


def _member(walk: JsonWalk, key: str, reading: _Reading) -> Any:
    if key != "features" or walk.next_character() != "[" or reading.number > 1:
        if key == "features":
            raise FileRefused(text("“features” in %(file)s is not one list.", file=reading.name))
        return walk.value()
    for line in walk.elements():
        _add_feature(line, walk.value(), reading)
        check_row_count(reading.number - 1, reading.name)
    return None


def _add_feature(line: int, raw: Any, reading: _Reading, top: bool = False) -> None:
    if not isinstance(raw, dict) or raw.get("type") != "Feature":
        reading.report(Problem("row.not_a_feature", text("This is not a GeoJSON Feature.")))
        raw = {}
    elif "crs" in raw and not top:
        own = text("The feature declares a coordinate system of its own; only the file as a whole can.")
        reading.report(Problem("row.own_crs", own))
    values = _values(raw, reading)
    reading.columns.update(dict.fromkeys(values))
    check_column_count(len(reading.columns), reading.name)
    reading.finish(line, values, _geometry(raw, reading))


def _geometry(raw: dict[str, Any], reading: _Reading) -> bytes | None:
    try:
        found = parse_geometry(raw.get("geometry"))
        return None if found is None else shapely.to_wkb(found, flavor="iso")
    except GeometryMalformed as error:
        reading.report(error.problem, "geometry")
        return None


def _values(raw: dict[str, Any], reading: _Reading) -> dict[str, str | None]:
    properties = raw.get("properties")
    if properties is not None and not isinstance(properties, dict):
        reading.report(Problem("row.properties", text("The properties of the feature are not an object.")))
        properties = None
    given = {"id": raw["id"], **(properties or {})} if "id" in raw else properties or {}
    return {key: _checked(key, value, reading) for key, value in given.items()}


def _checked(column: str, raw: Any, reading: _Reading) -> str | None:
    value = _as_text(raw)
    problem = cell_problem(column) or (cell_problem(value) if value else None)
    if isinstance(raw, float) and not math.isfinite(raw):
        problem = Problem("cell.not_finite", text("The number is too large to be one."))
    if problem:
        reading.report(problem, column, value)
    return value


def _as_text(raw: Any) -> str | None:
    if raw is None or isinstance(raw, str):
        return raw
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < _EXACT_WHOLE:
        return str(int(raw))
    return str(raw) if type(raw) in (int, float) else json.dumps(raw, ensure_ascii=False, separators=(",", ":"))


def _declared_crs(members: dict[str, Any], name: str) -> str | None:
    """The `crs` member of GeoJSON 2008: a name, or an EPSG code. Null declares nothing."""
    crs = members.get("crs")
    if crs is None:
        return None
    inside = crs.get("properties") if isinstance(crs, dict) else None
    named = inside.get("name") if isinstance(inside, dict) else None
    code = inside.get("code") if isinstance(inside, dict) else None
    if isinstance(named, str):
        return named
    if type(code) is int:
        return f"EPSG:{code}"
    raise FileRefused(text("The “crs” of %(file)s names no coordinate system.", file=name))


def _broken(name: str, error: json.JSONDecodeError) -> Text:
    return text(
        "%(file)s is not valid JSON at line %(line)d, column %(column)d: %(reason)s.",
        file=name,
        line=error.lineno,
        column=error.colno,
        reason=error.msg,
    )


def _not_a_collection(name: str, found: str) -> Text:
    return text("%(file)s is not a GeoJSON FeatureCollection (found: %(found)s).", file=name, found=found)
