"""GeoJSON as a stream of rows: the text stands in memory, its features do not."""

from __future__ import annotations

from pathlib import Path

from portal.kernel.formats.encoding import decode_text
from portal.kernel.formats.geojson import walk_geojson
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.probe import FileKind
from portal.kernel.formats.reading import Head, Reading, Wish
from portal.kernel.formats.rows import read_bytes
from portal.kernel.formats.vector.spool import Spool


def read_geojson_rows(path: Path, wish: Wish, limits: Limits, name: str) -> Reading:
    """The features of a GeoJSON as `walk_geojson` gives them, one row a feature, with the line its `{` stands on.

    Raises `FileRefused` (file.encoding, file.damaged with line and column, not a FeatureCollection, caps).
    """
    source, encoding = decode_text(read_bytes(path, limits.file_bytes, name=name), wish.encoding, name)
    spool = Spool()
    try:
        columns, declared_crs = walk_geojson(source, name, spool.add)
    except BaseException:
        spool.close()
        raise
    head = Head(
        kind=FileKind.GEOJSON,
        columns=columns,
        encoding=encoding.name,
        encoding_basis=encoding.basis,
        sample=encoding.sample,
        declared_crs=declared_crs,
        has_geometry=True,
    )
    return Reading(head, spool.rows(columns))
