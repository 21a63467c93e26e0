"""What a room says of a map for paper; `kernel/geo/figure` draws it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from portal.kernel.i18n.words import Word


@dataclass(frozen=True)
class FigureShape:
    """One thing on a map for paper, in EPSG:4490; `style` is a key of the figure's styles, `label` is written on it."""

    shape: BaseGeometry
    style: str
    label: Word = ""
    legend: Word = ""


@dataclass(frozen=True)
class FigureSpec:
    """A map for paper: its things from the lowest up, and what the law and the reader want to see on it.

    `on` is the day the map is true for. Without an approval number (审图号) the map says that it is a sample.
    """

    shapes: Sequence[FigureShape]
    title: Word
    source: Word
    on: dt.date
    approval_number: str | None = None
    schematic: bool = False
    width_mm: float = 170.0
    height_mm: float = 130.0
