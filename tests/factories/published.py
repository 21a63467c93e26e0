"""Layers and rows for tests of publication and tiles."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.kernel.geo.layer import Layer, LayerRow
from portal.kernel.geo.models import Revision
from portal.kernel.i18n.text import text
from portal.maps.publication import Legal, write

NOW = dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC)
SAMPLE = Legal(approval_number=None, sample=True, source="测试", schematic=True)


FACTS = ("type_zh", "type_en", "advice_zh", "advice_en", "season", "unit_name", "source", "assessed_on", "unit")


def layer(name: str = "risk.hazards", rows: Sequence[LayerRow] = ()) -> Layer:
    """A layer whose rows are given."""
    return Layer(
        name=name,
        title=text("Things"),
        style="hazards",
        fields=("name", "level", *FACTS),
        tile_fields=("name", "level", *FACTS),
        rows=lambda session: rows,
        source=lambda session: "测试",
        detail="/hazards/{id}",
    )


def row(name: str, geometry: BaseGeometry | None, facts: dict[str, object] | None = None, **given: object) -> LayerRow:
    """One thing, red unless said otherwise, with a private attribute that must never be published."""
    attributes = {"name": name, "level": "red", "keeper": "SECRET-KEEPER"} | (facts or {})
    return LayerRow(uuid.uuid4(), name, attributes, geometry, **given)


def grid(columns: int, rows: int, west: float = 121.30, south: float = 31.20, step: float = 0.02) -> list[LayerRow]:
    """Neighbouring squares with wiggly shared borders, as one coverage."""
    return [
        row(f"{i}-{j}", _cell(west + i * step, south + j * step, step), coverage="cells")
        for i in range(columns)
        for j in range(rows)
    ]


def published(
    session: Session, rows: Sequence[LayerRow], name: str = "risk.hazards", legal: Legal = SAMPLE
) -> Revision:
    """A live revision of the rows."""
    revision = write(session, layer(name), list(rows), legal, NOW)
    session.flush()
    return revision


def _cell(west: float, south: float, step: float, parts: int = 20) -> BaseGeometry:
    """A square whose four sides zigzag the same way wherever they lie, so that neighbours share every vertex."""
    along = [k / parts for k in range(parts)]
    wiggle = [0.0 if k == 0 else step / 40 * (-1) ** k for k in range(parts)]
    south_side = [(west + t * step, south + w) for t, w in zip(along, wiggle, strict=True)]
    east_side = [(west + step + w, south + t * step) for t, w in zip(along, wiggle, strict=True)]
    north_side = [(west + t * step, south + step + w) for t, w in zip(along, wiggle, strict=True)]
    west_side = [(west + w, south + t * step) for t, w in zip(along, wiggle, strict=True)]
    ring = south_side + east_side + [(west + step, south + step)] + north_side[:0:-1]
    ring += [(west, south + step), *west_side[:0:-1]]
    return shapely.set_precision(shapely.Polygon(ring), 1e-9)
