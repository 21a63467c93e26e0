"""The report form: its fields come from the catalogue, and what a version said can be typed again."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from flask import g
from werkzeug.datastructures import MultiDict

from portal.disasters.forms import opened_draft, report_form
from portal.disasters.forms.opening import typed_content
from portal.disasters.forms.reading import Reading
from portal.disasters.rules.report import Place, PlaceMethod
from portal.errors import FormInvalid
from tests.factories.disasters import NOW, content

FORM = report_form(NOW.date())


@pytest.fixture
def opened(app, ground):
    """A request of the officer."""
    with app.test_request_context("/reports/new"):
        g.actor = ground.officer
        yield


def test_the_figures_of_the_first_report_are_fields(opened):
    names = {field.name for field in FORM() if field.name.startswith("figure_")}
    asked = FORM.catalogue.indicators.first_report()
    assert len(names) == sum(len(each.measures) for each in asked)
    assert {"figure_affected", "figure_relocated", "figure_relocated_now"} <= names
    groups = FORM().figure_groups()
    assert [each.key for _, members in groups for each, _ in members] == [each.key for each in asked]


@pytest.mark.parametrize(
    "place",
    [
        Place(PlaceMethod.MAP, 121.405, 31.245, None, "121.405000, 31.245000 (EPSG:4490)", "低洼小区"),
        Place(PlaceMethod.DEVICE, 121.405, 31.245, 12.5, "121.405000, 31.245000 (EPSG:4326)"),
        Place(words="全街道"),
    ],
)
def test_what_a_version_said_can_be_typed_again(opened, place):
    said = content(place=place, note="名单核对过。")
    read = FORM(formdata=MultiDict(typed_content(said))).correct(uuid.uuid4()).content
    assert read == replace(said, place=place)


def test_a_draft_opens_as_it_was_typed_with_its_version(opened):
    typed = {"figure_dead": "两人", "occurred_at": "昨晚", "gone_from_the_form": "x"}
    form = opened_draft(FORM, typed, 3)
    assert (form.figure_dead.data, form.occurred_at.data, form.row_version.data) == ("两人", "昨晚", 3)
    assert form.typed()["figure_dead"] == "两人"
    assert not {"csrf_token", "client_id", "row_version"} & set(form.typed())


def test_all_that_cannot_be_read_or_is_wrong_comes_at_once(opened):
    wrong = typed_content(content()) | {"figure_dead": "x", "figure_relocated": "63", "as_at": "?", "narrative": ""}
    with pytest.raises(FormInvalid) as refused:
        FORM(formdata=MultiDict(wrong)).correct(uuid.uuid4())
    assert set(refused.value.messages) == {"figure_dead", "figure_relocated", "as_at", "narrative"}


@pytest.mark.parametrize(
    ("typed", "method", "accuracy"),
    [("", "map", None), ("8", "device", 8.0), ("1e400", "map", None), ("nan", "map", None), ("9999999", "device", 1e5)],
)
def test_a_device_says_how_exact_it_is(typed, method, accuracy):
    place = Reading({"lon": "121.4", "lat": "31.2", "accuracy": typed}).place()
    assert (place.method, place.accuracy_m) == (method, accuracy)


def test_the_clocks_of_figures_and_call_start_anew_in_a_correction():
    typed = typed_content(content(as_at=NOW, reported_at=NOW - dt.timedelta(minutes=5)))
    assert not {"as_at", "reported_at"} & set(typed)
