"""The shape of each row in the file's own numbers: its own, or a point from two columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from portal.errors import BadInput
from portal.exchange.models import StagedRow
from portal.exchange.staging.setup import EAST, NORTH, Setup
from portal.kernel.geo.degrees import parse_degrees
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import Text, text

Shapes = tuple[list[bytes | None], list[list[Problem]]]
"""WKB with x = east, and what is wrong with it before any check, row by row."""


def shapes_of(staged: Sequence[StagedRow], setup: Setup, columns: Sequence[str]) -> Shapes:
    """The shapes of a page of rows; a file's own shape comes before its columns."""
    places = [list(columns).index(setup.columns[key]) if key in setup.columns else None for key in (EAST, NORTH)]
    found: list[bytes | None] = []
    wrong: list[list[Problem]] = []
    for row in staged:
        shape, problems = (row.shape, []) if row.shape is not None else _point(row.raw, places)
        found.append(_turned(shape) if shape is not None and setup.swapped else shape)
        wrong.append(problems)
    return found, wrong


def _point(raw: Sequence[object], places: Sequence[int | None]) -> tuple[bytes | None, list[Problem]]:
    written = [raw[place] if place is not None else None for place in places]
    if all(value is None for value in written):
        return None, []
    try:
        east, north = (_coordinate(value) for value in written)
    except BadInput as error:
        said = error.message if isinstance(error.message, Text) else text(str(error.message))
        return None, [Problem("point.no_number", said)]
    return shapely.to_wkb(shapely.Point(east, north)), []


def _coordinate(value: object) -> float:
    if value is None:
        raise BadInput(text("One half of the position is missing."))
    return parse_degrees(str(value))


def _turned(shape: bytes) -> bytes:
    """The same shape with its two numbers exchanged."""
    turned = shapely.transform(shapely.from_wkb(shape), lambda xy: np.ascontiguousarray(xy[:, ::-1]))
    return shapely.to_wkb(turned)
