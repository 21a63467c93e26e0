"""The formats that a list goes out in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from portal.errors import NotFound
from portal.kernel.contracts.exporting import Exporter
from portal.kernel.formats.writing import (
    Outgoing,
    write_csv,
    write_geojson,
    write_gpkg,
    write_shapefile,
    write_xlsx,
)
from portal.kernel.i18n.text import Text, text


@dataclass(frozen=True)
class Format:
    """A format by the ending that addresses and files have. `shaped` ones are for lists with shapes; those that can
    be written in a chosen coordinate system are `projected`."""

    ending: str
    title: Text
    media_type: str
    write: Callable[[Path, Outgoing], int]
    shaped: bool = False
    projected: bool = False


FORMATS = (
    Format(
        "xlsx",
        text("Excel workbook (.xlsx)"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
    Format("csv", text("CSV for Excel and WPS"), "text/csv", partial(write_csv, bom=True)),
    Format("raw.csv", text("CSV for other programs"), "text/csv", partial(write_csv, bom=False)),
    Format("geojson", text("GeoJSON (longitude, latitude)"), "application/geo+json", write_geojson, shaped=True),
    Format(
        "gpkg",
        text("GeoPackage (.gpkg)"),
        "application/geopackage+sqlite3",
        write_gpkg,
        shaped=True,
        projected=True,
    ),
    Format("shp.zip", text("Shapefile (.zip)"), "application/zip", write_shapefile, shaped=True, projected=True),
)
"""In the order of the menu."""


def format_named(ending: str, exporter: Exporter) -> Format:
    """The format of an ending; raises `NotFound` for none, and for a map of things that have no shape."""
    found = next((one for one in FORMATS if one.ending == ending), None)
    if found is None or (found.shaped and not exporter.has_shape):
        raise NotFound(text("This list is not exported in this format."))
    return found
