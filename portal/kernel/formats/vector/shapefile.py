"""A zipped shapefile to rows. GDAL hands over raw bytes; what they mean is decided here, by declaration first."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from portal.kernel.formats.archive import Archive, open_archive
from portal.kernel.formats.dbf_encoding import DbfEncoding, decide_dbf_encoding
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.probe import FileKind, shapefile_layers
from portal.kernel.formats.reading import Head, Reading, ReadRow, Wish
from portal.kernel.formats.rows import FileRefused, check_file
from portal.kernel.formats.vector.cells import unique_headings
from portal.kernel.formats.vector.features import feature_rows, kept_fields, layer_notes
from portal.kernel.formats.vector.geopackage import no_such_part, several_parts
from portal.kernel.formats.vector.layer import DAMAGED, Batch, Layer, Shape, describe
from portal.kernel.formats.vector.shapefile_parts import Shapefile, shape_types, unpack
from portal.kernel.i18n.text import Text, text

# Latin-1 gives each byte a character and back, so that nothing is lost on the way through GDAL.
_RAW = "ISO-8859-1"


def read_shapefile_rows(path: Path, wish: Wish, limits: Limits, name: str) -> Reading:
    """The features of the shapefile in a zip that is wished for, else of the first.

    Raises `FileRefused` (zip, file.no_dbf, file.damaged, file.encoding, file.no_layer, caps). A missing .prj is
    ordinary: then `declared_crs` is None.
    """
    check_file(path, limits.file_bytes, name=name)
    folder = tempfile.TemporaryDirectory(prefix="shapefile-")
    try:
        with open_archive(path, name, limits) as archive:
            parts, part = _chosen(archive, wish.layer, name)
            shapefile = unpack(archive, part, Path(folder.name))
        return _reading(shapefile, parts, part, wish, limits, name, folder)
    except BaseException:
        folder.cleanup()
        raise


def _chosen(archive: Archive, wished: str | None, name: str) -> tuple[tuple[str, ...], str]:
    parts = shapefile_layers(archive)
    if not parts:
        raise FileRefused(text("%(file)s holds no shapefile.", file=name), "file.no_layer")
    if wished is not None and wished not in parts:
        raise no_such_part(name, wished, parts)
    return parts, wished or parts[0]


def _reading(
    shapefile: Shapefile,
    parts: tuple[str, ...],
    part: str,
    wish: Wish,
    limits: Limits,
    name: str,
    folder: tempfile.TemporaryDirectory[str],
) -> Reading:
    encoding = decide_dbf_encoding(shapefile.table, shapefile.cpg, wish.encoding, name)
    described = describe(shapefile.path, None, name, limits, encoding=_RAW)
    layer = replace(described, numbered=True, count=described.count - shapefile.deleted)
    headings, cut = _headings(layer, encoding)
    head = Head(
        kind=FileKind.SHAPEFILE_ZIP,
        columns=headings,
        encoding=encoding.name,
        encoding_basis=encoding.basis,
        sample=encoding.sample,
        declared_crs=shapefile.prj,
        has_geometry=layer.geometry_type is not None,
        parts=parts,
        part=part,
        notes=(
            *((several_parts(parts, part),) if len(parts) > 1 and wish.layer is None else ()),
            *shapefile.notes,
            *encoding.notes,
            *cut,
            *layer_notes(layer),
        ),
    )
    rows = feature_rows(layer, headings, encoding.decode, _with_damage(shapefile.path))
    return Reading(head, _until_removed(folder, rows))


def _with_damage(path: Path) -> Callable[[Batch], list[Shape]]:
    """GDAL gives no shape where it could not read one; the file tells which records do have one."""
    types = shape_types(path)

    def look(batch: Batch) -> list[Shape]:
        return [
            DAMAGED if shape is None and types[fid] != 0 else shape
            for fid, shape in zip(batch.fids, batch.shapes, strict=True)
        ]

    return look


def _headings(layer: Layer, encoding: DbfEncoding) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """The names of the columns, and a note about those that the format cut in the middle of a character."""
    decoded = [encoding.decode(layer.fields[at]) for at in kept_fields(layer)]
    cut = ", ".join(heading for heading, note in decoded if note)
    notes = (text("Names of columns that were cut in the middle of a character: %(names)s.", names=cut[:300]),)
    return unique_headings([heading for heading, _ in decoded]), notes if cut else ()


def _until_removed(folder: tempfile.TemporaryDirectory[str], rows: Iterator[ReadRow]) -> Iterator[ReadRow]:
    with folder:
        yield from rows
