"""The pages of basic management units, with and without rights."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.divisions.catalogue.basic_units import items
from portal.divisions.models import BasicUnit, BasicUnitProgress, Unit
from portal.kernel.i18n.clock import today
from tests.factories.divisions import make_unit

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def town(session: Session, district: Unit) -> Unit:
    return make_unit(session, district, "陈家镇", kind="town")


def added(town: Unit, **given: object) -> dict[str, object]:
    said = {"name": "甲单元", "town": str(town.public_id), "area": "", "position": "121.8, 31.5", "note": ""}
    return said | {"set_up_on": "2016-03-01", "ended_on": "", "source": "文件"} | given


def test_a_clerk_adds_and_a_town_tells_from_last_months_values(session: Session, as_role, town: Unit) -> None:
    clerk, reviewer = as_role("division_clerk"), as_role("town_reviewer", town.id)
    answer = clerk.send("/divisions/basic-units/new", added(town, name=HOSTILE))
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert HOSTILE not in clerk.get(page).text
    last = (today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    told = {"month": last.isoformat(), "note": "", "health_facility": "卫生服务站", "health_posts": "7"}
    assert reviewer.send(f"{page}/report", told).status_code == 303
    form = reviewer.get(f"{page}/report").text
    assert "卫生服务站" in form
    assert 'value="7"' in form
    for address in (page, "/divisions/basic-units", "/divisions/basic-units?at=2020-01-01"):
        assert reviewer.get(address).status_code == 200
    assert session.scalar(select(func.count()).select_from(BasicUnitProgress)) == 1


def test_what_is_wrong_stands_at_its_field(as_role, town: Unit) -> None:
    clerk = as_role("division_clerk")
    for given in ({"position": "999, 1"}, {"position": "somewhere"}, {"name": ""}, {"set_up_on": ""}):
        assert clerk.send("/divisions/basic-units/new", added(town, **given)).status_code == 422


def test_an_acceptance_with_a_gap_is_refused_as_a_rule(session: Session, as_role, town: Unit) -> None:
    clerk = as_role("division_clerk")
    page = clerk.send("/divisions/basic-units/new", added(town)).headers["Location"]
    found = {
        "accepted_on": today().isoformat(),
        "authority": "区民政局",
        "document": "",
        "note": "",
        "result": "passed",
    }
    assert clerk.send(f"{page}/accept", found).status_code == 409
    whole = found | {f"{key}_accepted": "y" for key in items()}
    assert clerk.send(f"{page}/accept", whole).status_code == 303
    assert "区民政局" in clerk.get(page).text


def test_another_town_does_not_see_it(session: Session, as_role, district: Unit, town: Unit) -> None:
    page = as_role("division_clerk").send("/divisions/basic-units/new", added(town)).headers["Location"]
    other = as_role("town_reviewer", make_unit(session, district, "长兴镇").id)
    assert [other.get(f"{page}{part}").status_code for part in ("", "/report")] == [404, 404]
    assert session.scalars(select(BasicUnit)).one().name not in other.get("/divisions/basic-units").text


def test_it_goes_out_as_a_file(as_role, town: Unit) -> None:
    clerk = as_role("division_clerk")
    clerk.send("/divisions/basic-units/new", added(town))
    file = clerk.get("/exchange/export/divisions/basic_units.csv")
    assert file.status_code == 200
    assert file.data.decode("utf-8-sig").count("甲单元") == 6
