"""KML and KMZ to rows, one a Placemark, by a reader of our own.

GDAL turns Chinese names of ExtendedData into underscores, splits folders into layers and loses line numbers. This
reader keeps all three; it resolves no entity, opens no link and never holds more than one Placemark.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import shapely

from portal.kernel.formats.archive import Archive, Member, open_archive
from portal.kernel.formats.geojson_geometry import GeometryMalformed
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.probe import FileKind
from portal.kernel.formats.reading import CellProblem, Head, Reading, ReadRow, Wish
from portal.kernel.formats.rows import FileRefused, check_file
from portal.kernel.formats.vector.cells import problems_of
from portal.kernel.formats.vector.geopackage import no_such_part, several_parts
from portal.kernel.formats.vector.kml_geometry import placemark_shape
from portal.kernel.formats.vector.kml_values import placemark_values
from portal.kernel.formats.vector.kml_walk import FALLBACK, KmlWalk, WrongEncoding
from portal.kernel.formats.vector.spool import Spool
from portal.kernel.i18n.text import Text, text

# KML knows no other system; that its numbers are really of it is another question.
_DECLARED_CRS = "EPSG:4326"
_SAMPLE, _SAMPLE_WIDTH = 6, 60


def read_kml_rows(path: Path, wish: Wish, limits: Limits, name: str) -> Reading:
    """The Placemarks of a KML with the line each begins on; the folder they lie in is a column.

    Raises `FileRefused` (file.damaged with the line, file.encoding, file.doctype, caps).
    """
    check_file(path, limits.file_bytes, name=name)
    try:
        return _read(path, wish.encoding, "declared", limits, name)
    except WrongEncoding as error:
        refusal = error.refusal
    if not wish.encoding:
        with suppress(WrongEncoding):
            return _read(path, "gb18030", FALLBACK, limits, name)
    raise refusal


def read_kmz_rows(path: Path, wish: Wish, limits: Limits, name: str) -> Reading:
    """The same of the KML in a KMZ that is wished for, else of doc.kml, else of the first."""
    check_file(path, limits.file_bytes, name=name)
    with tempfile.TemporaryDirectory(prefix="kmz-") as folder, open_archive(path, name, limits) as archive:
        members = {member.name: member for member in archive.members if member.suffix == ".kml"}
        part = _chosen(archive, members, wish.layer)
        inner = archive.extract({"doc.kml": members[part]}, Path(folder))[0]
        reading = read_kml_rows(inner, wish, limits, name)
    parts = tuple(members)
    notes = (several_parts(parts, part),) if len(parts) > 1 and wish.layer is None else ()
    return Reading(_with_parts(reading.head, parts, part, notes), reading.rows)


def _chosen(archive: Archive, members: dict[str, Member], wished: str | None) -> str:
    if not members:
        raise FileRefused(text("%(file)s holds no KML.", file=archive.name), "file.no_layer")
    if wished is not None and wished not in members:
        raise no_such_part(archive.name, wished, tuple(members))
    return wished or next((name for name in members if name.casefold() == "doc.kml"), next(iter(members)))


def _read(path: Path, encoding: str | None, basis: str, limits: Limits, name: str) -> Reading:
    spool = Spool()
    try:
        columns, walk, sample = _spooled(KmlWalk(path, encoding, limits, name), spool, limits, name)
    except BaseException:
        spool.close()
        raise
    head = Head(
        kind=FileKind.KML,
        columns=columns,
        encoding=walk.encoding,
        encoding_basis=basis,
        sample=sample,
        declared_crs=_DECLARED_CRS,
        has_geometry=True,
        notes=_notes(walk),
    )
    return Reading(head, spool.rows(columns))


def _spooled(
    walk: KmlWalk, spool: Spool, limits: Limits, name: str
) -> tuple[tuple[str, ...], KmlWalk, tuple[str, ...]]:
    columns: dict[str, None] = {}
    sample: list[str] = []
    for number, (line, folder, placemark) in enumerate(walk.placemarks(), start=1):
        row = _row(number, line, folder, placemark)
        columns.update(dict.fromkeys(row.values))
        _check_size(number, len(columns), limits, name)
        sample += [value[:_SAMPLE_WIDTH] for value in row.values.values() if value and not value.isascii()]
        del sample[_SAMPLE:]
        spool.add(row)
    return tuple(columns), walk, tuple(sample)


def _row(number: int, line: int, folder: str, placemark: Any) -> ReadRow:
    values = placemark_values(placemark, folder)
    problems = problems_of(values)
    try:
        shape = placemark_shape(placemark)
    except GeometryMalformed as error:
        return ReadRow(number, line, values, None, (*problems, CellProblem(error.problem, "geometry")))
    return ReadRow(number, line, values, None if shape is None else shapely.to_wkb(shape, flavor="iso"), problems)


def _check_size(rows: int, columns: int, limits: Limits, name: str) -> None:
    if rows > limits.rows:
        many = text("%(file)s has more than %(limit)d rows; split it.", file=name, limit=limits.rows)
        raise FileRefused(many, "file.too_many_rows")
    if columns > limits.columns:
        wide = text(
            "%(file)s has %(count)d columns; the most is %(limit)d.", file=name, count=columns, limit=limits.columns
        )
        raise FileRefused(wide, "file.too_many_columns")


def _notes(walk: KmlWalk) -> tuple[Text, ...]:
    if not walk.links:
        return ()
    return (text("The file links to others (%(count)d times); what lies there is not read.", count=walk.links),)


def _with_parts(head: Head, parts: tuple[str, ...], part: str, notes: tuple[Text, ...]) -> Head:
    return Head(
        kind=FileKind.KMZ,
        columns=head.columns,
        encoding=head.encoding,
        encoding_basis=head.encoding_basis,
        sample=head.sample,
        declared_crs=head.declared_crs,
        has_geometry=True,
        parts=parts,
        part=part,
        notes=(*notes, *head.notes),
    )
