import pytest
from pyproj import CRS
from pyproj.database import query_crs_info

from portal.errors import BadInput
from portal.kernel.geo.crs import BD09, CGCS2000, GCJ02, WGS84, CrsRefused, parse_crs, plane_systems, zone_candidates


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("EPSG:4490", CGCS2000),
        ("epsg:4490", CGCS2000),
        (" EPSG: 4490 ", CGCS2000),
        ("4490", CGCS2000),
        ("EPSG 4490", CGCS2000),
        ("ＥＰＳＧ：４４９０", CGCS2000),
        ("CGCS2000", CGCS2000),
        ("cgcs 2000", CGCS2000),
        ("2000国家大地坐标系", CGCS2000),
        ("China Geodetic Coordinate System 2000", CGCS2000),
        ("GCS_China_Geodetic_Coordinate_System_2000", CGCS2000),
        ("urn:ogc:def:crs:EPSG::4490", CGCS2000),
        ("urn:ogc:def:crs:EPSG:9.8:4490", CGCS2000),
        ("http://www.opengis.net/def/crs/EPSG/0/4490", CGCS2000),
        ("EPSG:4326", WGS84),
        ("WGS84", WGS84),
        ("WGS 84", WGS84),
        ("WGS-84", WGS84),
        ("GCS_WGS_1984", WGS84),
        ("OGC:CRS84", WGS84),
        ("CRS84", WGS84),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", WGS84),
        ("urn:ogc:def:crs:OGC::CRS84", WGS84),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", WGS84),
        ("GCJ-02", GCJ02),
        ("gcj02", GCJ02),
        ("火星坐标系", GCJ02),
        ("BD-09", BD09),
        ("bd09", BD09),
        ("BD09LL", BD09),
    ],
)
def test_usual_names_are_read(written, expected):
    assert parse_crs(written) == expected


@pytest.mark.parametrize("code", range(4491, 4555))
def test_every_cgcs2000_zone_is_what_the_epsg_dataset_says(code):
    authority, ours = CRS.from_epsg(code), parse_crs(f"EPSG:{code}")
    parameters = {p.name: p.value for p in authority.coordinate_operation.params}
    assert ours.label == authority.name
    assert ours.kind == "plane"
    assert ours.epsg == code
    assert ours.central_meridian == parameters["Longitude of natural origin"]
    assert ours.false_easting == parameters["False easting"]


def test_there_are_all_sixty_four_zones():
    assert sorted(crs.epsg for crs in plane_systems()) == list(range(4491, 4555))


@pytest.mark.parametrize("crs", plane_systems(), ids=lambda crs: crs.key)
def test_a_zone_is_read_by_its_own_label_and_key(crs):
    assert parse_crs(crs.label) == parse_crs(crs.key) == crs


@pytest.mark.parametrize(
    ("esri", "code"),
    [
        ("CGCS2000_3_Degree_GK_Zone_40", 4528),
        ("CGCS2000_3_Degree_GK_CM_120E", 4549),
        ("CGCS2000_GK_Zone_21", 4499),
        ("CGCS2000_GK_CM_123E", 4510),
        ("CGCS2000 / 3-degree Gauss-Krüger zone 40", 4528),
    ],
)
def test_the_names_in_prj_files_are_read(esri, code):
    assert parse_crs(esri).epsg == code


def _codes_of(datum: str) -> list[str]:
    named = query_crs_info(auth_name="EPSG", pj_types=None, allow_deprecated=True)
    return [info.code for info in named if info.name == datum or info.name.startswith(f"{datum} /")]


@pytest.mark.parametrize("datum", ["Beijing 1954", "Xian 1980", "New Beijing"])
def test_every_code_of_an_old_datum_is_refused_by_name(datum):
    codes = _codes_of(datum)
    assert len(codes) > 60
    for code in codes:
        with pytest.raises(CrsRefused, match=f"datum {datum}"):
            parse_crs(f"EPSG:{code}")


@pytest.mark.parametrize(
    ("written", "datum"),
    [
        ("Beijing 1954", "Beijing 1954"),
        ("Beijing54", "Beijing 1954"),
        ("BJ54", "Beijing 1954"),
        ("北京54", "Beijing 1954"),
        ("北京54坐标系", "Beijing 1954"),
        ("1954年北京坐标系", "Beijing 1954"),
        ("Beijing_1954_3_Degree_GK_Zone_40", "Beijing 1954"),
        ("Xian 1980", "Xian 1980"),
        ("Xi'an 80", "Xian 1980"),
        ("西安80", "Xian 1980"),
        ("1980西安坐标系", "Xian 1980"),
        ("1980年国家大地坐标系", "Xian 1980"),
        ("Xian_1980_3_Degree_GK_CM_120E", "Xian 1980"),
        ("New Beijing", "New Beijing"),
        ("新北京54", "New Beijing"),
        ("新1954年北京坐标系", "New Beijing"),
    ],
)
def test_an_old_datum_is_refused_by_any_of_its_names(written, datum):
    with pytest.raises(CrsRefused, match=f"datum {datum}.*survey authority") as refused:
        parse_crs(written)
    assert written in str(refused.value)


@pytest.mark.parametrize(
    "written", ["SH2000", "sh 2000", "上海2000", "上海2000坐标系", "Shanghai 2000", "上海平面坐标系"]
)
def test_shanghais_local_system_is_refused_with_its_own_sentence(written):
    with pytest.raises(CrsRefused, match="local system"):
        parse_crs(written)


@pytest.mark.parametrize(
    "written", ["", "EPSG:3857", "EPSG:2326", "EPSG:4555555", "北京2000", "degrees", "EPSG:", "%(x)s"]
)
def test_what_is_unknown_is_refused_and_the_accepted_are_named(written):
    with pytest.raises(CrsRefused, match=r"not known.*EPSG:4490.*GCJ-02 and BD-09"):
        parse_crs(written)


def test_a_refusal_is_bad_input_and_keeps_short():
    with pytest.raises(BadInput) as refused:
        parse_crs("x" * 5000)
    assert len(str(refused.value)) < 400


def test_an_easting_of_eight_digits_names_its_zone_and_one_of_six_names_none():
    assert [crs.epsg for crs in zone_candidates(40_633_362.0)] == [4528]
    assert [crs.epsg for crs in zone_candidates(21_310_000.0)] == [4499]
    assert zone_candidates(633_362.0) == ()
    assert zone_candidates(-5.0) == ()
