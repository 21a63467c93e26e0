"""Valid files to begin with, and ways to spoil them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.exchange.fixtures.make import make

SEEDS = {
    "csv": ("csv_utf8.csv", "csv_quoted_line_end.csv", "csv_utf16_le.csv", "csv_gb18030.csv", "csv_sep_line.csv"),
    "geojson": ("geojson_rings.geojson", "geojson_height_and_mixture.geojson", "geojson_crs_member.geojson"),
    "kml": ("kml_hazards.kml", "kml_network_link.kml", "kml_markup.kml"),
    "kmz": ("kmz_hazards.kmz",),
    "xlsx": ("xlsx_two_line_headings.xlsx", "xlsx_formulas.xlsx", "xlsx_dates.xlsx", "xlsx_several_sheets.xlsx"),
    "gpkg": ("gpkg_empty_shapes.gpkg", "gpkg_table_only.gpkg"),
    "shapefile": ("shp_gbk_alone.zip", "shp_deleted_rows.zip"),
}
"""Fixtures by kind."""

TOKENS = (
    b"\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"', b"'", b"\r", b"\n\n", b",", b";",
    b"\t", b"<", b">", b"&#0;", b"&#xD800;", b"]]>", b"<!DOCTYPE x>", b"{", b"[[[[", b"]", b"}", b"null", b"1e999", b"-0", b"NaN",
    b"99999999999999999999", b"\\u0000", b"\\ud800", b"_x0000_", b"_xD83D_", b'r="A0"', b't="s"', b"<v>-1</v>", b"<row/>", b"<c>",
    b"</sheetData>", b"<mergeCell ref='A1:ZZ9'/>", "真如".encode("gb18030"), "\u202e".encode(), "😀".encode("utf-16-le"),
)  # fmt: skip
"""Pieces that mean something to one of the readers."""


@dataclass(frozen=True)
class Spoil:
    """One change: `kind` of flip, cut, insert, double, splice; `at` and `with_` choose where and what with."""

    kind: str
    at: float
    with_: int

    def on(self, data: bytes, other: bytes) -> bytes:
        """The changed bytes."""
        place = int(self.at * len(data))
        if self.kind == "flip" and data:
            return data[:place] + bytes([data[min(place, len(data) - 1)] ^ (1 << self.with_ % 8)]) + data[place + 1 :]
        if self.kind == "cut":
            return data[:place]
        if self.kind == "insert":
            return data[:place] + TOKENS[self.with_ % len(TOKENS)] + data[place:]
        if self.kind == "double":
            return data[:place] + data[place : place + self.with_] * 3 + data[place + self.with_ :]
        return data[:place] + other[int(self.at * len(other)) :]


KINDS = ("flip", "cut", "insert", "double", "splice")


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """The valid files of a kind."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return tuple(make(name, Path(folder)).read_bytes() for name in SEEDS[kind])


def spoiled(kind: str, which: int, spoils: Sequence[Spoil], member: int) -> bytes:
    """A file of a kind with something changed: of zips mostly in what one member unpacks to."""
    data, other = (seeds(kind)[number % len(seeds(kind))] for number in (which, which + 1))
    if data.startswith(b"PK") and member:
        return _inside(data, member, spoils)
    for spoil in spoils:
        data = spoil.on(data, other)
    return data


def _inside(data: bytes, member: int, spoils: Sequence[Spoil]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        for name in names:
            content = source.read(name)
            if name == names[member % len(names)]:
                for spoil in spoils:
                    content = spoil.on(content, data)
            target.writestr(name, content)
    return out.getvalue()
