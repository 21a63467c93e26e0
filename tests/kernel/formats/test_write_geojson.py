"""GeoJSON out, read with json, shapely and GDAL."""

from __future__ import annotations

import json

import pyogrio
import pytest
import shapely

from portal.kernel.contracts.exporting import Column
from portal.kernel.formats.writing import write_geojson
from portal.kernel.geo.crs import geodesic_distance_m
from tests.factories.outgoing import AREA, AREAS, LINE, POINT, outgoing, row


def written(tmp_path, rows, **given):
    path = tmp_path / "a.geojson"
    assert write_geojson(path, outgoing(rows, **given)) == len(rows)
    return path


def test_it_is_what_rfc_7946_says(tmp_path):
    path = written(tmp_path, [row(POINT), row(AREA), row(AREAS), row(None), row(shapely.Point())])
    found = json.loads(path.read_bytes())
    assert list(found) == ["type", "name", "title", "source", "features", "bbox"]
    assert found["type"] == "FeatureCollection"
    assert found["bbox"] == [121.12345678, 31.2, 121.51, 31.87654321]
    assert [one["geometry"] and one["geometry"]["type"] for one in found["features"]] == [
        "Point",
        "Polygon",
        "MultiPolygon",
        None,
        None,
    ]
    ring, hole = (shapely.LinearRing(part) for part in found["features"][1]["geometry"]["coordinates"])
    assert ring.is_ccw
    assert not hole.is_ccw


def test_properties_keep_their_types_and_choices_have_both(tmp_path):
    found = json.loads(written(tmp_path, [row(POINT, name='</script>"\n')]).read_bytes())["features"][0]["properties"]
    assert found == {
        "name": '</script>"\n',
        "code": "031010700501",
        "level": "red",
        "level_name": "重大",
        "people": 120,
        "area": 1234.5,
        "assessed_on": "2026-05-31",
        "assessed_by": "王芳",
        "open": True,
        "seen_at": "2026-05-31 08:30:00",
    }


def test_an_identifier_is_the_features_id_too(tmp_path):
    columns = (Column("id", "id"), Column("name", "name"))
    found = json.loads(written(tmp_path, [row(POINT, id="u-1"), row(POINT)], columns=columns).read_bytes())
    assert [one.get("id") for one in found["features"]] == ["u-1", None]


def test_coordinates_have_eight_decimals_and_are_true_to_a_millimetre(tmp_path):
    exact = shapely.Point(121.123456789123, 31.987654321987, 7.5)
    text = written(tmp_path, [row(exact)]).read_text()
    assert "[121.12345679,31.98765432]" in text
    back = shapely.geometry.shape(json.loads(text)["features"][0]["geometry"])
    assert geodesic_distance_m(exact.x, exact.y, back.x, back.y) < 0.001


def test_gdal_reads_it(tmp_path):
    path = written(tmp_path, [row(AREA), row(LINE)])
    info = pyogrio.read_info(path)
    assert (info["features"], info["crs"]) == (2, "EPSG:4326")
    assert info["ogr_types"][list(info["fields"]).index("assessed_on")] == "OFTDate"


@pytest.mark.parametrize("rows", [[], [row(None)]])
def test_without_a_shape_there_is_no_box(tmp_path, rows):
    found = json.loads(written(tmp_path, rows).read_bytes())
    assert "bbox" not in found
    assert len(found["features"]) == len(rows)
