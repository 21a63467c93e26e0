"""Repairing an invalid shape when somebody asked for it, and saying what that changed."""

from __future__ import annotations

from collections.abc import Callable

import shapely
from shapely.geometry.base import BaseGeometry

from portal.kernel.geo.crs import geodesic_area_m2
from portal.kernel.geo.problem import Problem
from portal.kernel.geo.validity import ring_problem
from portal.kernel.i18n.text import Text, text

_MOST_CHANGE = 0.01


def mended(
    shape: BaseGeometry, problem: Problem, settle: Callable[[BaseGeometry], BaseGeometry]
) -> tuple[BaseGeometry | None, list[Problem]]:
    """A valid shape in place of an invalid one (EPSG:4490 degrees), with a note of what changed.

    `settle` brings a shape into its stored form. Refused with code geometry.not_mended when the shape would lose its
    kind, or more than 1 % of its area would come or go: then only a person can say what was meant.
    """
    repaired = settle(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    if ring_problem(repaired) is not None:
        repaired = settle(shapely.make_valid(repaired, method="structure", keep_collapsed=False))
    before, after = geodesic_area_m2(shape), geodesic_area_m2(repaired)
    if not _same_kind(shape, repaired) or ring_problem(repaired) is not None:
        return None, [Problem("geometry.not_mended", _other_kind(problem), problem.place)]
    if abs(after - before) > _MOST_CHANGE * max(before, after):
        return None, [Problem("geometry.not_mended", _too_much(problem, before, after), problem.place)]
    return repaired, [Problem("geometry.mended", _changed(problem, before, after), problem.place, level="note")]


def with_place(problem: Problem) -> Problem:
    """A problem whose sentence also says where to look, in degrees."""
    if problem.place is None:
        return problem
    lon, lat = (f"{degrees:.6f}" for degrees in problem.place)
    sentence = text("%(reason)s Near %(lon)s east, %(lat)s north.", reason=problem.text, lon=lon, lat=lat)
    return Problem(problem.code, sentence, problem.place, problem.level)


def _same_kind(shape: BaseGeometry, repaired: BaseGeometry) -> bool:
    return (
        not repaired.is_empty
        and shapely.get_dimensions(shape) == shapely.get_dimensions(repaired)
        and (not isinstance(repaired, shapely.GeometryCollection))
    )


def _changed(problem: Problem, before: float, after: float) -> Text:
    return text(
        "Mended as asked: %(reason)s The area was %(before).1f m² and is now %(after).1f m².",
        reason=with_place(problem).text,
        before=before,
        after=after,
    )


def _too_much(problem: Problem, before: float, after: float) -> Text:
    return text(
        "%(reason)s Mending would change the area from %(before).1f m² to %(after).1f m², more than 1 %%: correct it in"
        " the file.",
        reason=with_place(problem).text,
        before=before,
        after=after,
    )


def _other_kind(problem: Problem) -> Text:
    return text(
        "%(reason)s Mending would leave nothing of the shape, or another kind: correct it in the file.",
        reason=with_place(problem).text,
    )
