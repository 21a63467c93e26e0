"""The duty list as a file, in the filter of its page."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from tests.factories import disasters as make

ADDRESS = "/exchange/export/disasters/reports"


@pytest.fixture
def reports(session, ground, typhoon):
    drill = make.event(session, ground.manager, ground.district, name="演练台风", mode="exercise")
    real = make.report(session, ground.officer, ground.street, typhoon)
    trained = make.report(session, ground.officer, ground.street, drill)
    session.commit()
    return real, trained


def raw(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode(), newline="")))


def test_every_figure_of_the_form_has_a_column_and_a_blank_is_no_zero(as_role, reports):
    rows = raw(as_role("duty_manager").get(f"{ADDRESS}.raw.csv?mode=actual"))
    assert len(rows) == 1
    assert (rows[0]["affected"], rows[0]["relocated"], rows[0]["relocated_now"]) == ("186.00", "62.00", "45.00")
    assert rows[0]["missing" if "missing" in rows[0] else "dead"] == ""
    assert (rows[0]["mode"], rows[0]["state"], rows[0]["unit"]) == ("actual", "submitted", "曹杨新村街道")
    assert rows[0]["occurred_at"] == "2026-07-01 03:10:00"
    assert (rows[0]["lon"], rows[0]["lat"]) == ("121.405", "31.245")


def test_a_drill_says_so_in_its_row_and_the_filter_in_the_file(as_role, reports):
    answer = as_role("duty_manager").get(f"{ADDRESS}.xlsx?mode=exercise&lang=en")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    head, row = list(book.worksheets[0].iter_rows(values_only=True))
    assert dict(zip(head, row, strict=True))["Real or exercise"] == "Exercise"
    about = dict(book.worksheets[1].iter_rows(values_only=True))
    assert about["Only: Real or exercise"] == "Exercise"
    assert about["Rows"] == 1


def test_only_what_lies_within_ones_divisions(as_role, ground, reports):
    assert len(raw(as_role("officer", ground.street.id).get(f"{ADDRESS}.raw.csv"))) == 2
    assert raw(as_role("officer", ground.other.id).get(f"{ADDRESS}.raw.csv")) == []


def test_as_a_map_it_has_the_places(as_role, reports):
    found = json.loads(as_role("auditor").get(f"{ADDRESS}.geojson?state=submitted").data)
    assert [one["geometry"]["coordinates"] for one in found["features"]] == [[121.405, 31.245]] * 2
    assert json.loads(as_role("auditor").get(f"{ADDRESS}.geojson?state=approved").data)["features"] == []


def test_a_page_of_an_event_exports_its_reports(as_role, typhoon, reports):
    page = as_role("duty_manager").get(f"/events/{typhoon.public_id}").text
    assert f'<input type="hidden" name="event" value="{typhoon.public_id}">' in page
    rows = raw(as_role("duty_manager").get(f"{ADDRESS}.raw.csv?event={typhoon.public_id}"))
    assert [row["event"] for row in rows] == ["台风"]
