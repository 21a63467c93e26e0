"""Rows into GDAL a few thousand at a time, so that a long list needs no more memory than a short one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.raw import write
from shapely.geometry.base import BaseGeometry

from portal.kernel.contracts.fields import Kind
from portal.kernel.formats.writing.values import Plain, as_number, written
from portal.kernel.geo.crs import DeclaredCrs

BATCH = 5_000

_EPOCH = np.datetime64("1970-01-01", "D")


@dataclass
class Layer:
    """One layer of one file: `write` takes rows, `close` writes what is left. Geometry is in `crs` already.

    `names` and `kinds` belong to the fields in order; `options` are GDAL's layer creation options. With `always`, a
    layer without a single row is made too.
    """

    path: Path
    name: str
    driver: str
    crs: DeclaredCrs
    names: Sequence[str]
    kinds: Sequence[Kind]
    geometry_type: str = "Unknown"
    options: dict[str, str] = field(default_factory=dict)
    made: bool = False
    shapes: list[BaseGeometry | None] = field(default_factory=list)
    values: list[Sequence[Plain]] = field(default_factory=list)

    def add(self, shape: BaseGeometry | None, values: Sequence[Plain]) -> None:
        """Takes one row; a full batch goes to the file."""
        self.shapes.append(shape)
        self.values.append(values)
        if len(self.shapes) >= BATCH:
            self._flush()

    def close(self, *, always: bool = False) -> None:
        """Writes the rest."""
        if self.shapes or (always and not self.made):
            self._flush()

    def _flush(self) -> None:
        columns = [_column(kind, [row[i] for row in self.values]) for i, kind in enumerate(self.kinds)]
        write(
            self.path,
            shapely.to_wkb(np.array(self.shapes, dtype=object)),
            [values for values, _ in columns],
            list(self.names),
            field_mask=[mask for _, mask in columns],
            layer=self.name,
            driver=self.driver,
            geometry_type=self.geometry_type,
            crs=f"EPSG:{self.crs.epsg}",
            encoding="UTF-8",
            append=self.made,
            layer_options=None if self.made else self.options,
        )
        self.made, self.shapes, self.values = True, [], []


def _column(kind: Kind, values: list[Plain]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """One field's values as GDAL's type for the kind, and where there is none."""
    given = [_given(kind, value) for value in values]
    mask = np.array([value is None for value in given], dtype=bool)
    filled = [_FILL[_TYPES[kind]] if value is None else value for value in given]
    return np.array(filled, dtype=_TYPES[kind]), mask


_TYPES = {
    Kind.TEXT: "object",
    Kind.CODE: "object",
    Kind.CHOICE: "object",
    Kind.INTEGER: "int64",
    Kind.NUMBER: "float64",
    Kind.DATE: "datetime64[D]",
    Kind.YES_NO: "bool",
}
_FILL: dict[str, Any] = {"object": None, "int64": 0, "float64": np.nan, "datetime64[D]": _EPOCH, "bool": False}


def _given(kind: Kind, value: Plain) -> Any:
    """The value in its kind; None for one that is of another."""
    if kind is Kind.INTEGER or kind is Kind.NUMBER:
        number = as_number(value)
        return None if number is None else int(value) if kind is Kind.INTEGER else number  # type: ignore[arg-type]
    if kind is Kind.DATE:
        return np.datetime64(value, "D") if isinstance(value, dt.date) else None
    if kind is Kind.YES_NO:
        return value if isinstance(value, bool) else None
    return None if value is None else written(value)
