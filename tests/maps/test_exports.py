"""The public table of risks as a file."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from shapely.geometry import LineString, Point

from portal.kernel.geo.crs import geodesic_distance_m
from portal.maps.publication import Legal
from tests.factories.divisions import make_district
from tests.factories.published import published, row

ADDRESS = "/exchange/export/maps/risks"
FACTS = {"type_zh": "内涝点", "type_en": "Waterlogging spot", "advice_zh": "绕行", "advice_en": "Take another way"}


@pytest.fixture
def risks(session, app):
    make_district(session)
    legal = Legal(approval_number="沪S(2026)001号", sample=False, source="测试来源", schematic=False)
    line = LineString([(121.40000001, 31.24), (121.42, 31.26000003)])
    blue = row("=河边", Point(121.41, 31.25), facts=FACTS | {"level": "blue"})
    published(session, [blue, row("堤", line, facts=FACTS)], legal=legal)


def test_it_is_what_the_public_table_shows_and_no_more(client, risks):
    rows = list(csv.DictReader(io.StringIO(client.get(f"{ADDRESS}.raw.csv").data.decode(), newline="")))
    assert [(found["name"], found["level"]) for found in rows] == [("堤", "red"), ("=河边", "blue")]
    assert b"SECRET-KEEPER" not in client.get(f"{ADDRESS}.geojson").data
    narrowed = json.loads(client.get(f"{ADDRESS}.geojson?level=blue").data)["features"]
    assert [one["properties"]["name"] for one in narrowed] == ["=河边"]
    assert json.loads(client.get(f"{ADDRESS}.geojson?at=2000-01-01").data)["features"] is not None


def test_every_vertex_comes_back_from_the_published_model(client, risks):
    found = json.loads(client.get(f"{ADDRESS}.geojson").data)["features"][0]["geometry"]
    assert found["type"] == "LineString"
    wanted = [(121.40000001, 31.24), (121.42, 31.26000003)]
    far = [geodesic_distance_m(*one, *other) for one, other in zip(found["coordinates"], wanted, strict=True)]
    assert max(far) < 0.001


@pytest.mark.parametrize(("language", "advice"), [("zh", "绕行"), ("en", "Take another way")])
def test_it_speaks_the_language_of_the_page_and_carries_the_approval_number(client, risks, language, advice):
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{ADDRESS}.xlsx?lang={language}").data))
    cells = [cell for found in book.worksheets[0].iter_rows(values_only=True) for cell in found]
    assert advice in cells
    told = " ".join(str(value) for _key, value in book.worksheets[1].iter_rows(values_only=True))
    assert "沪S(2026)001号" in told
    assert "测试来源" in told


def test_before_anything_is_published_it_is_empty(client, session, app):
    make_district(session)
    assert json.loads(client.get(f"{ADDRESS}.geojson").data)["features"] == []
    assert client.get(f"{ADDRESS}.xlsx").status_code == 200
