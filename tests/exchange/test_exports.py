"""Lists as files over the web: who may, what is in them, in which filter; read back with other libraries."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import uuid
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pyogrio
import pytest
import shapely
from sqlalchemy import select

from portal.divisions.signals import units_announced
from portal.exchange.exports import FORMATS, exporters
from portal.exchange.views import exporting
from portal.kernel.access.actor import SYSTEM
from portal.kernel.audit.models import AuditEntry
from portal.kernel.geo.crs import geodesic_distance_m, parse_crs, to_storage
from portal.kernel.i18n.clock import today
from portal.people.rules import ROLES
from tests.factories.divisions import make_district, make_unit, square
from tests.factories.risk import make_closed, make_hazard

AREA = {
    "type": "Polygon",
    "coordinates": [[[121.401, 31.241], [121.4023, 31.241], [121.402, 31.243], [121.401, 31.241]]],
}


@pytest.fixture
def putuo(session, app):
    """A district with a town that has a shape, a committee of it, and hazards: a point, an area, a closed one."""
    district = make_district(session)
    town = make_unit(session, district, "曹杨新村街道", codes={"mca": "310107005", "nbs": "310107005"}, shape=square())
    committee = make_unit(session, town, "源园居委会", level=5, codes={"nbs": "310107005001"})
    make_unit(session, district, "未公告街道", announced_on=None)
    units_announced.send("test", session=session, actor=SYSTEM)
    point = make_hazard(session, town, name="=1+1 积水点", level="red")
    area = make_hazard(session, committee, name="老旧围墙", level="blue", shape=json.dumps(AREA))
    closed = make_closed(session, town, name="已整治点")
    return {"district": district, "town": town, "committee": committee, "point": point, "area": area, "closed": closed}


def workbook(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def table(answer) -> list[dict[str, object]]:
    """The rows of the first sheet by heading."""
    head, *rows = workbook(answer).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def raw(answer) -> list[dict[str, str]]:
    assert not answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode(), newline="")))


def saved(answer, tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(answer.data)
    return path


# --- who may ----------------------------------------------------------------------------------------------------

ASKED = {"divisions:crosswalk": "?from=2010-01-01&to=2024-06-30"}
"""What a list has to be asked with."""

ADDRESSES = [
    (exporter, f"/exchange/export/{key.replace(':', '/')}.{form.ending}{ASKED.get(key, '')}")
    for key, exporter in exporters().items()
    for form in FORMATS
    if exporter.has_shape or not form.shaped
]


@pytest.mark.parametrize("who", ["nobody", *(role.key for role in ROLES)])
def test_an_export_is_for_those_who_may_see_the_list(client, as_role, putuo, who):
    reader = client if who == "nobody" else as_role(who)
    for exporter, address in ADDRESSES:
        status = reader.get(address).status_code
        if exporter.permission is None or who in exporter.permission.roles:
            assert status == 200, address
        else:
            assert status == (303 if who == "nobody" else 403), address


def test_a_public_list_is_read_by_the_public_role_even_for_staff(app, as_role, putuo, monkeypatch):
    reader = as_role("auditor")
    monkeypatch.setattr(exporting, "app_session", lambda: pytest.fail("the staff session was asked for"))
    assert reader.get("/exchange/export/divisions/units.csv").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/exchange/export/risk/nothing.xlsx",
        "/exchange/export/nowhere/hazards.xlsx",
        "/exchange/export/risk/hazards.pdf",
        "/exchange/export/risk/hazards",
        "/exchange/export/people/audit.gpkg",
    ],
)
def test_what_there_is_not_is_404(as_role, putuo, address):
    assert {as_role(role).get(address).status_code for role in ("risk_assessor", "auditor")} <= {403, 404}
    assert as_role("auditor").get(address).status_code == 404


def test_only_what_lies_within_ones_divisions_goes_out(session, as_role, putuo):
    other = make_unit(session, putuo["district"], "长风新村街道", codes={"mca": "310107014"})
    make_hazard(session, other, name="别处的隐患")
    reader = as_role("risk_assessor", putuo["committee"].id)
    assert [row["name"] for row in raw(reader.get("/exchange/export/risk/hazards.raw.csv"))] == ["老旧围墙"]


# --- what is in it ------------------------------------------------------------------------------------------------


def test_the_list_of_hazards_as_a_workbook(as_role, putuo):
    answer = as_role("risk_assessor").get("/exchange/export/risk/hazards.xlsx")
    rows = table(answer)
    assert [row["名称"] for row in rows] == ["=1+1 积水点", "老旧围墙"]
    assert "2025-06-01 00:00:00" in [str(value) for value in rows[0].values()]
    sheet = workbook(answer).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet["A2"].data_type == "s"
    about = dict(workbook(answer).worksheets[1].iter_rows(values_only=True))
    assert 2 in about.values()
    assert "普陀区" in about.values()
    assert today().isoformat() in about.values()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["=1+1 积水点", "老旧围墙"]),
        ("?level=blue", ["老旧围墙"]),
        ("?standing=closed", ["已整治点"]),
        ("?standing=all", ["=1+1 积水点", "已整治点", "老旧围墙"]),
        ("?at=2026-06-01", ["=1+1 积水点", "已整治点", "老旧围墙"]),
        ("?at=1960-01-01", []),
        ("?page=7&view=list", ["=1+1 积水点", "老旧围墙"]),
    ],
)
def test_the_filter_and_the_day_of_the_page_hold(as_role, putuo, query, names):
    reader = as_role("risk_assessor")
    assert [row["name"] for row in raw(reader.get(f"/exchange/export/risk/hazards.raw.csv{query}"))] == names


def test_a_town_narrows_down_and_the_file_says_so(as_role, putuo):
    reader, town = as_role("risk_assessor"), putuo["committee"].public_id
    answer = reader.get(f"/exchange/export/risk/hazards.xlsx?unit={town}&level=blue&lang=en")
    about = dict(workbook(answer).worksheets[1].iter_rows(values_only=True))
    assert about["Only: Town"] == "源园居委会"
    assert "Only: Level" in about
    assert reader.get(f"/exchange/export/risk/hazards.xlsx?unit={uuid.uuid4()}").status_code == 404
    assert reader.get("/exchange/export/risk/hazards.xlsx?at=gestern").status_code == 422


def test_codes_days_and_choices_of_hazards_are_those_of_the_import(as_role, putuo):
    row = raw(as_role("risk_assessor").get("/exchange/export/risk/hazards.raw.csv"))[0]
    assert row["unit_code"] == "310107005"
    assert row["unit"] == row["town"] == "曹杨新村街道"
    assert (row["type"], row["level"]) == ("waterlogging_spot", "red")
    assert (row["valid_from"], row["assessed_on"]) == ("2025-06-01", "2026-05-31")
    assert row["id"] == str(putuo["point"].public_id)


def test_csv_for_people_runs_nothing(as_role, putuo):
    answer = as_role("risk_assessor").get("/exchange/export/risk/hazards.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert "'=1+1 积水点" in rows[1]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_divisions_are_what_is_published(client, putuo, tmp_path):
    found = json.loads(client.get("/exchange/export/divisions/units.geojson").data)
    assert [one["properties"]["name"] for one in found["features"]] == ["普陀区", "曹杨新村街道", "源园居委会"]
    town = found["features"][1]
    assert town["properties"] | {"code_mca": "310107005", "parent_code_mca": "310107"} == town["properties"]
    drawn = shapely.geometry.shape(town["geometry"])
    assert drawn.normalize().equals_exact(shapely.MultiPolygon([square()]).normalize(), tolerance=1e-9)
    assert found["features"][2]["geometry"] is None
    assert "crs" not in found
    found = raw(client.get("/exchange/export/divisions/units.raw.csv?q=源园"))
    assert [row["code_nbs"] for row in found] == ["310107005001"]
    assert raw(client.get("/exchange/export/divisions/units.raw.csv?at=1999-01-01")) == []


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4528", "EPSG:4549"])
@pytest.mark.parametrize("ending", ["gpkg", "shp.zip"])
def test_maps_come_back_to_a_millimetre_in_the_system_that_was_chosen(as_role, putuo, tmp_path, crs, ending):
    answer = as_role("risk_assessor").get(f"/exchange/export/risk/hazards.{ending}?crs={crs}")
    path = saved(answer, tmp_path, f"hazards.{ending}")
    layer = {"layer": "hazards_area"} if ending == "shp.zip" else {}
    info = pyogrio.read_info(path, **layer)
    assert info["crs"] == crs
    _meta, _fids, shapes, fields = pyogrio.raw.read(path, **layer)
    there = list(fields[list(info["fields"]).index("name")])
    back = to_storage(shapely.from_wkb(shapes[there.index("老旧围墙")]), parse_crs(crs))
    wanted = shapely.geometry.shape(AREA)
    pairs = zip(sorted(shapely.get_coordinates(back).tolist()), sorted(mapped(wanted)), strict=True)
    assert max(geodesic_distance_m(*one, *other) for one, other in pairs) < 0.001


def mapped(shape) -> list[list[float]]:
    return shapely.get_coordinates(shape).tolist()


@pytest.mark.parametrize("crs", ["EPSG:3857", "GCJ-02", "EPSG:4326", "西安80", "nonsense"])
def test_a_system_that_files_are_not_written_in_is_refused_in_words(as_role, putuo, crs):
    answer = as_role("risk_assessor").get(f"/exchange/export/risk/hazards.gpkg?crs={crs}")
    assert answer.status_code == 422


def test_geojson_takes_no_system(as_role, putuo):
    answer = as_role("risk_assessor").get("/exchange/export/risk/hazards.geojson?crs=EPSG:4549&lang=en")
    assert answer.status_code == 422
    assert "takes no coordinate system" in answer.text


# --- how it travels -----------------------------------------------------------------------------------------------


def test_the_file_has_a_good_name_and_is_kept_nowhere(as_role, client, putuo):
    answer = as_role("risk_assessor").get("/exchange/export/risk/hazards.xlsx?at=2026-06-01")
    said = answer.headers["Content-Disposition"]
    assert unquote(said.split("filename*=UTF-8''")[1]) == "风险隐患_普陀区_2026-06-01.xlsx"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert client.get("/exchange/export/divisions/units.csv").headers["Cache-Control"] == "no-cache"


def test_nothing_stays_behind(as_role, client, putuo, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    reader = as_role("risk_assessor")
    for form in FORMATS:
        assert reader.get(f"/exchange/export/risk/hazards.{form.ending}").status_code == 200
    assert reader.get("/exchange/export/risk/hazards.gpkg?at=x").status_code == 422
    assert list(tmp_path.iterdir()) == []


def test_what_staff_take_out_is_on_record_and_what_the_public_takes_is_not(session, as_role, client, putuo):
    reader = as_role("risk_assessor")
    reader.get("/exchange/export/risk/hazards.xlsx?level=red")
    client.get("/exchange/export/divisions/units.xlsx")
    reader.get("/exchange/export/risk/hazards.gpkg?crs=GCJ-02")
    entries = session.scalars(select(AuditEntry).where(AuditEntry.verb == "exported")).all()
    assert [(entry.subject_id, entry.after["rows"], entry.after["filter"]) for entry in entries] == [
        ("risk:hazards", 1, {"level": "red"})
    ]


def test_when_all_places_are_taken_it_says_when_to_come_back(client, putuo, monkeypatch):
    monkeypatch.setattr(exporting, "PATIENCE_SECONDS", 0.01)
    held = [exporting._places.acquire() for _ in range(exporting.AT_ONCE)]
    try:
        answer = client.get("/exchange/export/divisions/units.csv")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    finally:
        exporting._places.release(len(held))
    assert client.get("/exchange/export/divisions/units.csv").status_code == 200


def test_a_list_that_is_too_long_is_refused_and_leaves_nothing_behind(as_role, putuo, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    short = dataclasses.replace(exporters()["risk:hazards"], most=1)
    monkeypatch.setattr(exporting.exports, "exporter_named", lambda key: short)
    reader = as_role("risk_assessor")
    for form in FORMATS:
        assert reader.get(f"/exchange/export/risk/hazards.{form.ending}").status_code == 409
    assert list(tmp_path.iterdir()) == []


# --- the menu -----------------------------------------------------------------------------------------------------

PAGES = {
    "/risk/hazards?level=red": ("risk_assessor", "risk/hazards", True),
    "/places?kind=shelter": ("relief_manager", "places/places", True),
    "/divisions?q=街道": ("nobody", "divisions/units", True),
    "/?view=list": ("nobody", "maps/risks", True),
    "/reports": ("duty_manager", "disasters/reports", True),
    "/people": ("administrator", "people/accounts", False),
    "/audit": ("auditor", "people/audit", False),
    "/audit/sign-ins": ("auditor", "people/sign_ins", False),
}


@pytest.mark.parametrize("page", PAGES)
def test_every_list_page_offers_its_files(client, as_role, putuo, page):
    who, name, shaped = PAGES[page]
    reader = client if who == "nobody" else as_role(who)
    found = reader.get(page).text
    for ending in ("xlsx", "csv", "raw.csv"):
        assert f'formaction="/exchange/export/{name}.{ending}"' in found
    assert (f'formaction="/exchange/export/{name}.gpkg"' in found) == shaped
    assert ('value="EPSG:4549"' in found) == shaped


def test_the_menu_carries_the_filter_of_its_page(as_role, putuo):
    page = as_role("risk_assessor").get("/risk/hazards?level=red&standing=all&page=1").text
    menu = page[page.index("export__list") :]
    assert '<input type="hidden" name="level" value="red">' in menu
    assert '<input type="hidden" name="standing" value="all">' in menu
    assert 'name="page"' not in menu[: menu.index("</details>")]
