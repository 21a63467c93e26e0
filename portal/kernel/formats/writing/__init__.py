"""Lists into files, one writer a format: each takes a path and an `Outgoing`, and gives the number of rows."""

from portal.kernel.formats.writing.outgoing import Outgoing
from portal.kernel.formats.writing.write_csv import write_csv
from portal.kernel.formats.writing.write_geojson import write_geojson
from portal.kernel.formats.writing.write_gpkg import write_gpkg
from portal.kernel.formats.writing.write_shapefile import write_shapefile
from portal.kernel.formats.writing.write_xlsx import write_xlsx

__all__ = ["Outgoing", "write_csv", "write_geojson", "write_gpkg", "write_shapefile", "write_xlsx"]
