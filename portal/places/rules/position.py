"""Where a place lies: picked on the map, typed in a declared system, or read from a file. Many have no position."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from portal.errors import BadInput, FormInvalid
from portal.kernel.geo.crs import CGCS2000, DeclaredCrs, from_storage, parse_crs, to_storage
from portal.kernel.geo.degrees import parse_degrees
from portal.kernel.geo.geometry import Problem, check_declared, check_degrees, round_coordinates
from portal.kernel.geo.sameness import SAME_DEGREES
from portal.kernel.i18n.text import text

LONGEST_POSITION = 200
COMMA = re.compile(r"[,，、;；]")


@dataclass(frozen=True)
class Entered:
    """A position as somebody gave it: “east, north”, in the declared system; `field` is the form's field for it."""

    text: str
    crs: str = CGCS2000.key
    field: str = "typed"


@dataclass(frozen=True)
class Placed:
    """A position in EPSG:4490, x = east, that a file declared to be in `crs`."""

    point: shapely.Point
    crs: str = CGCS2000.key


def located(entered: Entered) -> shapely.Point:
    """The position in EPSG:4490, rounded to 1 mm. Raises `FormInvalid` at the field it came in."""
    try:
        return _sound(_typed(entered.text), parse_crs(entered.crs))
    except BadInput as error:
        raise FormInvalid({entered.field: [error.message]}) from None


def same_position(one: shapely.Point | None, other: shapely.Point | None) -> bool:
    """Whether two positions are the same after a way through a file or a form, or both are none."""
    if one is None or other is None:
        return one is other
    return bool(one.distance(other) <= SAME_DEGREES * 1.5)  # In both directions at once.


def originals(placed: Sequence[Placed]) -> list[str]:
    """Each position as “east, north” in the system its file declared, to the millimetre."""
    found = [""] * len(placed)
    for key in {one.crs for one in placed}:
        crs, where = parse_crs(key), [i for i, one in enumerate(placed) if one.crs == key]
        points = np.asarray([placed[i].point for i in where], dtype=object)
        own = points if crs.kind == "geographic" else from_storage(points, crs)  # type: ignore[type-var]
        decimals = 3 if crs.kind == "plane" else 8
        for i, (x, y) in zip(where, shapely.get_coordinates(own), strict=True):
            found[i] = f"{round(float(x), decimals)}, {round(float(y), decimals)}"
    return found


def _typed(written: str) -> shapely.Point:
    parts = [part for part in (COMMA.split(written) if COMMA.search(written) else written.split()) if part.strip()]
    if len(parts) != 2:
        raise BadInput(text("Write the east value, then the north value, such as 121.40, 31.25."))
    return shapely.Point(parse_degrees(parts[0]), parse_degrees(parts[1]))


def _sound(point: shapely.Point, crs: DeclaredCrs) -> shapely.Point:
    _refuse(check_declared(point, crs))
    placed = round_coordinates(to_storage(point, crs))
    _refuse(check_degrees(placed))
    return shapely.Point(shapely.get_coordinates(placed)[0])


def _refuse(problem: Problem | None) -> None:
    if problem is not None and problem.level == "error":
        raise BadInput(problem.text)
