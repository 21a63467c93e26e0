import contextlib
import io
import sqlite3
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.kernel.formats.archive import open_archive
from portal.kernel.formats.limits import Limits
from portal.kernel.formats.probe import FileKind, probe, shapefile_layers
from portal.kernel.formats.rows import FileRefused
from tests.kernel.formats.zips import encrypted, with_link, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
TYPES = "[Content_Types].xml"
SHEET_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DBF = bytes([3, 126, 5, 31]) + struct.pack("<LHH", 1, 65, 11) + bytes(20) + b"NAME".ljust(32, b"\0") + b"\r" + bytes(40)


def _utf16(name):
    return bytes(100) + name.encode("utf-16-le") + bytes(100)


def _workbook():
    out = io.BytesIO()
    book = Workbook()
    book.active.append(["a", "b"])
    book.save(out)
    return out.getvalue()


def _sqlite(tmp_path, application_id):
    path = tmp_path / "made.sqlite"
    base = sqlite3.connect(path)
    base.execute(f"PRAGMA application_id = {application_id}")
    base.execute("CREATE TABLE t (a)")
    base.close()
    return path


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (_workbook(), "a.xlsx", FileKind.XLSX),
        (_workbook(), "a.csv", FileKind.XLSX),
        (_workbook(), "a.zip", FileKind.XLSX),
        (b"a,b\n1,2\n", "a.csv", FileKind.CSV),
        (b"a,b\n1,2\n", "a.xlsx", FileKind.CSV),
        ("名称,人数\n".encode("gb18030"), "a.txt", FileKind.CSV),
        ("名称\t人数\n".encode("utf-16"), "a.csv", FileKind.CSV),
        (b'  {"type": "FeatureCollection"}', "a.json", FileKind.GEOJSON),
        (b'\xef\xbb\xbf{"type": 1}', "a", FileKind.GEOJSON),
        (b"[1], a\n", "a.csv", FileKind.CSV),
        (b'<?xml version="1.0"?>\n<kml xmlns="x"/>', "a.xml", FileKind.KML),
        (b"<kml/>", "a.csv", FileKind.KML),
        (zipped({"a.shp": b"", "a.dbf": b"", "b.shp": b""}), "a.zip", FileKind.SHAPEFILE_ZIP),
        (zipped({"doc.kml": b"<kml/>", "files/x.png": b""}), "a.zip", FileKind.KMZ),
    ],
)
def test_the_content_decides(write, data, name, kind):
    assert probe(write(data), name) is kind


def test_a_geopackage_by_its_application_id(tmp_path):
    assert probe(_sqlite(tmp_path, 0x47504B47), "a.bin") is FileKind.GPKG


def test_several_shapefiles_are_listed(write):
    with open_archive(write(zipped({"甲/b.shp": b"", "甲/b.dbf": b"", "a.SHP": b""})), "a.zip") as archive:
        assert shapefile_layers(archive) == ("甲/b", "a")


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "file.empty", "0 bytes"),
        (b" \r\n\t", "file.empty", "blank"),
        (OLE + _utf16("Workbook"), "file.old_xls", "old workbook"),
        (OLE + bytes(2**20) + _utf16("Book"), "file.old_xls", "old workbook"),
        (OLE + bytes(2**20) + _utf16("EncryptedPackage"), "file.password", "password"),
        (OLE + _utf16("WordDocument"), "file.not_a_table", "no workbook"),
        (zipped({TYPES: SHEET_TYPE, "xl/vbaProject.bin": b""}), "file.macros", "macros"),
        (zipped({TYPES: b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"}), "file.macros", "macros"),
        (zipped({TYPES: b"x", "xl/workbook.bin": b""}), "file.xlsb", "xlsb"),
        (zipped({TYPES: b"wordprocessingml", "word/document.xml": b""}), "file.not_a_table", "no workbook"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "file.ods", "OpenDocument"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "file.picture", "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "file.picture", "picture"),
        (b"%PDF-1.7\n", "file.pdf", "PDF"),
        (b"MZ\x90" + bytes(200), "file.program", "program"),
        (b"\x7fELF" + bytes(50), "file.program", "program"),
        (_workbook()[:-100], "file.damaged", "end of the zip"),
        (encrypted({TYPES: SHEET_TYPE}), "file.password", "password"),
        (b"AC1032\0" + bytes(50), "file.drawing", "CAD"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "file.drawing", "CAD"),
        (b"\x00\x00\x27\x0a" + bytes(96), "file.bare_shapefile", "Zip the .shp, .shx, .dbf and .prj together"),
        (DBF, "file.bare_dbf", ".dbf alone"),
        (b"Rar!\x1a\x07\x01\x00", "file.packed", "packed"),
        (b"7z\xbc\xaf\x27\x1c", "file.packed", "packed"),
        (b"\x1f\x8b\x08" + bytes(50), "file.packed", "packed"),
        (zipped({"a.txt": b"x"}), "file.zip_unknown", "neither a shapefile nor a KML"),
        (zipped({"a/b.xlsx": b"x"}), "file.zip_unknown", "around “a/b.xlsx”"),
        (zipped({"a.zip": b"x", "b.shp": b""}), "file.zip_nested", "another packed file"),
        (zipped({}), "file.zip_unknown", "neither"),
        (with_link("a.shp", "/etc/passwd"), "file.zip_link", "link"),
        (zipped({"../a.shp": b""}), "file.zip_name", "leads out"),
        (zipped({"a.shp": b"0" * 2**25}), "file.zip_ratio", "zip bomb"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "file.web_page", "web page"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "file.web_page",
            "web",
        ),
        (b"MIME-Version: 1.0\r\n", "file.web_page", "web page"),
        (b"<gml/>", "file.unknown", "no KML"),
        (b"{\\rtf1 x}", "file.not_a_table", "text document"),
        (bytes(range(1, 256)) * 40, "file.unknown", "no table"),
    ],
)
def test_what_no_reader_takes_is_told_what_it_is_and_what_to_do(write, data, code, words):
    with pytest.raises(FileRefused, match=words) as refused:
        probe(write(data), "名单.xlsx")
    assert refused.value.code == code
    assert str(refused.value).startswith("名单.xlsx ")


def test_another_database_is_no_geopackage(tmp_path):
    with pytest.raises(FileRefused) as refused:
        probe(_sqlite(tmp_path, 0), "a.gpkg")
    assert refused.value.code == "file.database"


def test_the_name_alone_tells_a_dbf_with_an_odd_head(write):
    with pytest.raises(FileRefused, match=r"\.dbf alone"):
        probe(write(b"\x03" + bytes(10) + b"abc"), "a.DBF")


def test_too_large(write):
    with pytest.raises(FileRefused, match="too large"):
        probe(write(b"a,b\n"), "a.csv", Limits(file_bytes=3))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "PK\x03\x04", "SQLite format 3\0", "<", "{"]))
def test_any_bytes_have_a_kind_or_a_reason(tmp_path_factory, data, start):
    path = tmp_path_factory.mktemp("probe") / "f"
    path.write_bytes(start.encode() + data)
    with contextlib.suppress(FileRefused):
        assert probe(path, "f.csv") in FileKind
