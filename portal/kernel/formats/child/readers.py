"""Which reader reads which kind of file, and the caps that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.probe import FileKind, probe
from portal.kernel.formats.reading import CellProblem, Reading, ReadRow, Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.geo.problem import Problem
from portal.kernel.i18n.text import text

Reader = Callable[[Path, Wish, Limits, str], Reading]

# By name: a process that reads a CSV need not load GDAL.
_READERS = {
    FileKind.CSV: ("csv_rows", "read_csv_rows"),
    FileKind.XLSX: ("xlsx_rows", "read_xlsx_rows"),
    FileKind.GEOJSON: ("vector.geojson_rows", "read_geojson_rows"),
    FileKind.GPKG: ("vector.geopackage", "read_gpkg_rows"),
    FileKind.SHAPEFILE_ZIP: ("vector.shapefile", "read_shapefile_rows"),
    FileKind.KML: ("vector.kml", "read_kml_rows"),
    FileKind.KMZ: ("vector.kml", "read_kmz_rows"),
}
_BY_GDAL = frozenset({FileKind.GPKG, FileKind.SHAPEFILE_ZIP})
# Each driver of GDAL also looks at the ending.
_SUFFIX = {FileKind.GPKG: ".gpkg"}


def read_any(path: Path, wish: Wish, limits: Limits, name: str) -> Reading:
    """The rows of a file of any kind, within the limits. Raises `FileRefused`.

    The kind is known by content; one that the person names holds only where the content leaves it open.
    """
    kind = _kind(path, wish, limits, name)
    reader = _reader(kind)
    reading = reader(_with_suffix(path, kind), wish, limits, name)
    return replace(reading, rows=_within(reading.rows, limits, name))


def _kind(path: Path, wish: Wish, limits: Limits, name: str) -> FileKind:
    found = probe(path, name, limits)
    texts = (FileKind.CSV, FileKind.GEOJSON, FileKind.KML)
    wished = next((kind for kind in texts if kind == wish.kind), None)
    return wished if wished is not None and found in texts else found


def _reader(kind: FileKind) -> Reader:
    if kind in _BY_GDAL:
        import_module("portal.kernel.formats.vector.confined").confine()
    module, function = _READERS[kind]
    reader: Reader = getattr(import_module(f"portal.kernel.formats.{module}"), function)
    return reader


def _with_suffix(path: Path, kind: FileKind) -> Path:
    """The same file under a name that ends as its kind does, where a reader wants that."""
    suffix = _SUFFIX.get(kind)
    if suffix is None or path.suffix == suffix:
        return path
    return path.rename(path.with_suffix(suffix))


def _within(rows: Iterator[ReadRow], limits: Limits, name: str) -> Iterator[ReadRow]:
    """The rows, each shape within its cap, all together within theirs. Raises `FileRefused` beyond that."""
    together = 0
    for number, row in enumerate(rows, start=1):
        vertices = _vertices(row.shape)
        together += vertices
        if number > limits.rows:
            many = text("%(file)s has more than %(limit)d rows; split it.", file=name, limit=limits.rows)
            raise FileRefused(many, "file.too_many_rows")
        if together > limits.vertices:
            long = text("%(file)s has more than %(limit)d vertices; split it.", file=name, limit=limits.vertices)
            raise FileRefused(long, "file.too_many_vertices")
        yield row if vertices <= limits.vertices_of_row else _without_shape(row, vertices, limits)


def _vertices(shape: bytes | None) -> int:
    """About how many vertices a WKB holds: by its length, since counting would mean reading it."""
    return 0 if shape is None else len(shape) // (24 if _has_height(shape) else 16)


def _has_height(shape: bytes) -> bool:
    kind = int.from_bytes(shape[1:5], "little" if shape[:1] == b"\x01" else "big")
    return kind & 0x80000000 != 0 or kind % 0x10000000 >= 1000


def _without_shape(row: ReadRow, vertices: int, limits: Limits) -> ReadRow:
    sentence = text(
        "The shape has %(count)d vertices; the most is %(limit)d. Simplify or split it.",
        count=vertices,
        limit=limits.vertices_of_row,
    )
    problem = CellProblem(Problem("geometry.too_many_vertices", sentence))
    return replace(row, shape=None, problems=(*row.problems, problem))
