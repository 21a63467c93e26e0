"""The files that make up one shapefile, found in a zip whatever the case of their names, and checked by their bytes.

Source: ESRI Shapefile Technical Description, July 1998 (headers of .shp and .shx).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from portal.kernel.formats.archive import Archive, Member
from portal.kernel.formats.dbf_table import DbfTable, read_dbf_header
from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import Text, text

_WANTED = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".cst")
_HEADER, _RECORD_HEADER, _TYPE = 100, 8, 4
_MAGIC = 9994
# Names inside are ours, so that neither Chinese nor capitals matter to what reads them.
_STEM = "shape"
_MOST_PRJ = 64 * 1024


@dataclass(frozen=True)
class Shapefile:
    """One unpacked shapefile: the .shp to open, the table beside it with the number of deleted rows, and what the small
    files say."""

    path: Path
    table: DbfTable
    deleted: int
    prj: str | None
    cpg: str | None
    notes: tuple[Text, ...]


def members_of(archive: Archive, layer: str) -> dict[str, Member]:
    """The files of one shapefile (its path without ending) by their ending in lower case."""
    stem = layer.casefold()
    return {
        member.suffix: member
        for member in archive.members
        if member.suffix in _WANTED and member.name[: -len(member.suffix)].casefold() == stem
    }


def unpack(archive: Archive, layer: str, folder: Path) -> Shapefile:
    """Unpacks one shapefile and checks it. Raises `FileRefused`: .dbf missing, cut off, parts of different ones."""
    members = members_of(archive, layer)
    if ".dbf" not in members:
        raise FileRefused(_no_table(archive.name, layer), "file.no_dbf")
    archive.extract({_STEM + suffix: member for suffix, member in members.items()}, folder)
    paths = {suffix: folder / (_STEM + suffix) for suffix in members}
    _check_shp(paths[".shp"], archive.name)
    table = read_dbf_header(paths[".dbf"], archive.name)
    deleted = table.deleted()
    notes = (*_index_notes(paths, table, archive.name), *_deleted_note(deleted))
    return Shapefile(paths[".shp"], table, deleted, _small(paths, ".prj"), _small(paths, ".cpg", ".cst"), notes)


def shape_types(path: Path) -> NDArray[np.int32]:
    """The type that each record of a .shp gives itself, by the .shx beside it; 0 is no shape."""
    entries = _entries(path.with_suffix(".shx").read_bytes())
    starts = 2 * entries[:, 0] + _RECORD_HEADER
    shp = np.memmap(path, dtype=np.uint8, mode="r")
    sound = starts + _TYPE <= len(shp)
    raw = shp[np.where(sound, starts, 0)[:, None] + np.arange(_TYPE)]
    return np.where(sound, np.ascontiguousarray(raw).view("<i4")[:, 0], -1).astype(np.int32)


def _check_shp(path: Path, name: str) -> None:
    with path.open("rb") as file:
        head = file.read(_HEADER)
    if len(head) < _HEADER or struct.unpack(">i", head[:4])[0] != _MAGIC:
        raise FileRefused(text("The .shp in %(file)s is damaged. Export it again.", file=name), "file.damaged")
    announced, there = 2 * struct.unpack(">i", head[24:28])[0], path.stat().st_size
    if there < announced:
        raise FileRefused(_cut_off(name, announced, there), "file.damaged")


def _index_notes(paths: Mapping[str, Path], table: DbfTable, name: str) -> tuple[Text, ...]:
    """Checks the .shx; one that is missing or wrong is made anew by GDAL from the .shp. Raises `FileRefused`."""
    index = paths.get(".shx")
    if index is None:
        return (text("The index (.shx) is missing; it was made anew."),)
    shapes = _sound_index(index, paths[".shp"].stat().st_size)
    if shapes is None:
        index.unlink()
        return (text("The index (.shx) is damaged; it was made anew."),)
    if shapes != table.count:
        raise FileRefused(_different(name, shapes, table.count), "file.damaged")
    return ()


def _sound_index(path: Path, shp_size: int) -> int | None:
    """How many shapes an index names; None when it points outside the .shp."""
    data = path.read_bytes()
    if len(data) < _HEADER or (len(data) - _HEADER) % 8 or 2 * struct.unpack(">i", data[24:28])[0] != len(data):
        return None
    entries = _entries(data)
    start, length = 2 * entries[:, 0], 2 * entries[:, 1]
    sound = (start >= _HEADER) & (length >= 4) & (start + 8 + length <= shp_size)
    return len(entries) if bool(sound.all()) else None


def _entries(index: bytes) -> NDArray[np.int64]:
    """Start and length of each record, in units of two bytes."""
    whole = (len(index) - _HEADER) // 8 * 8
    return np.frombuffer(index, dtype=">i4", offset=_HEADER, count=whole // 4).reshape(-1, 2).astype(np.int64)


def _small(paths: Mapping[str, Path], *suffixes: str) -> str | None:
    """What a small file beside the shapes says; None when there is none, or nothing in it."""
    for suffix in suffixes:
        if suffix in paths and paths[suffix].stat().st_size <= _MOST_PRJ:
            said = paths[suffix].read_bytes().decode("utf-8-sig", errors="replace").strip("\0 \r\n\t")
            if said:
                return said
    return None


def _deleted_note(deleted: int) -> tuple[Text, ...]:
    return (text("%(count)d rows that are marked as deleted are left out.", count=deleted),) if deleted else ()


def _no_table(name: str, layer: str) -> Text:
    return text(
        "%(file)s lacks the table of the shapefile (“%(layer)s.dbf”). Zip .shp, .shx, .dbf and .prj together.",
        file=name,
        layer=layer[:100],
    )


def _cut_off(name: str, announced: int, there: int) -> Text:
    return text(
        "The .shp in %(file)s is cut off: it announces %(announced)d bytes, %(there)d are there. Copy or export it"
        " again, whole.",
        file=name,
        announced=announced,
        there=there,
    )


def _different(name: str, shapes: int, rows: int) -> Text:
    return text(
        "The files in %(file)s do not belong together: %(shapes)d shapes, but %(rows)d rows in the table.",
        file=name,
        shapes=shapes,
        rows=rows,
    )
