"""What kind of file this is, by its content; its name only decides between texts."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from pathlib import Path, PurePath

from portal.kernel.formats.archive import Archive, open_archive
from portal.kernel.formats.limits import LIMITS, Limits
from portal.kernel.formats.rows import FileRefused, check_file
from portal.kernel.formats.signatures import HEAD, WEB_PAGE, foreign_binary, is_geopackage, looks_binary, ole_content
from portal.kernel.i18n.text import Text, text

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TABLE_NAMES = (".csv", ".tsv", ".tab", ".txt")
_JSON_SIGNS = ("{", "[")
_PACKED = (".zip", ".rar", ".7z", ".gz", ".tar", ".kmz")
_LOOSE = (".xlsx", ".csv", ".gpkg", ".geojson", ".json")


class FileKind(enum.StrEnum):
    """The kinds of files that readers are here for; the values stand in `Wish.kind`."""

    XLSX = "xlsx"
    CSV = "csv"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    SHAPEFILE_ZIP = "shapefile_zip"
    KML = "kml"
    KMZ = "kmz"


def probe(path: Path, name: str, limits: Limits = LIMITS) -> FileKind:
    """The kind of a file. `name` is what the person called it.

    Raises `FileRefused` with a code (file.*) and a sentence that says what the file is and what to do, for everything
    that no reader takes; a zip is checked as `open_archive` does.
    """
    check_file(path, limits.file_bytes, name=name)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(_ZIP):
        return _zip_kind(path, name, limits)
    if is_geopackage(head):
        return FileKind.GPKG
    refusal = ole_content(path, head) or foreign_binary(head, PurePath(name).suffix.lower())
    if refusal:
        raise FileRefused(_named(refusal.sentence, name), refusal.code)
    return _text_kind(head, name)


def shapefile_layers(archive: Archive) -> tuple[str, ...]:
    """The paths in a zip, without `.shp`, of the shapefiles it holds, in order."""
    return tuple(member.name[:-4] for member in archive.members if member.suffix == ".shp")


def _zip_kind(path: Path, name: str, limits: Limits) -> FileKind:
    with open_archive(path, name, limits) as archive:
        if archive.find("[Content_Types].xml"):
            return _office_kind(archive)
        _refuse_packed_in_packed(archive)
        suffixes = {member.suffix for member in archive.members}
        if ".shp" in suffixes:
            return FileKind.SHAPEFILE_ZIP
        if ".kml" in suffixes:
            return FileKind.KMZ
        raise _unknown_zip(archive)


def _office_kind(archive: Archive) -> FileKind:
    """Macros hide behind an honest name; the list of content types tells, and the part that holds them."""
    types = archive.find("[Content_Types].xml")
    declared = archive.read(types, 4 * 1024 * 1024).lower() if types else b""
    macros = any(member.base.casefold() == "vbaproject.bin" for member in archive.members)
    if macros or b"macroenabled" in declared:
        raise FileRefused(_sentence(_MACRO, archive), "file.macros")
    if archive.find("xl/workbook.bin") or b"sheet.binary" in declared:
        raise FileRefused(_sentence(_XLSB, archive), "file.xlsb")
    if b"spreadsheetml" not in declared:
        raise FileRefused(_sentence(_OTHER_OFFICE, archive), "file.not_a_table")
    return FileKind.XLSX


def _refuse_packed_in_packed(archive: Archive) -> None:
    inner = next((member for member in archive.members if member.suffix in _PACKED), None)
    if inner:
        raise FileRefused(_sentence(_NESTED, archive, inner.name), "file.zip_nested")


def _unknown_zip(archive: Archive) -> FileRefused:
    mime = archive.find("mimetype")
    if mime and b"opendocument" in archive.read(mime, 1024):
        return FileRefused(_sentence(_ODS, archive), "file.ods")
    loose = next((member for member in archive.members if member.suffix in _LOOSE), None)
    if loose:
        return FileRefused(_sentence(_UNZIP, archive, loose.name), "file.zip_unknown")
    return FileRefused(_sentence(_NOTHING_KNOWN, archive), "file.zip_unknown")


def _text_kind(head: bytes, name: str) -> FileKind:
    if looks_binary(head):
        raise FileRefused(_named(_UNKNOWN, name), "file.unknown")
    sign = _start_of_text(head)
    if sign.startswith("<"):
        return _markup_kind(sign, name)
    if sign.startswith(_JSON_SIGNS) and PurePath(name).suffix.lower() not in _TABLE_NAMES:
        return FileKind.GEOJSON
    return FileKind.CSV


def _markup_kind(start: str, name: str) -> FileKind:
    lowered = start.lower()
    if "<kml" in lowered:
        return FileKind.KML
    if "urn:schemas-microsoft-com:office:spreadsheet" in lowered or "<html" in lowered or "<table" in lowered:
        raise FileRefused(_named(WEB_PAGE.sentence, name), WEB_PAGE.code)
    if PurePath(name).suffix.lower() == ".kml":
        return FileKind.KML
    raise FileRefused(_named(_OTHER_XML, name), "file.unknown")


def _start_of_text(head: bytes) -> str:
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return head.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n\v\f\u3000")


def _sentence(template: Text, archive: Archive, member: str | None = None) -> Text:
    return _named(template, archive.name, {"member": member[:100]} if member else {})


def _named(template: Text, name: str, more: Mapping[str, object] | None = None) -> Text:
    return Text(template.msgid, {"file": name, **(more or {})})


_UNKNOWN = text(
    "%(file)s is no table or map data that is read here: .xlsx, CSV, GeoJSON, GeoPackage, KML, KMZ, zipped shapefile."
)
_MACRO = text("%(file)s is a workbook with macros, which are never taken in. Save it as .xlsx (without macros).")
_XLSB = text("%(file)s is a binary workbook (.xlsb). Open it in Excel and save it as .xlsx.")
_ODS = text("%(file)s is an OpenDocument file. Open it in WPS, LibreOffice or Excel and save it as .xlsx.")
_OTHER_OFFICE = text("%(file)s is an office document but no workbook. Put the table into a workbook (.xlsx).")
_NESTED = text("%(file)s holds another packed file (“%(member)s”). Unpack it and zip only the data.")
_UNZIP = text("%(file)s is a zip around “%(member)s”. Unpack it and hand in that file itself.")
_NOTHING_KNOWN = text("%(file)s holds neither a shapefile nor a KML. Zip the .shp, .shx, .dbf and .prj together.")
_OTHER_XML = text("%(file)s is XML but no KML. Save the data as KML, GeoJSON, GeoPackage or a zipped shapefile.")
