"""What an administrator and an auditor find."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.errors import Forbidden, NotFound
from portal.kernel.access.actor import SYSTEM
from portal.people import queries, service
from tests.factories.divisions import make_unit
from tests.factories.people import DAY, NOW, TODAY, as_actor, fail_often, make_land, make_person, make_session


@pytest.fixture
def land(session):
    return make_land(session)


@pytest.fixture
def people(session, land):
    """One person in each place, and the administrators of the district and of the north."""
    return {
        name: make_person(session, unit, role, name)
        for name, unit, role in (
            ("chief", land.district, "administrator"),
            ("duty", land.district, "duty_manager"),
            ("northern", land.north, "administrator"),
            ("north.officer", land.north, "officer"),
            ("south.officer", land.south, "officer"),
        )
    }


def logins(session, actor, **given) -> list[str]:
    rows, total = queries.accounts(session, actor, TODAY, **given)
    assert total == len(rows)
    return [row.account.login for row in rows]


def test_the_district_sees_all(session, people):
    assert logins(session, as_actor(session, people["chief"])) == sorted(people)
    assert logins(session, SYSTEM) == sorted(people)


def test_a_town_sees_its_own(session, people):
    assert logins(session, as_actor(session, people["northern"])) == ["north.officer", "northern"]


def test_who_keeps_no_accounts_sees_none(session, people):
    officer = as_actor(session, people["north.officer"])
    assert logins(session, officer) == []
    with pytest.raises(NotFound):
        queries.account_to_manage(session, officer, people["north.officer"].public_id)


def test_search_by_name_or_login_takes_signs_literally(session, people):
    chief = as_actor(session, people["chief"])
    assert logins(session, chief, wanted="OFFICER") == ["north.officer", "south.officer"]
    assert logins(session, chief, wanted="李") == sorted(people)
    assert logins(session, chief, wanted="%") == logins(session, chief, wanted="_") == []


def test_a_committee_below_belongs_to_the_town(session, land, people):
    committee = make_unit(session, land.north, "北一居委会", level=5)
    make_person(session, committee, login="committee")
    assert "committee" in logins(session, as_actor(session, people["northern"]))


def test_a_unit_that_ended_still_has_its_people(session, land, people):
    gone = make_unit(session, land.north, "旧村", level=5, until=TODAY + DAY)
    make_person(session, gone, login="villager")
    later = as_actor(session, people["northern"], NOW + 3 * DAY)
    assert "villager" in logins(session, later)
    rows, _ = queries.accounts(session, later, TODAY + 3 * DAY, wanted="villager")
    assert rows[0].grants[0].unit_name == "旧村", "its name on the day the role began"


def test_how_roles_stand(session, land, people):
    account = people["north.officer"]
    give = {"coming": (TODAY + DAY, None), "held": (TODAY, TODAY + DAY)}
    for since, until in give.values():
        command = service.GrantRole(account.public_id, "publisher", land.south.id, since, until)
        service.grant_role(session, SYSTEM, command, NOW)
    never = service.GrantRole(account.public_id, "surveyor", land.south.id, TODAY + DAY)
    service.end_grant(session, SYSTEM, service.grant_role(session, SYSTEM, never, NOW).public_id, TODAY)

    def standings(today: dt.date) -> list[tuple[str, str]]:
        return sorted((row.role.key, row.standing) for row in queries.grants_of(session, [account.id], today))

    always = ("officer", "held")
    assert standings(TODAY) == [always, ("publisher", "coming"), ("publisher", "held"), ("surveyor", "ended")]
    assert standings(TODAY + DAY) == [always, ("publisher", "ended"), ("publisher", "held"), ("surveyor", "ended")]


def test_own_sessions_are_the_open_ones(session, people):
    account = people["north.officer"]
    make_session(session, account)
    make_session(session, account, NOW - 2 * DAY)
    make_session(session, people["south.officer"])
    actor = as_actor(session, account)
    assert len(queries.own_sessions(session, actor, NOW)) == 2


def test_the_machine_has_no_account(session):
    with pytest.raises(NotFound):
        queries.own_account(session, SYSTEM)


def test_only_the_auditor_reads_the_tries(session, land, people):
    fail_often(session, 3, "guess")
    auditor = as_actor(session, make_person(session, land.district, "auditor"))
    first = queries.sign_in_tries(session, auditor, before_id=None, limit=2)
    rest = queries.sign_in_tries(session, auditor, before_id=first[-1].id, limit=2)
    assert (len(first), len(rest)) == (2, 1)
    with pytest.raises(Forbidden):
        queries.sign_in_tries(session, as_actor(session, people["chief"]), before_id=None, limit=1)
