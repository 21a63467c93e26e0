"""The demo district: what is shipped is what the generator draws, and it is a clean map of ten towns."""

import csv
import importlib.util
import json
from collections import Counter
from pathlib import Path

import pytest
import shapely
import yaml
from pyproj import Geod
from shapely.geometry import Point, shape

DEMO = Path(__file__).parents[2] / "gis_data" / "demo"
COMMITTEE_KIND = {"居委会": "residents_committee", "村委会": "villagers_committee"}


def load_generator():
    spec = importlib.util.spec_from_file_location("make_units", DEMO / "make_units.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_units = load_generator()
TOWNS = {town.code_mca: town for town in make_units.TOWNS}
FEATURES = json.loads((DEMO / "putuo_units.geojson").read_text(encoding="utf-8"))["features"]
POLYGONS = {row["properties"]["code_mca"]: shape(row["geometry"]) for row in FEATURES}


def committees():
    with (DEMO / "putuo_committees_2023.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_yaml(name):
    return yaml.safe_load((DEMO / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def drawn():
    return make_units.make_polygons()


def test_shipped_file_is_what_the_generator_draws(drawn):
    assert [row["properties"]["code_mca"] for row in FEATURES] == list(TOWNS)
    for polygon, town in zip(drawn, make_units.TOWNS, strict=True):
        assert polygon.normalize().equals_exact(POLYGONS[town.code_mca].normalize(), tolerance=1e-6)


def test_generator_repeats_itself(drawn):
    assert make_units.make_polygons() == drawn


def test_properties_of_each_town():
    for row in FEATURES:
        town = TOWNS[row["properties"]["code_mca"]]
        expected = {"name": town.name, "name_en": town.name_en, "kind": town.kind, "code_nbs": town.code_nbs}
        assert expected.items() <= row["properties"].items()
        assert row["properties"]["parent_code"] == "310107"
        assert row["properties"]["quality"] == "schematic"
        assert town.kind == ("street" if town.name.endswith("街道") else "town")


def test_two_towns_have_swapped_codes_in_the_two_systems():
    codes = {town.name: (town.code_mca, town.code_nbs) for town in TOWNS.values()}
    assert codes.pop("真如镇街道") == ("310107021", "310107022")
    assert codes.pop("万里街道") == ("310107022", "310107021")
    assert all(mca == nbs for mca, nbs in codes.values())


@pytest.mark.parametrize("code", TOWNS)
def test_area_on_the_ellipsoid_is_within_two_percent(code):
    area_m2, _ = Geod(ellps="GRS80").geometry_area_perimeter(POLYGONS[code])
    assert area_m2 > 0, "outer rings run counter-clockwise (RFC 7946)"
    assert area_m2 / 1e6 == pytest.approx(TOWNS[code].area_km2, rel=0.02)


@pytest.mark.parametrize("code", TOWNS)
def test_centre_lies_well_inside_its_own_town_only(code):
    centre = Point(TOWNS[code].lon, TOWNS[code].lat)
    assert [other for other, polygon in POLYGONS.items() if polygon.contains(centre)] == [code]
    assert POLYGONS[code].boundary.distance(centre) > 0.001


def test_towns_are_a_valid_coverage_without_gaps():
    polygons = list(POLYGONS.values())
    assert all(polygon.is_valid and polygon.geom_type == "Polygon" for polygon in polygons)
    assert shapely.coverage_is_valid(polygons)
    district = shapely.coverage_union_all(polygons)
    assert district.geom_type == "Polygon"
    assert not district.interiors


def test_every_vertex_on_a_common_border_is_shared():
    polygons = list(POLYGONS.values())
    for index, one in enumerate(polygons):
        for other in polygons[index + 1 :]:
            common = set(one.exterior.coords) & set(other.exterior.coords)
            touching = {point for point in one.exterior.coords if other.distance(Point(point)) < 1e-9}
            assert touching == common


def test_coordinates_have_six_decimals():
    for point in shapely.get_coordinates(list(POLYGONS.values())):
        assert [round(value, 6) for value in point] == list(point)


def test_committees_of_2023():
    rows = committees()
    assert len({row["code_nbs"] for row in rows}) == len(rows) == 285
    assert Counter(row["kind"] for row in rows) == {"residents_committee": 278, "villagers_committee": 7}
    assert all(row["kind"] == COMMITTEE_KIND[row["name"][-3:]] for row in rows)


def test_every_committee_has_its_town_by_nbs_code():
    towns = {town.code_nbs for town in TOWNS.values()}
    for row in committees():
        assert len(row["code_nbs"]) == 12
        assert row["code_nbs"].startswith(row["parent_code_nbs"])
    assert {row["parent_code_nbs"] for row in committees()} == towns


def test_demo_hazards_lie_in_their_towns():
    hazards = read_yaml("hazards.yaml")["hazards"]
    assert {row["geometry"]["type"] for row in hazards} == {"Point", "LineString", "Polygon"}
    for row in hazards:
        geometry = shape(row["geometry"])
        assert geometry.is_valid, row["name"]
        assert POLYGONS[row["unit"]].contains(geometry), row["name"]


def test_demo_reports_lie_in_their_streets():
    for row in read_yaml("typhoon.yaml")["reports"]:
        assert POLYGONS[row["unit"]].contains(Point(row["place"]["lon"], row["place"]["lat"]))
