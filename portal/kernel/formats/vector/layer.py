"""One layer that GDAL reads, in batches, so that a large file never stands in memory whole."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
from numpy.typing import NDArray

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import Text, text

_BATCH_BYTES = 8 * 1024 * 1024
_MOST_ROWS = 2_000
# Past this a float no longer tells neighbouring whole numbers apart.
_EXACT_WHOLE = 2**53

_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.CRSError,
    pyogrio.errors.FieldError,
    pyogrio.errors.FeatureError,
    UnicodeDecodeError,
)


Shape = bytes | None
"""A WKB; None where a feature has no shape, DAMAGED where it has one that cannot be read."""

DAMAGED = b""


@dataclass(frozen=True)
class Layer:
    """A layer as GDAL describes it. `fields` are names in order, `types` and `subtypes` those of OGR (OFTString, …).

    `options` open the file; `encoding` is given for shapefiles only, and so is `numbered`: features have the numbers
    of their records, from 0. `count` is without deleted ones, and exact only in a shapefile. `where` chooses features.
    """

    path: Path
    layer: str | None
    name: str
    count: int
    fields: tuple[str, ...]
    types: tuple[str, ...]
    subtypes: tuple[str, ...]
    geometry_type: str | None
    geometry_name: str | None
    fid_column: str | None
    crs: str | None
    encoding: str | None
    options: Mapping[str, str]
    batch: int
    numbered: bool = False
    where: str | None = None

    @property
    def has_measures(self) -> bool:
        """Whether the layer declares M values; GDAL's bridge drops them while reading."""
        return "Measured" in (self.geometry_type or "")


@dataclass(frozen=True)
class Batch:
    """Consecutive features: their numbers from 1, their shapes, one array a field."""

    fids: NDArray[np.int64]
    numbers: list[int]
    shapes: list[Shape]
    columns: list[NDArray[Any]]


def describe(
    path: Path,
    layer: str | None,
    name: str,
    limits: Limits,
    *,
    encoding: str | None = None,
    options: Mapping[str, str] | None = None,
) -> Layer:
    """What GDAL says of a layer. Raises `FileRefused`: damaged, or over the caps of rows and columns."""
    opening = dict(options or {})
    with gdal_errors(name):
        told = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True, **opening)
    fields, count = tuple(str(field) for field in told["fields"]), int(told["features"])
    _check_size(name, count, len(fields), limits)
    return Layer(
        path=path,
        layer=layer,
        name=name,
        count=count,
        fields=fields,
        types=tuple(told["ogr_types"]),
        subtypes=tuple(told["ogr_subtypes"]),
        geometry_type=told["geometry_type"],
        geometry_name=told["geometry_name"] or None,
        fid_column=told["fid_column"] or None,
        crs=told["crs"],
        encoding=encoding,
        options=opening,
        batch=_batch_size(path, count),
    )


def batches(layer: Layer) -> Iterator[Batch]:
    """All features in file order. Raises `FileRefused` when the file breaks off before its last feature."""
    taken = skip = 0
    while True:
        batch = _read(layer, skip)
        if not len(batch.fids):
            break
        taken += len(batch.fids)
        # In a shapefile deleted rows are passed over, but count where reading goes on.
        skip = int(batch.fids[-1]) + 1 if layer.numbered else taken
        yield batch
        if layer.numbered and taken >= layer.count:
            break
    if layer.numbered and taken < layer.count:
        raise FileRefused(_broken_off(layer, taken), "file.damaged")


def _read(layer: Layer, skip: int) -> Batch:
    with gdal_errors(layer.name):
        fids, shapes, columns = _raw(layer, skip)
        exact = [_exact(layer, at, column, fids) for at, column in enumerate(columns)]
    numbers = [int(fid) + 1 for fid in fids] if layer.numbered else list(range(skip + 1, skip + 1 + len(fids)))
    return Batch(fids, numbers, shapes, exact)


def _raw(layer: Layer, skip: int) -> tuple[NDArray[np.int64], list[Shape], list[NDArray[Any]]]:
    with_shapes = layer.geometry_type is not None
    try:
        _, fids, shapes, columns = _gdal(layer, skip, with_shapes)
        return fids, list(shapes) if with_shapes else [None] * len(fids), columns
    except pyogrio.errors.FeatureError:
        # One shape that cannot be read spoils the whole call: the values first, then the shapes by themselves.
        _, fids, _, columns = _gdal(layer, skip, with_shapes=False)
        return fids, _one_by_one(layer, fids), columns


def _gdal(layer: Layer, skip: int, with_shapes: bool) -> Any:
    return pyogrio.raw.read(
        layer.path,
        layer=layer.layer,
        encoding=layer.encoding,
        skip_features=skip,
        max_features=layer.batch,
        return_fids=True,
        datetime_as_string=True,
        read_geometry=with_shapes,
        where=layer.where,
        **layer.options,
    )


def _one_by_one(layer: Layer, fids: NDArray[np.int64]) -> list[Shape]:
    """The shapes of features, DAMAGED for what cannot be read; halving finds those quickly."""
    try:
        return list(pyogrio.raw.read(layer.path, layer=layer.layer, fids=fids, columns=[], **layer.options)[2])
    except pyogrio.errors.FeatureError:
        if len(fids) == 1:
            return [DAMAGED]
    middle = len(fids) // 2
    return _one_by_one(layer, fids[:middle]) + _one_by_one(layer, fids[middle:])


def _exact(layer: Layer, at: int, column: NDArray[Any], fids: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers with gaps come as floats, which spoils long ones (18-digit numbers): read those one by one."""
    if layer.types[at] != "OFTInteger64" or column.dtype.kind != "f":
        return column
    spoiled = np.flatnonzero(np.abs(np.nan_to_num(column)) >= _EXACT_WHOLE)
    if not len(spoiled):
        return column
    exact: list[int | None] = [None if math.isnan(number) else int(number) for number in column.tolist()]
    for place in spoiled:
        exact[place] = _one_number(layer, at, int(fids[place]))
    return np.array(exact, dtype=object)


def _one_number(layer: Layer, at: int, fid: int) -> int:
    one = pyogrio.raw.read(
        layer.path, layer=layer.layer, encoding=layer.encoding, fids=[fid], read_geometry=False, **layer.options
    )
    return int(one[3][at][0])


def _batch_size(path: Path, count: int) -> int:
    """So many features as fill some megabytes on average."""
    each = path.stat().st_size // max(1, count) + 1
    return max(1, min(_MOST_ROWS, _BATCH_BYTES // each))


def _check_size(name: str, count: int, columns: int, limits: Limits) -> None:
    if count > limits.rows:
        many = text("%(file)s has more than %(limit)d rows; split it.", file=name, limit=limits.rows)
        raise FileRefused(many, "file.too_many_rows")
    if columns > limits.columns:
        wide = text(
            "%(file)s has %(count)d columns; the most is %(limit)d.", file=name, count=columns, limit=limits.columns
        )
        raise FileRefused(wide, "file.too_many_columns")


@contextmanager
def gdal_errors(name: str) -> Iterator[None]:
    """Turns GDAL's errors into the sentence of a damaged file; its warnings are of no use to a person."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except _ERRORS as error:
            raise damaged(name) from error


def _broken_off(layer: Layer, taken: int) -> Text:
    return text(
        "%(file)s is damaged: it announces %(count)d features, but only %(taken)d can be read.",
        file=layer.name,
        count=layer.count,
        taken=taken,
    )


def damaged(name: str) -> FileRefused:
    """The refusal of a file that its own format does not make sense of."""
    return FileRefused(
        text("%(file)s is damaged or cut off and cannot be read. Export it again.", file=name), "file.damaged"
    )
