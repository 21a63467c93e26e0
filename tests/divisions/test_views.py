"""The public pages, through a client that is not signed in."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from portal.divisions.models import UnitVersion
from portal.divisions.service import rebuild_ancestry
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from tests.factories.divisions import make_district, make_unit, square

HOSTILE = "<img src=x onerror=alert(1)>镇"


@pytest.fixture
def putuo(session, app):
    """A district with two towns, one of them with an outline, and two committees of one name."""
    district = make_district(session)
    zheng = make_unit(
        session, district, "长征镇", kind="town", codes={"mca": "310107102"}, shape=square(), quality="schematic"
    )
    tao = make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103", "nbs": "310107103"})
    first = make_unit(session, zheng, "海棠苑居委会", level=5, codes={"nbs": "310107102009"})
    second = make_unit(session, tao, "海棠苑居委会", level=5, codes={"nbs": "310107103002"})
    secret = make_unit(session, district, "未公告街道", announced_on=None)
    publish(session)
    return {"district": district, "zheng": zheng, "tao": tao, "first": first, "second": second, "secret": secret}


def publish(session):
    units_announced.send("test", session=session, actor=SYSTEM)


def test_before_anything_is_published_the_list_says_so(client):
    page = client.get("/divisions?lang=en")
    assert page.status_code == 200
    assert "No divisions are published for this date." in page.text


def test_the_list_shows_towns_and_committees_but_nothing_unannounced(client, putuo):
    page = client.get("/divisions").text
    for name in ("普陀区", "长征镇", "桃浦镇"):
        assert name in page
    assert page.count(">海棠苑居委会</a>") == 2
    assert "未公告街道" not in page


def test_a_town_with_an_outline_has_a_map_and_says_that_it_is_schematic(client, putuo):
    page = client.get(f"/divisions/{putuo['zheng'].public_id}?lang=en").text
    assert "Schematic boundary, not a legal boundary line" in page
    assert "data-map-frame" in page
    assert "310107102" in page
    assert "海棠苑居委会" in page


def test_a_division_without_an_outline_says_so_in_a_sentence(client, putuo):
    page = client.get(f"/divisions/{putuo['second'].public_id}?lang=en").text
    assert "No outline of this division is known" in page
    assert "data-map-frame" not in page
    assert "普陀区 › 桃浦镇" in page


def test_the_panel_is_a_fragment(client, putuo):
    page = client.get(f"/divisions/{putuo['zheng'].public_id}", headers={"HX-Request": "true"}).text
    assert "<html" not in page
    assert "长征镇" in page


def test_what_is_not_announced_is_not_there(client, putuo):
    assert client.get(f"/divisions/{putuo['secret'].public_id}").status_code == 404
    assert client.get(f"/divisions/{uuid.uuid4()}").status_code == 404
    assert client.get("/divisions/not-an-id").status_code == 404
    assert "未公告街道" not in client.get("/divisions?q=未公告街道").text.replace('value="未公告街道"', "")


def test_search_by_name_tells_two_of_one_name_apart_by_their_town(client, putuo):
    page = client.get("/divisions?q=海棠苑").text
    assert "长征镇" in page
    assert "桃浦镇" in page
    assert page.count(">海棠苑居委会</a>") == 2


def test_search_by_the_beginning_of_a_code(client, putuo):
    page = client.get("/divisions?q=310107102009").text
    assert page.count(">海棠苑居委会</a>") == 1


def test_search_takes_wildcards_for_what_they_are(client, putuo):
    assert "长征镇</a>" not in client.get("/divisions?q=%25").text
    assert "长征镇</a>" not in client.get("/divisions?q=_").text


def test_search_finds_a_former_name_and_says_until_when(client, session, putuo):
    renamed = make_unit(session, putuo["district"], "真如镇", kind="town", until=dt.date(2014, 7, 1))
    later = {"valid_from": dt.date(2014, 7, 1), "announced_on": dt.date(2014, 7, 1), "source": "沪府〔2014〕89号"}
    session.add(
        UnitVersion(
            unit_id=renamed.id, parent_id=putuo["district"].id, name="真如街道", kind="street", level=4, **later
        )
    )
    rebuild_ancestry(session)
    publish(session)
    page = client.get("/divisions?lang=en&q=真如镇").text
    assert "真如街道</a>" in page
    assert "until 2014-06-30" in page
    assert "真如镇</h1>" in client.get(f"/divisions/{renamed.public_id}?at=2014-06-30").text
    assert "真如街道</h1>" in client.get(f"/divisions/{renamed.public_id}?at=2014-07-01").text


def test_a_day_before_the_division_is_not_found_and_says_from_when_it_is_known(client, putuo):
    answer = client.get(f"/divisions/{putuo['zheng'].public_id}?at=1999-01-01&lang=en")
    assert answer.status_code == 404


def test_a_wrong_date_is_refused(client, putuo):
    assert client.get("/divisions?at=2024-13-01").status_code == 422


def test_here_answers_in_words(client, putuo):
    page = client.get("/divisions/here?lon=121.405&lat=31.245&lang=en").text
    assert "This place lies in 长征镇." in page or "普陀区 › 长征镇" in page
    assert "m from the line" in page


def test_here_reads_degrees_minutes_and_seconds(client, putuo):
    assert "长征镇" in client.get("/divisions/here?lon=121°24′18″&lat=31°14′42″").text


def test_here_outside_says_so(client, putuo):
    page = client.get("/divisions/here?lon=121.6&lat=31.245&lang=en").text
    assert "outside all divisions whose outline is known" in page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("lon=abc&lat=31.2", "is not a coordinate"),
        ("lon=31.245&lat=121.405", "lies between 73 and 136"),
        ("lon=NaN&lat=31.2", "is not a coordinate"),
        ("lon=&lat=31.2", "Enter the longitude."),
        ("lon=121.4&lat=" + "9" * 50, "40"),
    ],
)
def test_here_says_what_is_wrong_with_a_number_at_its_field(client, putuo, query, message):
    answer = client.get(f"/divisions/here?lang=en&{query}")
    assert answer.status_code == 422
    assert message in answer.text


def test_here_form_is_there_before_anything_is_asked(client, putuo):
    page = client.get("/divisions/here")
    assert page.status_code == 200
    assert "data-locate" in page.text


def test_a_hostile_name_is_text_everywhere(client, session, putuo):
    unit = make_unit(session, putuo["district"], HOSTILE, kind="town", shape=square(121.45))
    publish(session)
    for path in (
        "/divisions",
        f"/divisions/{unit.public_id}",
        "/divisions?q=<img",
        "/divisions/here?lon=121.455&lat=31.245",
    ):
        page = client.get(path)
        assert page.status_code == 200
        assert "<img src=x" not in page.text
        assert "&lt;img src=x" in page.text
