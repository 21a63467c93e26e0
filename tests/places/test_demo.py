"""The demonstration's places are invented and lie where they say."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from shapely.geometry import Point, shape

from portal.places.catalogue import kinds_on
from tests.factories.places import TODAY

DEMO = Path(__file__).parents[2] / "gis_data" / "demo"
PLACES = yaml.safe_load((DEMO / "places.yaml").read_text(encoding="utf-8"))["places"]
TOWNS = {
    row["properties"]["code_mca"]: shape(row["geometry"])
    for row in json.loads((DEMO / "putuo_units.geojson").read_text(encoding="utf-8"))["features"]
}


def test_places_lie_in_their_towns() -> None:
    placed = [row for row in PLACES if row["position"]]
    assert len(placed) == len(PLACES) - 1
    for row in placed:
        assert TOWNS[row["unit"]].contains(Point(row["position"])), row["name"]


def test_nobody_is_named_or_can_be_called() -> None:
    assert {row["kind"] for row in PLACES} <= set(kinds_on(TODAY))
    for row in PLACES:
        assert row["name"].endswith("（演示）")
        assert all(row[key].startswith("000-") for key in ("phone", "duty_phone") if key in row)
