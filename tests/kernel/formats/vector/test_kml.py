import zipfile
from collections import deque

import pytest
import shapely

from portal.kernel.formats.limits import Limits
from portal.kernel.formats.opening import open_file
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.rows import FileRefused
from portal.kernel.formats.vector.kml import read_kml_rows, read_kmz_rows

NO_WISH = Wish()
POINT = "<Point><coordinates>121.4,31.2,5</coordinates></Point>"


@pytest.fixture
def read(tmp_path):
    def run(body, wish=NO_WISH, *, encoding="utf-8", declared="UTF-8", around=True, **limits):
        path = tmp_path / "f.kml"
        whole = f'<?xml version="1.0" encoding="{declared}"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">{body}</kml>'
        path.write_bytes((whole if around else body).encode(encoding))
        reading = read_kml_rows(path, wish, Limits(**limits), "f.kml")
        return reading.head, list(reading.rows)

    return run


def _shape(read, geometry):
    _, (row,) = read(f"<Placemark>{geometry}</Placemark>")
    assert row.problems == ()
    return shapely.from_wkb(row.shape).wkt


def test_placemarks_with_names_folders_and_data_in_chinese(read):
    head, rows = read(
        "<Document><name>文档</name><Folder><name>街道</name>\n"
        f"<Placemark><name>真如</name><ExtendedData><Data name='人口'><value>12</value></Data></ExtendedData>{POINT}"
        "</Placemark><Folder><name>内</name>\n<Placemark><name>n</name><ExtendedData><SchemaData>"
        "<SimpleData name='编码'>310107</SimpleData></SchemaData></ExtendedData></Placemark></Folder></Folder>"
        "<Placemark><TimeStamp><when>2020-01-31</when></TimeStamp></Placemark></Document>"
    )
    assert (head.kind, head.declared_crs, head.encoding, head.encoding_basis) == (
        "kml",
        "EPSG:4326",
        "utf-8",
        "declared",
    )
    assert head.columns == ("folder", "name", "人口", "编码", "when")
    assert [list(row.values.values()) for row in rows] == [
        ["街道", "真如", "12", None, None],
        ["街道/内", "n", None, "310107", None],
        [None, None, None, None, "2020-01-31"],
    ]
    assert [row.line for row in rows] == [3, 4, 4]
    assert shapely.from_wkb(rows[0].shape).wkt == "POINT Z (121.4 31.2 5)"
    assert rows[1].shape is None


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        ("<Point><coordinates> 121.4 , 31.2 </coordinates></Point>", "POINT (121.4 31.2)"),
        ("<LineString><coordinates>1,2\n3,4 , 0\t5,6</coordinates></LineString>", "LINESTRING (1 2, 3 4, 5 6)"),
        (
            (
                "<Polygon><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing>"
                "</innerBoundaryIs><outerBoundaryIs><LinearRing><coordinates>0,0 9,0 9,9 0,0</coordinates></LinearRing>"
                "</outerBoundaryIs></Polygon>"
            ),
            "POLYGON ((0 0, 9 0, 9 9, 0 0), (1 1, 2 1, 2 2, 1 1))",
        ),
        (
            (
                "<MultiGeometry><Point><coordinates>1,2</coordinates></Point><Point><coordinates>3,4</coordinates></Point>"
                "</MultiGeometry>"
            ),
            "MULTIPOINT ((1 2), (3 4))",
        ),
        (
            (
                "<gx:Track xmlns:gx='http://www.google.com/kml/ext/2.2'><when>2020</when><gx:coord>1 2 3</gx:coord>"
                "<gx:coord>4 5 6</gx:coord></gx:Track>"
            ),
            "LINESTRING Z (1 2 3, 4 5 6)",
        ),
    ],
)
def test_shapes(read, geometry, expected):
    assert _shape(read, geometry) == expected


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        ("<Point><coordinates>121,a</coordinates></Point>", "geometry.structure"),
        ("<Point><coordinates>121</coordinates></Point>", "geometry.structure"),
        ("<Point><coordinates>nan,31</coordinates></Point>", "geometry.not_finite"),
        (
            (
                "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 9,0 9,9 5,5</coordinates></LinearRing>"
                "</outerBoundaryIs></Polygon>"
            ),
            "geometry.open_ring",
        ),
        ("<MultiGeometry>" * 20 + "</MultiGeometry>" * 20, "geometry.structure"),
    ],
)
def test_a_broken_shape_is_a_problem_of_its_row(read, geometry, code):
    _, rows = read(f"<Placemark><name>a</name>{geometry}</Placemark><Placemark>{POINT}</Placemark>")
    assert rows[0].shape is None
    assert [found.problem.code for found in rows[0].problems] == [code]
    assert rows[1].problems == ()


def test_html_becomes_text_and_the_table_of_arcgis_columns(read):
    table = (
        "<html><head><style>td {color: red}</style></head><body><table><tr><td>街道</td></tr>"
        "<tr><td>编码</td><td>310107</td></tr>"
        "<tr><td>人口 &amp; 户数</td><td>1&nbsp;200</td></tr></table></body></html>"
    )
    _head, rows = read(f"<Placemark><name>a</name><description><![CDATA[{table}]]></description></Placemark>")
    assert rows[0].values == {
        "name": "a",
        "description": "街道\n编码 310107\n人口 & 户数 1 200",
        "编码": "310107",
        "人口 & 户数": "1 200",
    }


@pytest.mark.parametrize(
    ("encoding", "declared", "basis"),
    [("gb18030", "GBK", "declared"), ("gb18030", "UTF-8", "fallback"), ("utf-16", "UTF-16", "declared")],
)
def test_encodings(read, encoding, declared, basis):
    head, rows = read("<Placemark><name>真如镇街道</name></Placemark>", encoding=encoding, declared=declared)
    assert rows[0].values == {"name": "真如镇街道"}
    assert head.encoding_basis == basis
    assert head.sample == ("真如镇街道",)


def test_the_person_may_say_the_encoding(read):
    head, _ = read("<Placemark><name>真如</name></Placemark>", Wish(encoding="gbk"), encoding="gbk")
    assert head.encoding_basis == "declared"
    with pytest.raises(FileRefused) as caught:
        read("<Placemark><name>真如</name></Placemark>", Wish(encoding="utf-8"), encoding="gbk")
    assert caught.value.code == "file.encoding"


BOMB = '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "prolog",
    [BOMB, "\ufeff" + BOMB, '<?xml version="1.0"?>\n<!-- c -->\n' + BOMB, '<!DOCTYPE kml SYSTEM "file:///etc/passwd">'],
)
def test_definitions_are_refused(read, prolog):
    with pytest.raises(FileRefused, match="DOCTYPE") as caught:
        read(prolog + "<kml><Placemark><name>&b;</name></Placemark></kml>", around=False)
    assert caught.value.code == "file.doctype"


def test_an_entity_is_never_resolved(read):
    # A comment longer than what is looked at hides the definitions; they have no effect all the same.
    hidden = "<!--" + "x" * 70_000 + '--><!DOCTYPE kml [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    try:
        _, rows = read(hidden + "<kml><Placemark><name>&e;</name></Placemark></kml>", around=False)
    except FileRefused:
        return
    assert "root" not in str(rows[0].values)


def test_what_is_no_kml_or_broken_says_where(read):
    with pytest.raises(FileRefused, match="not valid XML at line 4"):
        read("\n\n<Placemark></kml>", around=True)
    with pytest.raises(FileRefused, match="no KML"):
        read("<gpx/>", around=False)


def test_caps(read):
    with pytest.raises(FileRefused, match="more than 2 rows"):
        read("<Placemark/>" * 3, rows=2)
    with pytest.raises(FileRefused, match="nested deeper than 64"):
        read("<Folder>" * 100 + "</Folder>" * 100)
    with pytest.raises(FileRefused, match="columns; the most is 1"):
        read("<Placemark><name>a</name><address>b</address></Placemark>", columns=1)


def test_links_are_said_and_not_followed(read):
    head, rows = read("<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink><Placemark/>")
    assert "links to others (1 times)" in str(head.notes[0])
    assert len(rows) == 1


def test_kmz_takes_doc_kml_or_the_one_that_is_asked_for(tmp_path):
    path = tmp_path / "f.kmz"
    kml = "<kml><Placemark><name>{}</name>" + POINT + "</Placemark></kml>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("files/a.kml", kml.format("a"))
        archive.writestr("doc.kml", kml.format("doc"))
        archive.writestr("files/icon.png", b"x")
    reading = read_kmz_rows(path, NO_WISH, Limits(), "f.kmz")
    assert (reading.head.kind, reading.head.parts, reading.head.part) == ("kmz", ("files/a.kml", "doc.kml"), "doc.kml")
    assert [row.values["name"] for row in reading.rows] == ["doc"]
    reading = read_kmz_rows(path, Wish(layer="files/a.kml"), Limits(), "f.kmz")
    assert [row.values["name"] for row in reading.rows] == ["a"]
    with pytest.raises(FileRefused, match="has no layer"):
        read_kmz_rows(path, Wish(layer="b.kml"), Limits(), "f.kmz")


def test_many_placemarks_and_a_long_line_through_the_door(tmp_path):
    path = tmp_path / "f.kml"
    line = " ".join(f"{121 + at / 1e6:.6f},31" for at in range(600_000))
    marks = "\n".join(f"<Placemark><name>{at}</name>{POINT}</Placemark>" for at in range(70_000))
    long = f"<Placemark><LineString><coordinates>{line}</coordinates></LineString></Placemark>"
    path.write_text(f"<kml><Document>\n{marks}\n{long}</Document></kml>")
    with open_file(path, name="f.kml") as reading:
        (last,) = deque(reading.rows, maxlen=1)
    assert (last.number, last.line) == (70_001, 70_002)
    assert shapely.get_num_coordinates(shapely.from_wkb(last.shape)) == 600_000
