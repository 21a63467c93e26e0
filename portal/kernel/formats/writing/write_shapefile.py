"""Zipped shapefiles out: one a kind of geometry, with all that the format cannot say in files beside them."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.kernel.contracts.exporting import ExportRow
from portal.kernel.formats.formula_guard import harmless
from portal.kernel.formats.writing.attributes import Attribute, attributes
from portal.kernel.formats.writing.batches import Layer
from portal.kernel.formats.writing.dbf import cut, field_names
from portal.kernel.formats.writing.outgoing import Outgoing
from portal.kernel.formats.writing.values import Plain, written
from portal.kernel.formats.writing.write_gpkg import moved
from portal.kernel.i18n.text import text
from portal.kernel.i18n.words import Word, say

KINDS = {
    "Point": ("point", "Point"),
    "MultiPoint": ("points", "MultiPoint"),
    "LineString": ("line", "LineString"),
    "MultiLineString": ("line", "LineString"),
    "Polygon": ("area", "Polygon"),
    "MultiPolygon": ("area", "Polygon"),
}
"""What follows the name of the shapefile, and what it is declared to hold; the format keeps parts without a word."""

MOST_LISTED = 10_000
"""So many rows that could not be written are listed one by one."""


@dataclass
class _Archive:
    """The shapefiles being written, and what has to be said about them."""

    folder: Path
    outgoing: Outgoing
    known: tuple[Attribute, ...]
    names: tuple[str, ...]
    layers: dict[str, Layer] = field(default_factory=dict)
    cuts: dict[str, int] = field(default_factory=dict)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0

    def add(self, row: ExportRow) -> None:
        self.count += 1
        shape = moved(row.shape, self.outgoing.crs)
        if shape is None or shape.geom_type not in KINDS:
            self._leave_out(row)
            return
        values = [self._fitted(each, row) for each in self.known]
        self._layer(shape.geom_type).add(shape, values)

    def close(self) -> None:
        """Writes the rest; a list without a shape is an empty shapefile, so that programs open it all the same."""
        for layer in list(self.layers.values()) or [self._layer("Polygon")]:
            layer.close(always=True)

    def _fitted(self, attribute: Attribute, row: ExportRow) -> Plain:
        value = attribute.value(row, self.outgoing.locale)
        if not isinstance(value, str):
            return value
        kept = cut(value)
        if kept != value:
            self.cuts[attribute.name] = self.cuts.get(attribute.name, 0) + 1
        return kept

    def _layer(self, geometry_type: str) -> Layer:
        suffix, declared = KINDS[geometry_type]
        if suffix not in self.layers:
            name = f"{self.outgoing.name}_{suffix}"
            kinds = [each.kind for each in self.known]
            path = self.folder / f"{name}.shp"
            self.layers[suffix] = Layer(
                path, name, "ESRI Shapefile", self.outgoing.crs, self.names, kinds, geometry_type=declared
            )
        return self.layers[suffix]

    def _leave_out(self, row: ExportRow) -> None:
        first = self.known[0].value(row, self.outgoing.locale) if self.known else ""
        self.left_out.append((self.count, written(first)))


def write_shapefile(path: Path, outgoing: Outgoing) -> int:
    """Writes a zip of shapefiles (UTF-8, .cpg, .prj) in the wanted system, x = east; gives the number of all rows.

    A map of the fields tells what each name of at most 10 bytes means, where texts were cut to 254 bytes, and which
    rows have no geometry and so are not there. Raises `BadInput` where a shape lies outside the system.
    """
    known = attributes(outgoing.columns)
    with tempfile.TemporaryDirectory(prefix="anjie-shp-", dir=path.parent) as folder:
        archive = _Archive(Path(folder), outgoing, known, field_names([each.name for each in known]))
        for row in outgoing.rows:
            archive.add(row)
        archive.close()
        _pack(path, archive)
    return archive.count


def _pack(path: Path, archive: _Archive) -> None:
    chinese = archive.outgoing.chinese
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in sorted(archive.folder.iterdir()):
            packed.write(part, part.name)
        packed.writestr("字段对照.csv" if chinese else "fields.csv", _table(_field_map(archive)))
        packed.writestr("说明.csv" if chinese else "about.csv", _table(archive.outgoing.about))


def _field_map(archive: _Archive) -> list[Sequence[str]]:
    locale = archive.outgoing.locale

    def said(sentence: Word) -> str:
        return say(sentence, locale)

    heads = (text("Field in the file"), text("Field"), text("Heading"), text("Remark"))
    rows: list[Sequence[str]] = [[said(head) for head in heads]]
    for short, each in zip(archive.names, archive.known, strict=True):
        heading = said(each.column.title)
        notes = [said(text("in words"))] if each.in_words else []
        if each.name in archive.cuts:
            notes.append(said(text("%(count)d texts were cut to 254 bytes", count=archive.cuts[each.name])))
        rows.append([short, each.name, heading, "; ".join(notes)])
    return rows + _missing(archive, said(text("Rows without a shape, which a shapefile cannot hold")))


def _missing(archive: _Archive, heading: str) -> list[Sequence[str]]:
    if not archive.left_out:
        return []
    listed = [[str(number), first] for number, first in archive.left_out[:MOST_LISTED]]
    return [[], [f"{heading}: {len(archive.left_out)}"], *listed]


def _table(rows: Sequence[Sequence[str]]) -> bytes:
    """A small CSV for people."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows([[harmless(cell) for cell in row] for row in rows])
    return file.getvalue().encode("utf-8-sig")
