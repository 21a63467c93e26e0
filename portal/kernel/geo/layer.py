"""What a room puts on maps: a layer with its public allow-list and the rows a publication may read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from portal.kernel.i18n.text import Text


@dataclass(frozen=True)
class LayerRow:
    """One thing for a time, as a room offers it for publication.

    `geometry` is in CGCS2000 (EPSG:4490), x = east, or None. Rows of the same `coverage` share borders, which
    simplification keeps shared.
    """

    public_id: uuid.UUID
    name: str
    attributes: Mapping[str, object]
    geometry: BaseGeometry | None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    coverage: str | None = None


@dataclass(frozen=True)
class Band:
    """Zooms up to `max_zoom` are drawn from shapes simplified by `tolerance_m`; 0 keeps every vertex."""

    max_zoom: int
    tolerance_m: float


BANDS = (Band(8, 300.0), Band(10, 80.0), Band(12, 20.0), Band(14, 5.0), Band(22, 0.0))


@dataclass(frozen=True)
class Layer:
    """A layer of the registry. `fields` is the allow-list: nothing else of a row is ever published.

    `tile_fields` is the part of it that travels in tiles. An automatic layer is published whenever its room says so,
    any other only by a publisher. `detail` is the address of the public detail with `{id}` in it.
    """

    name: str
    title: Text
    style: str
    fields: tuple[str, ...]
    tile_fields: tuple[str, ...]
    rows: Callable[[Session], Iterable[LayerRow]]
    source: Callable[[Session], str]
    detail: str
    automatic: bool = False
    min_zoom: int = 6
    max_data_zoom: int = 16
    bands: tuple[Band, ...] = BANDS

    def band(self, zoom: int) -> int:
        """The index of the band that draws a zoom."""
        for index, band in enumerate(self.bands):
            if zoom <= band.max_zoom:
                return index
        return len(self.bands) - 1
