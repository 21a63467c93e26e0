import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from portal.kernel.geo.crs import CGCS2000, WGS84, CrsRefused, parse_crs, plane_systems
from portal.kernel.geo.prj import crs_of_prj, declared
from portal.kernel.geo.wkt import read_wkt

VERSIONS = ("WKT1_GDAL", "WKT1_ESRI", "WKT2_2015", "WKT2_2019")

GEOGCS = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def _plane(name="x", *, meridian=120.0, easting=500000.0, northing=0.0, scale=1.0, unit=1.0, base=GEOGCS, method=None):
    return (
        f'PROJCS["{name}",{base},PROJECTION["{method or "Gauss_Kruger"}"],PARAMETER["False_Easting",{easting}],'
        f'PARAMETER["False_Northing",{northing}],PARAMETER["Central_Meridian",{meridian}],'
        f'PARAMETER["Scale_Factor",{scale}],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",{unit}]]'
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("crs", [*plane_systems(), CGCS2000, WGS84], ids=lambda crs: crs.key)
def test_every_accepted_system_in_every_spelling(crs, version):
    assert crs_of_prj(CRS.from_epsg(crs.epsg).to_wkt(version)) == crs


@given(st.sampled_from(plane_systems()), st.sampled_from(VERSIONS), st.booleans(), st.sampled_from(["[]", "()"]))
def test_blanks_line_ends_and_round_brackets_are_no_matter(crs, version, pretty, brackets):
    wkt = CRS.from_epsg(crs.epsg).to_wkt(version, pretty=pretty)
    # Names hold round brackets too: those in quotation marks stay.
    outside = [
        part if at % 2 else part.replace("[", brackets[0]).replace("]", brackets[1])
        for at, part in enumerate(wkt.split('"'))
    ]
    assert crs_of_prj("\ufeff \r\n" + '"'.join(outside) + "\n\0") == crs


def test_without_a_title_or_code_the_numbers_tell():
    assert crs_of_prj(_plane()).key == "EPSG:4549"
    assert crs_of_prj(_plane(easting=40500000.0)).key == "EPSG:4528"
    assert crs_of_prj(_plane(meridian=117.0, easting=20500000.0)).key == "EPSG:4498"
    # The same plane as the 3° zone of 117° E, unless the title says otherwise.
    assert crs_of_prj(_plane(meridian=117.0)).key == "EPSG:4548"
    assert crs_of_prj(_plane("CGCS2000_GK_CM_117E", meridian=117.0)).key == "EPSG:4509"


def test_the_title_left_behind_by_an_editing_hand_does_not_count():
    assert crs_of_prj(_plane("CGCS2000_3_Degree_GK_Zone_40", easting=500000.0)).key == "EPSG:4549"


def test_a_height_beside_it_is_left_out():
    height = 'VERT_CS["Yellow Sea 1985",VERT_DATUM["Yellow Sea 1985",2005],UNIT["metre",1]]'
    assert crs_of_prj(f'COMPD_CS["both",{_plane()},{height}]').key == "EPSG:4549"
    assert crs_of_prj(CRS("EPSG:4490+5737").to_wkt()) == CGCS2000
    assert crs_of_prj(CRS.from_epsg(4480).to_wkt("WKT2_2019")) == CGCS2000


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("code", [4214, 4610, 4555, 2401, 2349, 21413, 4572, 4799])
def test_older_datums_are_refused_by_name(code, version):
    with pytest.raises(CrsRefused, match="no public conversion to CGCS2000"):
        crs_of_prj(CRS.from_epsg(code).to_wkt(version))


XIAN = GEOGCS.replace("GCS_China_Geodetic_Coordinate_System_2000", "GCS_Xian_1980").replace(
    "D_China_2000", "D_Xian_1980"
)
UNKNOWN = GEOGCS.replace("GCS_China_Geodetic_Coordinate_System_2000", "Unknown").replace("D_China_2000", "D_Unknown")
KRASSOWSKI = GEOGCS.replace("6378137.0,298.257222101", "6378245.0,298.3")


@pytest.mark.parametrize(
    ("wkt", "why"),
    [
        (_plane(base=XIAN), "no public conversion"),
        (_plane("Beijing_1954_3_Degree_GK_CM_120E"), "no public conversion"),
        (_plane(base=UNKNOWN), "datum “D_Unknown”"),
        (_plane(base=KRASSOWSKI), "each on its own ellipsoid"),
        (_plane(meridian=121.464444), "local plane .central meridian 121.46444"),
        (_plane(northing=-3457147.81), "false northing -3457147.81"),
        (_plane(easting=0.0), "local plane"),
        (_plane(easting=39500000.0), "local plane"),
        (_plane(scale=0.9996), "scale 0.9996"),
        (_plane(unit=0.3048), "units of 0.3048 m"),
        (_plane(method="Lambert_Conformal_Conic"), "projection Lambert_Conformal_Conic"),
        (CRS.from_epsg(3857).to_wkt("WKT1_ESRI"), "Web Mercator.*EPSG:4490"),
        (CRS.from_epsg(3857).to_wkt("WKT1_GDAL"), "Web Mercator"),
        (CRS.from_epsg(3857).to_wkt("WKT2_2019"), "Web Mercator"),
        (CRS.from_epsg(32651).to_wkt("WKT1_ESRI"), "plane on WGS 84"),
        (GEOGCS.replace('"Greenwich",0.0', '"Paris",2.337'), "degrees from Greenwich"),
        (GEOGCS.replace("0.0174532925199433", "0.015707963"), "degrees from Greenwich"),
        (_plane()[:-1] + ',AUTHORITY["EPSG","4548"]]', "contradicts itself.*EPSG:4548"),
        ('LOCAL_CS["local",UNIT["metre",1]]', "neither of degrees nor of a plane"),
    ],
)
def test_each_refusal_gives_its_reason(wkt, why):
    with pytest.raises(CrsRefused, match=why):
        crs_of_prj(wkt)


@pytest.mark.parametrize(
    "wkt", ["", "PROJCS", "PROJCS[", 'PROJCS["x"', 'PROJCS["x]', "[1,2]", "A[" * 5000, 'GEOGCS["x",{}]', "x" * 30_000]
)
def test_what_is_no_wkt_is_refused(wkt):
    with pytest.raises(CrsRefused, match="broken|neither"):
        crs_of_prj(wkt)


@given(st.text(max_size=60), st.integers(0, 400))
def test_nothing_but_a_refusal_comes_of_nonsense(nonsense, at):
    whole = _plane()
    for wkt in (nonsense, whole[:at], whole[:at] + nonsense + whole[at:]):
        try:
            crs_of_prj(wkt)
        except CrsRefused:
            continue


def test_a_declaration_is_a_wkt_a_code_or_a_name():
    assert declared(_plane()) == declared("EPSG:4549") == declared("CGCS2000_3_Degree_GK_CM_120E")
    assert declared("CGCS2000") == CGCS2000
    with pytest.raises(CrsRefused):
        declared("nowhere")
    assert parse_crs("EPSG:4549").key == declared(" " + _plane()).key


def test_the_facts_of_a_wkt():
    facts = read_wkt(_plane("a b"))
    assert (facts.kind, facts.method, facts.unit_m, facts.code) == ("projected", "Gauss_Kruger", 1.0, None)
    assert facts.parameters["meridian"] == 120.0
    assert read_wkt(CRS.from_epsg(4549).to_wkt()).code == 4549
