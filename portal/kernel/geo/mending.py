"""The shapes of rows on their way in: checked as declared, taken to EPSG:4490, mended only when somebody asked.

A stored shape is 2D, x = east, rounded to 8 decimals of a degree (1 mm) and normalised, so that the same shape from
another file is equal to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from portal.errors import BadInput
from portal.kernel.geo.crs import DeclaredCrs, to_storage, to_storage_all
from portal.kernel.geo.problem import Problem
from portal.kernel.geo.repair import mended, with_place
from portal.kernel.geo.validity import check_declared, domain, has_height, ring_problem
from portal.kernel.i18n.text import Text, text

Checked = tuple[BaseGeometry | None, list[Problem]]

DECIMALS = 8

_UNREADABLE = text("The shape is of a kind that is not read here, or damaged.")

_KINDS = {0: "point", 4: "point", 1: "line", 2: "line", 5: "line", 3: "area", 6: "area"}
_KIND_NAMES = {"point": text("a point"), "line": text("a line"), "area": text("an area")}
_MULTI: dict[str, Any] = {
    "point": shapely.multipoints,
    "line": shapely.multilinestrings,
    "area": shapely.multipolygons,
}


class Rule(Protocol):
    """What rows may bring (`contracts.fields.ShapeRule`): kinds of point, line, area; whether one is needed; a cap."""

    @property
    def kinds(self) -> frozenset[str]: ...

    @property
    def required(self) -> bool: ...

    @property
    def most_vertices(self) -> int: ...


def read_shape(wkb: bytes, *, close: bool = False) -> BaseGeometry:
    """The geometry of a WKB in its own numbers; `close` shuts rings that are open. Raises `BadInput`."""
    try:
        read = shapely.from_wkb(wkb, on_invalid="fix" if close else "raise")
    except shapely.errors.GEOSException as error:
        raise BadInput(_open_ring() if "closed" in str(error) else _UNREADABLE) from error
    # Asked to fix what cannot be fixed, shapely gives nothing instead of an error.
    if read is None:
        raise BadInput(_UNREADABLE)
    return read


def check_shape(geometry: BaseGeometry, crs: DeclaredCrs, rule: Rule, *, mend: bool = False) -> Checked:
    """One geometry in the numbers of `crs` → its stored shape and what was found; None when an error keeps it out.

    Errors: those of `check_declared`, geometry.wrong_kind, .mixed_kinds, .too_many_vertices, .not_convertible, and
    geometry.invalid_ring with place and reason. With `mend` an invalid shape is repaired and geometry.mended says what
    changed, unless it would lose its kind or more than 1 % of its area (geometry.not_mended). Notes: .has_height.
    """
    problem = _rule_problem(geometry, rule) or check_declared(geometry, crs)
    if problem is not None and problem.level == "error":
        return None, [problem]
    notes = [problem] if problem else []
    try:
        moved = to_storage(_flat(geometry), crs)
    except BadInput as error:
        return None, [Problem("geometry.not_convertible", _sentence(error))]
    shape, found = _sound(moved, mend=mend)
    return shape, [*notes, *found]


def check_shapes(wkbs: Sequence[bytes | None], crs: DeclaredCrs, rule: Rule, *, mend: bool = False) -> list[Checked]:
    """As `check_shape`, for the WKBs of many rows at once (some thousands: all stand in memory); in their order.

    Without a WKB a row has no shape: an error (geometry.missing) where the rule requires one. What is sound, nearly
    all, is checked and converted together; the rest one by one.
    """
    shapes = _read_all(wkbs)
    quick = _sound_together(shapes, crs, rule)
    return [quick.get(at) or _one(wkb, shapes[at], crs, rule, mend) for at, wkb in enumerate(wkbs)]


def _one(wkb: bytes | None, shape: BaseGeometry | None, crs: DeclaredCrs, rule: Rule, mend: bool) -> Checked:
    if wkb is None:
        missing = Problem("geometry.missing", text("The row has no shape, and one is needed."))
        return None, [missing] if rule.required else []
    if shape is not None:
        return check_shape(shape, crs, rule, mend=mend)
    try:
        return check_shape(read_shape(wkb), crs, rule, mend=mend)
    except BadInput as error:
        return _unreadable(wkb, error, crs, rule, mend)


def _unreadable(wkb: bytes, error: BadInput, crs: DeclaredCrs, rule: Rule, mend: bool) -> Checked:
    if error.message != _open_ring():
        return None, [Problem("geometry.unreadable", _sentence(error))]
    if not mend:
        return None, [Problem("geometry.open_ring", _open_ring())]
    closed = Problem("geometry.mended", text("A ring was not closed; it was closed."), level="note")
    try:
        shape, found = check_shape(read_shape(wkb, close=True), crs, rule, mend=mend)
    except BadInput as still:
        return None, [Problem("geometry.unreadable", _sentence(still))]
    return shape, [closed, *found]


def _read_all(wkbs: Sequence[bytes | None]) -> NDArray[np.object_]:
    given = np.empty(len(wkbs), dtype=object)
    given[:] = list(wkbs)
    # A broken one among thousands becomes None here and is read again by itself for its reason.
    return np.asarray(shapely.from_wkb(given, on_invalid="ignore"), dtype=object)


def _sound_together(shapes: NDArray[np.object_], crs: DeclaredCrs, rule: Rule) -> dict[int, Checked]:
    """The rows in which nothing is wrong, by their place."""
    at = np.flatnonzero(_plain(shapes, crs, rule))
    if not len(at):
        return {}
    try:
        moved = to_storage_all(shapes[at], crs)
    except BadInput:
        return {}
    rounded = shapely.normalize(shapely.transform(moved, _rounded))
    # What rounding to a millimetre heals was sound enough.
    sound = shapely.is_valid(rounded)
    heights = shapely.has_z(shapes[at]) | shapely.has_m(shapes[at])
    return {
        int(place): (shape, [has_height()] if high else [])
        for place, shape, high in zip(at[sound], rounded[sound], heights[sound], strict=True)
    }


def _plain(shapes: NDArray[np.object_], crs: DeclaredCrs, rule: Rule) -> NDArray[np.bool_]:
    """Which are of one wanted kind, within the cap, and wholly within the system's domain (NaN is within nothing)."""
    wanted = [number for number, kind in _KINDS.items() if kind in rule.kinds]
    fits = np.isin(shapely.get_type_id(shapes), wanted) & ~shapely.is_empty(shapes)
    fits &= shapely.get_num_coordinates(shapes) <= rule.most_vertices
    parts, of = shapely.get_parts(shapes, return_index=True)
    fits[of[shapely.is_empty(parts)]] = False
    xy, of = shapely.get_coordinates(shapes, return_index=True)
    west, south, east, north = domain(crs)
    within = (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
    fits[of[~within]] = False
    return np.asarray(fits, dtype=np.bool_)


def _rule_problem(geometry: BaseGeometry, rule: Rule) -> Problem | None:
    count = int(shapely.get_num_coordinates(geometry))
    if count > rule.most_vertices:
        return Problem("geometry.too_many_vertices", _too_many(count, rule.most_vertices))
    if geometry.is_empty:
        return None
    kind = _kind(geometry)
    if kind == "mixed":
        mixed = text("The shape is a mixture of points, lines and areas; give each its own row.")
        return Problem("geometry.mixed_kinds", mixed)
    return None if kind in rule.kinds else Problem("geometry.wrong_kind", _wrong_kind(kind, rule))


def _kind(geometry: BaseGeometry) -> str:
    kinds = {_KINDS.get(int(number), "mixed") for number in shapely.get_type_id(_leaves(geometry))}
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _leaves(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The single geometries that are not empty, through nested collections."""
    if not hasattr(geometry, "geoms"):
        return [] if geometry.is_empty else [geometry]
    return [leaf for part in geometry.geoms for leaf in _leaves(part)]


def _flat(geometry: BaseGeometry) -> BaseGeometry:
    """A collection of one kind as the multi-part geometry of that kind, and neither with parts that are empty."""
    leaves = _leaves(geometry)
    if len(leaves) == shapely.get_num_geometries(geometry) and not isinstance(geometry, shapely.GeometryCollection):
        return geometry
    multi: BaseGeometry = _MULTI[_kind(geometry)]([shapely.force_2d(leaf) for leaf in leaves])
    return multi


def _sound(moved: BaseGeometry, *, mend: bool) -> Checked:
    rounded = _settled(moved)
    problem = ring_problem(rounded)
    if problem is None:
        return rounded, []
    return mended(moved, problem, _settled) if mend else (None, [with_place(problem)])


def _settled(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.normalize(shapely.transform(geometry, _rounded))


def _rounded(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    # Adding 0 turns -0.0 into 0.0, which is the same place but not the same bytes.
    return np.round(xy, DECIMALS) + 0.0


def _open_ring() -> Text:
    return text("A ring is not closed: its last position is not its first.")


def _too_many(count: int, most: int) -> Text:
    return text(
        "The shape has %(count)d vertices; the most is %(limit)d. Simplify or split it.", count=count, limit=most
    )


def _wrong_kind(kind: str, rule: Rule) -> Text:
    wanted = [_KIND_NAMES[key] for key in _KIND_NAMES if key in rule.kinds]
    listed = wanted[0] if wanted else text("no shape at all")
    for name in wanted[1:]:
        listed = text("%(one)s or %(other)s", one=listed, other=name)
    return text("The shape is %(kind)s, but wanted is: %(wanted)s.", kind=_KIND_NAMES[kind], wanted=listed)


def _sentence(error: BadInput) -> Text:
    return error.message if isinstance(error.message, Text) else text(str(error.message))
