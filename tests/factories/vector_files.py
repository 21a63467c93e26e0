"""Map files as other people's software writes them, for readers to read; also ways to spoil them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely
from shapely.geometry.base import BaseGeometry


def column(values: Sequence[object]) -> np.ndarray:
    """Values as GDAL wants them: one type a column, texts as objects."""
    if any(isinstance(value, str) or value is None for value in values):
        return np.array(values, dtype=object)
    return np.array(values)


def write_layer(
    path: Path,
    shapes: Sequence[BaseGeometry | None],
    columns: Mapping[str, Sequence[object]],
    *,
    driver: str,
    crs: str | None = "EPSG:4490",
    kind: str = "Unknown",
    **options: object,
) -> Path:
    """A file by GDAL; a kind of "Polygon" and the like where the format wants one."""
    wkb = shapely.to_wkb(np.array(shapes, dtype=object), flavor="iso", output_dimension=4)
    pyogrio.raw.write(
        path,
        wkb,
        [column(values) for values in columns.values()],
        list(columns),
        crs=crs,
        driver=driver,
        geometry_type=kind,
        **options,
    )
    return path


def write_gpkg(path: Path, shapes, columns, **options) -> Path:
    return write_layer(path, shapes, columns, driver="GPKG", **options)


def write_shapefile(folder: Path, shapes, columns, *, encoding="UTF-8", kind="Polygon", **options) -> dict[str, bytes]:
    """The files of a shapefile by their ending."""
    folder.mkdir(parents=True, exist_ok=True)
    write_layer(folder / "made.shp", shapes, columns, driver="ESRI Shapefile", encoding=encoding, kind=kind, **options)
    return {path.suffix: path.read_bytes() for path in folder.glob("made.*")}


def zipped(path: Path, files: Mapping[str, bytes], *, names: str = "utf-8") -> Path:
    """A zip; with `names` of "gbk" its names are stored as old Chinese Windows does, without the UTF-8 flag."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(_GbkInfo(name) if names == "gbk" else zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return path


class _GbkInfo(zipfile.ZipInfo):
    def _encodeFilenameFlags(self):  # noqa: N802 - the name that zipfile calls
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def with_language(dbf: bytes, language: int) -> bytes:
    """A .dbf with another LDID byte."""
    return dbf[:29] + bytes([language]) + dbf[30:]


def with_deleted(dbf: bytes, *records: int) -> bytes:
    """A .dbf in which records (from 0) are marked as deleted."""
    spoiled = bytearray(dbf)
    header, length = struct.unpack("<HH", dbf[8:12])
    for record in records:
        spoiled[header + record * length] = 0x2A
    return bytes(spoiled)
