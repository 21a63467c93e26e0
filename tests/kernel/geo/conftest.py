"""Real outlines for the geometry tests, read in place: they are licensed apart and never copied into the project."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

Items = list[tuple[str, BaseGeometry]]

_BESIDE_THE_PROJECT = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def real_outlines() -> Callable[[str], Items]:
    """(name, outline) of every feature of a file in the real-data folder; skips where the folder is absent."""
    folder = Path(os.environ.get("PORTAL_REAL_DATA") or _BESIDE_THE_PROJECT)

    def read(file_name: str) -> Items:
        path = folder / file_name
        if not path.is_file():
            pytest.skip(f"real data not here: {path}")
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return [
            (str(f["properties"].get("name", number)), shapely.geometry.shape(f["geometry"]))
            for number, f in enumerate(features)
        ]

    return read


@pytest.fixture(scope="session")
def putuo(real_outlines: Callable[[str], Items]) -> Items:
    return real_outlines("putuo_310107_streets_osm_wgs84.geojson")


@pytest.fixture(scope="session")
def shanghai(real_outlines: Callable[[str], Items]) -> Items:
    return real_outlines("shanghai16_osm_geoboundaries2017_wgs84.geojson")
