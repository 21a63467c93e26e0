"""GeoPackage to rows: one layer, or one table without geometry; the database is opened to be read and not trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyogrio
import pyogrio.raw

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.probe import FileKind
from portal.kernel.formats.reading import Head, Reading, Wish
from portal.kernel.formats.rows import FileRefused, check_file
from portal.kernel.formats.vector.cells import unique_headings
from portal.kernel.formats.vector.features import feature_rows, kept_fields, layer_notes
from portal.kernel.formats.vector.layer import DAMAGED, Batch, Layer, Shape, describe, gdal_errors
from portal.kernel.i18n.text import Text, text

# Immutable: no journal and no lock is looked for. Views and triggers of the file may call only harmless functions.
_OPTIONS = {"IMMUTABLE": "YES", "LIST_ALL_TABLES": "YES", "PRELUDE_STATEMENTS": "PRAGMA trusted_schema=OFF"}

# The number of rows that a GeoPackage notes down for itself goes stale when other software edits it, and GDAL would
# read no more than that; a condition makes it count.
_EVERY_ROW = "1 = 1"


def read_gpkg_rows(path: Path, wish: Wish, limits: Limits, name: str) -> Reading:
    """The features of a GeoPackage: of the layer that is wished for, else of the first one with rows.

    Raises `FileRefused` (file.damaged, file.no_layer, caps).
    """
    check_file(path, limits.file_bytes, name=name)
    parts = _parts(path, name)
    layer = replace(_chosen(path, parts, wish.layer, name, limits), where=_EVERY_ROW)
    headings = unique_headings([layer.fields[at] for at in kept_fields(layer)])
    head = Head(
        kind=FileKind.GPKG,
        columns=headings,
        encoding="utf-8",
        encoding_basis="declared",
        declared_crs=_declared_crs(layer.crs),
        has_geometry=layer.geometry_type is not None,
        parts=parts,
        part=layer.layer,
        notes=(*_which_part(parts, layer, wish), *layer_notes(layer)),
    )
    return Reading(head, feature_rows(layer, headings, look=_with_damage(layer)))


def _with_damage(layer: Layer) -> Callable[[Batch], list[Shape]]:
    """GDAL gives no shape where it could not read one; the database tells which rows do have one."""

    def look(batch: Batch) -> list[Shape]:
        without = [int(fid) for fid, shape in zip(batch.fids, batch.shapes, strict=True) if shape is None]
        if not without or layer.geometry_name is None or layer.fid_column is None:
            return batch.shapes
        damaged = _not_null(layer, without)
        return [DAMAGED if int(fid) in damaged else shape for fid, shape in zip(batch.fids, batch.shapes, strict=True)]

    return look


def _not_null(layer: Layer, fids: list[int]) -> set[int]:
    """Which of these rows have something in their geometry column."""
    listed = ", ".join(str(fid) for fid in fids)
    something = f"{_quoted(layer.geometry_name)} IS NOT NULL AND {_quoted(layer.fid_column)} IN ({listed})"
    with gdal_errors(layer.name):
        found = pyogrio.raw.read(
            layer.path,
            layer=layer.layer,
            columns=[],
            read_geometry=False,
            return_fids=True,
            where=something,
            **layer.options,
        )
    return {int(fid) for fid in found[1]}


def _quoted(name: str | None) -> str:
    return '"' + (name or "").replace('"', '""') + '"'


def _parts(path: Path, name: str) -> tuple[str, ...]:
    with gdal_errors(name):
        found = tuple(str(layer) for layer, _ in pyogrio.list_layers(path))
    if not found:
        raise FileRefused(text("%(file)s holds no layer and no table.", file=name), "file.no_layer")
    return found


def _chosen(path: Path, parts: tuple[str, ...], wished: str | None, name: str, limits: Limits) -> Layer:
    if wished is not None and wished not in parts:
        raise no_such_part(name, wished, parts)
    if wished is not None:
        return describe(path, wished, name, limits, options=_OPTIONS)
    layers = (describe(path, part, name, limits, options=_OPTIONS) for part in parts)
    return next((layer for layer in layers if layer.count), describe(path, parts[0], name, limits, options=_OPTIONS))


def no_such_part(name: str, wished: str, parts: tuple[str, ...]) -> FileRefused:
    """The refusal when a layer is asked for that the file does not have."""
    return FileRefused(
        text(
            "%(file)s has no layer “%(layer)s”; it has: %(layers)s.",
            file=name,
            layer=wished[:100],
            layers=", ".join(parts)[:500],
        ),
        "file.no_layer",
    )


def several_parts(parts: tuple[str, ...], part: str) -> Text:
    """The note that only one of several layers is read."""
    return text("The file has %(count)d layers; “%(layer)s” is read.", count=len(parts), layer=part)


def _which_part(parts: tuple[str, ...], layer: Layer, wish: Wish) -> tuple[Text, ...]:
    return (several_parts(parts, layer.layer or ""),) if len(parts) > 1 and wish.layer is None else ()


def _declared_crs(crs: str | None) -> str | None:
    """GeoPackage has two systems that mean “none is known”."""
    return None if crs is None or "undefined" in crs.lower() else crs
