"""Files that no reader takes, known by their first bytes, and what to tell their owner."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from portal.kernel.i18n.text import Text, text

HEAD = 64 * 1024
"""How many first bytes the tests below are given."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE = b"SQLite format 3\0"
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")
_SHP = b"\x00\x00\x27\x0a"
_DBF_VERSIONS = b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\xcb\xf5\xfb"
_BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Refusal:
    """A code and a sentence that lacks only the `file`."""

    code: str
    sentence: Text


_PICTURE = Refusal("file.picture", text("%(file)s is a picture, whatever its name says. Hand in the data itself."))
_PDF = Refusal("file.pdf", text("%(file)s is a PDF. Ask for the table or map data it was made from."))
_PROGRAM = Refusal("file.program", text("%(file)s is a program, not data. It is not taken in."))
_PACKED = Refusal("file.packed", text("%(file)s is packed in a form that is not read here. Zip the data instead."))
_DWG = Refusal(
    "file.drawing",
    text("%(file)s is a CAD drawing. Export the layer as a shapefile or GeoPackage, with its CRS."),
)
_ACCESS = Refusal("file.database", text("%(file)s is a database. Export the table as .xlsx or CSV."))
_RTF = Refusal("file.not_a_table", text("%(file)s is a text document. Put the table into a workbook (.xlsx)."))
_BARE_SHP = Refusal(
    "file.bare_shapefile",
    text("%(file)s is one part of a shapefile. Zip the .shp, .shx, .dbf and .prj together and hand in the zip."),
)
_BARE_DBF = Refusal(
    "file.bare_dbf",
    text(
        "%(file)s is a .dbf alone. For a shapefile zip the .shp, .shx, .dbf and .prj together; for a table alone save "
        "it as .xlsx."
    ),
)
_OLD_XLS = Refusal(
    "file.old_xls",
    text("%(file)s is an old workbook (.xls). Open it in Excel or WPS and save it as .xlsx."),
)
_LOCKED = Refusal(
    "file.password", text("%(file)s is protected with a password. Take the password off and save it again as .xlsx.")
)
_OLD_OFFICE = Refusal("file.not_a_table", text("%(file)s is an old office document but no workbook. Save it as .xlsx."))
WEB_PAGE = Refusal(
    "file.web_page",
    text("%(file)s is a web page under the name of a table. Open it in Excel or WPS and save it as .xlsx."),
)

_MAGIC: tuple[tuple[bytes, Refusal], ...] = (
    (b"%PDF", _PDF),
    (b"\x89PNG\r\n\x1a\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"\x7fELF", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"#!/", _PROGRAM),
    (b"Rar!\x1a\x07", _PACKED),
    (b"7z\xbc\xaf\x27\x1c", _PACKED),
    (b"\x1f\x8b", _PACKED),
    (b"\xfd7zXZ\0", _PACKED),
    (b"\x28\xb5\x2f\xfd", _PACKED),
    (b"AutoCAD Binary DXF", _DWG),
    (b"\0\x01\0\0Standard Jet DB", _ACCESS),
    (b"\0\x01\0\0Standard ACE DB", _ACCESS),
    (_SQLITE, _ACCESS),
    (b"{\\rtf", _RTF),
    (b"MIME-Version:", WEB_PAGE),
    (_SHP, _BARE_SHP),
)

# Letters that a text could begin with too: they count only with control characters behind them.
_MAGIC_LETTERS: tuple[tuple[bytes, Refusal], ...] = (
    (b"MZ", _PROGRAM),
    (b"BZh", _PACKED),
    (b"AC10", _DWG),
    (b"8BPS", _PICTURE),
    (b"BM", _PICTURE),
)


def is_geopackage(head: bytes) -> bool:
    """SQLite with the application id of OGC 12-128 (clause 1.1.1.1.1), or with its table of contents."""
    return head.startswith(_SQLITE) and (head[68:72] in _GPKG_IDS or b"gpkg_contents" in head)


def foreign_binary(head: bytes, suffix: str) -> Refusal | None:
    """Why a file is not taken, by its first bytes; `suffix` helps only where bytes alone are weak."""
    for magic, refusal in (*_MAGIC, *(_MAGIC_LETTERS if looks_binary(head) else ())):
        if head.startswith(magic):
            return refusal
    if (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:8] == b"ftyp":
        return _PICTURE
    if head[257:262] == b"ustar":
        return _PACKED
    if _is_dxf(head):
        return _DWG
    return _BARE_DBF if _is_dbf(head, suffix) else None


def ole_content(path: Path, head: bytes) -> Refusal | None:
    """What an OLE container holds ([MS-CFB]): an old workbook, one locked with a password, or another document.

    The names of its streams tell; they stand in UTF-16 somewhere in the file, so that all of it is looked through.
    """
    if not head.startswith(_OLE):
        return None
    found = _streams(path, ("EncryptedPackage", "Workbook", "Book"))
    if "EncryptedPackage" in found:
        return _LOCKED
    return _OLD_XLS if found else _OLD_OFFICE


def looks_binary(head: bytes) -> bool:
    """Whether too many control characters stand in it for a text; a few are left for the reader to name."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    controls = sum(head.count(code) for code in range(32) if code not in b"\t\n\v\f\r\x1a\x1b")
    return controls > max(8, len(head) // 20)


def _streams(path: Path, names: tuple[str, ...]) -> set[str]:
    wanted = {name: name.encode("utf-16-le") + b"\0\0" for name in names}
    found: set[str] = set()
    before = b""
    for block in _blocks(path):
        found |= {name for name, written in wanted.items() if written in before + block}
        before = block[-64:]
    return found


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _is_dxf(head: bytes) -> bool:
    lines = [line.strip() for line in head[:4096].split(b"\n")[:40]]
    return any(pair == (b"0", b"SECTION") for pair in pairwise(lines)) and lines[0].isdigit()


def _is_dbf(head: bytes, suffix: str) -> bool:
    """A dBASE header: version, a date, and a list of 32-byte fields that ends with 0x0D where it says."""
    if suffix == ".dbf":
        return True
    if len(head) < 65 or head[0] not in _DBF_VERSIONS or not (head[2] <= 12 and head[3] <= 31):
        return False
    size = int(struct.unpack_from("<H", head, 8)[0])
    return 65 <= size <= len(head) and head[size - 1] == 0x0D
