"""The head of a PMTiles archive, read strictly. Source: PMTiles version 3 specification, chapter "Header"
(github.com/protomaps/PMTiles, spec/v3/spec.md). Tiles are fetched from the file by the browser; we never unpack one."""

from __future__ import annotations

import enum
import hashlib
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.errors import BadInput
from portal.kernel.i18n.text import text

MAGIC = b"PMTiles"
VERSION = 3
HEADER = struct.Struct("<7sB 11Q 6B 4i B 2i")
ROOT_WITHIN = 16_384
"""Header and root directory lie in the first 16 KiB, so that a client has both with one request."""
MOST_ZOOM = 26
"""Beyond it tile numbers no longer fit into the numbers of JavaScript."""
READABLE = frozenset({0, 1, 2})
"""Compressions that browsers undo here: not said, none, gzip."""
E7 = 10_000_000

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class TileType(enum.IntEnum):
    """What the tiles are; others (AVIF, unknown) are not drawn."""

    MVT = 1
    PNG = 2
    JPEG = 3
    WEBP = 4


@dataclass(frozen=True)
class Header:
    """What an archive says of itself; `bounds` in degrees of the datum that the operator declares."""

    tile_type: TileType
    min_zoom: int
    max_zoom: int
    bounds: Box


@dataclass(frozen=True)
class Archive:
    """A file whose head was read; `token` names its content, so that an address with it never goes stale."""

    path: Path
    header: Header
    token: str


def open_archive(path: Path) -> Archive:
    """The archive at a path; raises `BadInput` with what is wrong, `OSError` when it cannot be read."""
    status = path.stat()
    return _opened(path, status.st_size, status.st_mtime_ns)


def read_header(head: bytes, size: int) -> Header:
    """The header in the first bytes of a file of `size` bytes; raises `BadInput` for anything that is not v3."""
    if not head.startswith(MAGIC):
        raise BadInput(text("This is no PMTiles file."))
    if len(head) < HEADER.size:
        raise BadInput(text("The PMTiles file is cut off."))
    fields = HEADER.unpack(head[: HEADER.size])
    if fields[1] != VERSION:
        raise BadInput(text("This is PMTiles version %(version)s; version 3 is needed.", version=fields[1]))
    _check_parts(fields[2:10], size)
    _check_compressions(*fields[14:16])
    return Header(_tile_type(fields[16]), *_zooms(*fields[17:19]), _bounds(fields[19:23]))


@lru_cache(maxsize=4)
def _opened(path: Path, size: int, stamp: int) -> Archive:
    with path.open("rb") as file:
        head = file.read(ROOT_WITHIN)
    content = hashlib.sha256(b"%d %d " % (size, stamp) + head)
    return Archive(path, read_header(head, size), content.hexdigest()[:24])


def _check_parts(parts: tuple[int, ...], size: int) -> None:
    """Each part (offset, length) lies in the file, the root directory near its beginning."""
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    root_offset, root_length = pairs[0]
    if any(offset + length > size for offset, length in pairs):
        raise BadInput(text("The PMTiles file is cut off."))
    if root_length == 0 or root_offset < HEADER.size or root_offset + root_length > ROOT_WITHIN:
        raise BadInput(text("The directory of the PMTiles file is not where it must be."))


def _check_compressions(internal: int, of_tiles: int) -> None:
    if not {internal, of_tiles} <= READABLE:
        raise BadInput(text("The PMTiles file is compressed in a way that browsers cannot read; use gzip."))


def _tile_type(given: int) -> TileType:
    try:
        return TileType(given)
    except ValueError:
        raise BadInput(
            text("The tiles are neither vector tiles (MVT) nor PNG, JPEG or WebP pictures; nothing else is drawn.")
        ) from None


def _zooms(least: int, most: int) -> tuple[int, int]:
    if not 0 <= least <= most <= MOST_ZOOM:
        raise BadInput(text("The zooms %(least)s to %(most)s of the PMTiles file are none.", least=least, most=most))
    return least, most


def _bounds(e7: tuple[int, ...]) -> Box:
    west, south, east, north = (value / E7 for value in e7)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        box = f"{west:.4f}, {south:.4f}, {east:.4f}, {north:.4f}"
        raise BadInput(text("The bounds %(bounds)s of the PMTiles file are none.", bounds=box))
    return west, south, east, north
