"""Who may come where: every route of the house, every role, and nobody.

The table `WHO` is written by hand and compared with what the views declare: a new route, or one that opens to somebody
else, fails here until a person has looked at it.
"""

from __future__ import annotations

import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.kernel.access.permission import ANYONE, OWN_ACCOUNT, Permission
from portal.kernel.web.guard import SAFE, UNDECLARED
from portal.people.rules import ROLES
from tests.factories.accounts import account, sign_in
from tests.factories.people import make_land

SIGNED_IN = "signed in"
ADMINISTRATOR, AUDITOR, PUBLISHER = {"administrator"}, {"auditor"}, {"publisher"}
CLERK = {"division_clerk"}
GAZETTEER_TOWNS = CLERK | {"town_reviewer"}
GAZETTEER_READERS = GAZETTEER_TOWNS | AUDITOR
CHANGE_READERS = CLERK | AUDITOR | {"boundary_manager"}
FILERS = {"officer", "town_reviewer", "duty_manager"}
REVIEWERS = {"town_reviewer", "duty_manager"}
PLACE_EDITORS = {"risk_assessor", "relief_manager"}
PLACE_READERS = FILERS | PLACE_EDITORS | AUDITOR | PUBLISHER | {"storekeeper"}
NAME_READERS = {"division_clerk", "town_reviewer", "auditor"}
HAZARD_EDITORS, HAZARD_READERS = {"risk_assessor"}, {"risk_assessor", "publisher", "auditor"}

IMPORTERS = {"risk_assessor", "division_clerk", "relief_manager"}

WHO = {
    "basemap.archive": ANYONE,
    "disasters.approve_report": REVIEWERS,
    "disasters.choose_event": FILERS,
    "disasters.close_event": REVIEWERS,
    "disasters.discard": FILERS,
    "disasters.duty_map": FILERS | AUDITOR,
    "disasters.edit": FILERS,
    "disasters.event": FILERS | AUDITOR,
    "disasters.new": FILERS,
    "disasters.new_event": FILERS,
    "disasters.report": FILERS | AUDITOR,
    "disasters.reports": FILERS | AUDITOR,
    "disasters.reports_geojson": FILERS | AUDITOR,
    "disasters.return_report": REVIEWERS,
    "divisions.add_change_document": CLERK,
    "divisions.accept_basic_unit": CLERK,
    "divisions.basic_unit": CLERK | {"town_reviewer", "auditor"},
    "divisions.basic_units": CLERK | {"town_reviewer", "auditor"},
    "divisions.edit_basic_unit": CLERK,
    "divisions.new_basic_unit": CLERK,
    "divisions.report_basic_unit": CLERK | {"town_reviewer"},
    "divisions.change": CHANGE_READERS,
    "divisions.change_document": CHANGE_READERS,
    "divisions.changes": CHANGE_READERS,
    "divisions.correct_unit": CLERK,
    "divisions.edit_change": CLERK,
    "divisions.new_change": CLERK,
    "divisions.step_change": CLERK,
    "divisions.withdraw_change_document": CLERK,
    "divisions.change_content": CLERK,
    "divisions.change_features": CHANGE_READERS,
    "divisions.change_giver": CLERK,
    "divisions.change_parts": CLERK,
    "divisions.change_piece": CLERK,
    "divisions.change_preview": CHANGE_READERS,
    "divisions.compare": ANYONE,
    "divisions.compare_features": ANYONE,
    "divisions.code": ANYONE,
    "divisions.code_systems": ANYONE,
    "divisions.crosswalk": CHANGE_READERS,
    "divisions.crosswalk_series": CHANGE_READERS,
    "divisions.close_gazetteer_review": CLERK,
    "divisions.decide_gazetteer_proposal": CLERK,
    "divisions.gazetteer": GAZETTEER_READERS,
    "divisions.gazetteer_answer": GAZETTEER_TOWNS,
    "divisions.gazetteer_cells": CLERK,
    "divisions.gazetteer_changes": GAZETTEER_READERS,
    "divisions.gazetteer_entry": CLERK,
    "divisions.gazetteer_history": GAZETTEER_READERS,
    "divisions.gazetteer_review": GAZETTEER_READERS,
    "divisions.gazetteer_reviews": GAZETTEER_READERS,
    "divisions.gazetteer_row": CLERK,
    "divisions.gazetteer_town": GAZETTEER_TOWNS,
    "divisions.gazetteer_unit": GAZETTEER_READERS,
    "divisions.move_gazetteer_review": CLERK,
    "divisions.open_gazetteer_review": CLERK,
    "divisions.here": ANYONE,
    "divisions.index": ANYONE,
    "divisions.map": ANYONE,
    "divisions.map_features": ANYONE,
    "divisions.map_print": CLERK,
    "divisions.unit": ANYONE,
    "divisions_api.code": ANYONE,
    "divisions_api.unit": ANYONE,
    "divisions_api.units": ANYONE,
    "exchange.export": ANYONE,  # Each exporter names its own permission: tests/exchange/test_exports.py.
    "exchange.batch": CLERK,
    "exchange.batch_file": CLERK,
    "exchange.choose_template": ADMINISTRATOR,
    "exchange.current_template": ADMINISTRATOR,
    "exchange.issue": CLERK,
    "exchange.issued": CLERK | AUDITOR,
    "exchange.issued_file": CLERK | AUDITOR,
    "exchange.number_pattern": ADMINISTRATOR,
    "exchange.one_batch": CLERK,
    "exchange.paper_template": ADMINISTRATOR,
    "exchange.paper_templates": ADMINISTRATOR,
    "exchange.papers": CLERK | AUDITOR,
    "exchange.public_paper": ANYONE,
    "exchange.staff_paper": SIGNED_IN,  # Each paper names its own permission: tests/divisions/test_gazetteer_views.py.
    "exchange.template_version": ADMINISTRATOR,
    "exchange.void": CLERK,
    "exchange.answer": IMPORTERS,
    "exchange.back": IMPORTERS,
    "exchange.cancel": IMPORTERS,
    "exchange.codes": ANYONE,
    "exchange.confirm": IMPORTERS,
    "exchange.imports": IMPORTERS,
    "exchange.one_import": IMPORTERS,
    "exchange.read_again": IMPORTERS,
    "exchange.reading_features": IMPORTERS,
    "exchange.reopen": IMPORTERS,
    "exchange.returned": IMPORTERS,
    "exchange.staged_features": IMPORTERS,
    "exchange.template": IMPORTERS,
    "exchange.undo": IMPORTERS,
    "health.healthz": ANYONE,
    "health.readyz": ANYONE,
    "jobs.show": SIGNED_IN,
    "jobs.stop": SIGNED_IN,
    "maps.hazard": ANYONE,
    "maps.home": ANYONE,
    "maps.publish": PUBLISHER,
    "maps.shelter": ANYONE,
    "maps.withdraw": PUBLISHER,
    "people.account": SIGNED_IN,
    "people.accounts": ADMINISTRATOR,
    "people.add_account": ADMINISTRATOR,
    "people.audit": AUDITOR,
    "people.disable_account": ADMINISTRATOR,
    "people.enable_account": ADMINISTRATOR,
    "people.end_grant": ADMINISTRATOR,
    "people.grant_role": ADMINISTRATOR,
    "people.one_account": ADMINISTRATOR,
    "people.password": OWN_ACCOUNT,
    "people.reset_password": ADMINISTRATOR,
    "people.revoke_session": SIGNED_IN,
    "people.sign_in": ANYONE,
    "people.sign_in_tries": AUDITOR,
    "people.sign_out": OWN_ACCOUNT,
    "places.close": PLACE_EDITORS,
    "places.edit": PLACE_EDITORS,
    "places.feature": PLACE_READERS,
    "places.features": PLACE_READERS,
    "places.new": PLACE_EDITORS,
    "places.place": PLACE_READERS,
    "places.places": PLACE_READERS,
    "risk.close": HAZARD_EDITORS,
    "risk.edit": HAZARD_EDITORS,
    "risk.feature": HAZARD_READERS,
    "risk.features": HAZARD_READERS,
    "risk.hazard": HAZARD_READERS,
    "risk.hazards": HAZARD_READERS,
    "risk.new": HAZARD_EDITORS,
    "tiles.tile": ANYONE,
    "tiles.tile_json": ANYONE,
    "toponyms.application": NAME_READERS,
    "toponyms.applications": NAME_READERS,
    "toponyms.apply": CLERK | {"town_reviewer"},
    "toponyms.change": CLERK,
    "toponyms.check": CLERK,
    "toponyms.correct": CLERK,
    "toponyms.edit_application": CLERK | {"town_reviewer"},
    "toponyms.feature": NAME_READERS,
    "toponyms.features": NAME_READERS,
    "toponyms.name": NAME_READERS,
    "toponyms.names": NAME_READERS,
    "toponyms.new": CLERK,
    "toponyms.new_paper": CLERK | {"town_reviewer"},
    "toponyms.paper": NAME_READERS,
    "toponyms.run_checks": CLERK,
    "toponyms.step": CLERK,
    "toponyms.take_paper_back": CLERK | {"town_reviewer"},
    "toponyms.withdraw": CLERK | {"town_reviewer"},
}

ANONYMOUS_WRITES = {"people.sign_in"}
"""All that somebody unknown may send."""

CALCULATIONS = {"divisions.crosswalk_series"}
"""Sent because a series is too long for an address; nothing is written."""

WITHOUT_CLIENT_ID = {*CALCULATIONS, "people.sign_in", "people.sign_out"}
"""Writes for which a second press does no harm, so that they need not be answered once only."""

SOMEBODY = ["nobody", "newcomer", *(role.key for role in ROLES)]
"""A newcomer has every right of an administrator as soon as the initial password is replaced."""


def rules(app: Flask) -> list[Rule]:
    """Every route but the static files."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def writes(rule: Rule) -> bool:
    return bool(set(rule.methods or ()) - SAFE)


def declared(app: Flask, endpoint: str) -> object:
    """What a view declares, in the words of `WHO`."""
    needed = getattr(app.view_functions[endpoint], "needs", UNDECLARED)
    if isinstance(needed, Permission):
        return set(needed.roles)
    return SIGNED_IN if needed is None else needed


def address(rule: Rule) -> str:
    """An address of the route that leads to nothing that exists."""
    made = re.sub(r"<uuid:\w+>", lambda _: str(uuid.uuid4()), rule.rule)
    return re.sub(r"<\w+>", "nothing", re.sub(r"<int:\w+>", "0", made))


# --- declarations -----------------------------------------------------------------------------------------------


def test_every_route_declares_who_may_come(application):
    silent = [rule.endpoint for rule in rules(application) if declared(application, rule.endpoint) is UNDECLARED]
    assert silent == []


def test_the_declarations_are_those_that_were_looked_at(application):
    assert {rule.endpoint: declared(application, rule.endpoint) for rule in rules(application)} == WHO


def test_the_anonymous_writes_are_pinned(application):
    found = {rule.endpoint for rule in rules(application) if writes(rule) and WHO[rule.endpoint] == ANYONE}
    assert found == ANONYMOUS_WRITES


def test_every_write_is_answered_once(application):
    views = {rule.endpoint: application.view_functions[rule.endpoint] for rule in rules(application) if writes(rule)}
    twice = {endpoint for endpoint, view in views.items() if view.__code__.co_name != "answer_once"}
    assert twice == WITHOUT_CLIENT_ID


def test_nothing_is_changed_by_reading(application):
    """A route reads or writes by its method; none hides a write behind an address that a link could open."""
    for rule in rules(application):
        assert set(rule.methods) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule.endpoint


# --- permissions and roles --------------------------------------------------------------------------------------


@pytest.fixture
def permissions(application) -> list[tuple[str, Permission]]:
    """Every permission with the name of its room."""
    return [
        (room.name, permission) for room in application.extensions["anjie"].rooms for permission in room.permissions
    ]


def test_permissions_are_named_by_room_thing_and_verb(permissions):
    keys = [permission.key for _, permission in permissions]
    assert len(keys) == len(set(keys))
    for room, permission in permissions:
        assert re.fullmatch(rf"{room}:[a-z_]+:[a-z_]+", permission.key), permission.key


def test_every_role_that_a_permission_names_exists(permissions):
    named = {role for _, permission in permissions for role in permission.roles}
    assert named <= {role.key for role in ROLES}


def test_every_permission_that_a_view_asks_for_is_wired(application, permissions):
    asked = {getattr(application.view_functions[rule.endpoint], "needs", None) for rule in rules(application)}
    wired = {permission for _, permission in permissions}
    assert {needed for needed in asked if isinstance(needed, Permission)} <= wired


def test_the_administrator_keeps_accounts_and_templates_and_reads_no_report(permissions):
    """Templates of papers are set-up, like accounts: their pages show made-up values and no record."""
    held = {p.key for _, p in permissions if "administrator" in p.roles}
    assert held == {"people:account:manage", "exchange:template:change"}


def test_the_auditor_only_reads(application, permissions):
    assert {p.key.rsplit(":", 1)[1] for _, p in permissions if "auditor" in p.roles} == {"read"}
    open_to_auditors = [rule for rule in rules(application) if "auditor" in WHO[rule.endpoint]]
    assert {rule.endpoint for rule in open_to_auditors if writes(rule)} == CALCULATIONS


# --- the matrix: every route asked by everybody -----------------------------------------------------------------


def expected(who: str, wanted: object, method: str) -> set[int]:
    """The statuses that an empty request of somebody may get. A write is let in up to its missing token: 400."""
    let_in = {400} if method == "POST" else {200, 303, 404, 410, 422}
    if wanted == ANYONE:
        return let_in
    if who == "nobody":
        return {401} if method == "POST" else {303}
    if wanted == OWN_ACCOUNT:
        return let_in
    if who == "newcomer":
        return {403} if method == "POST" else {303}
    return let_in if wanted == SIGNED_IN or who in wanted else {403}


@pytest.fixture
def as_somebody(app, session):
    """A client for each word of `SOMEBODY`; it leaves the pages unread, there are too many."""
    make_land(session)
    client = FlaskClient(app, app.response_class, use_cookies=True)

    def make(who: str) -> FlaskClient:
        if who != "nobody":
            one = account(session, "administrator" if who == "newcomer" else who)
            one.must_change_password = who == "newcomer"
            sign_in(session, client, one)
        session.commit()
        return client

    return make


@pytest.mark.parametrize("who", SOMEBODY)
def test_who_sees_what(app, as_somebody, who):
    client = as_somebody(who)
    wrong = []
    for rule in rules(app):
        for method in sorted({"GET", "POST"} & set(rule.methods)):
            path = address(rule)
            answer = client.open(path, method=method)
            if answer.status_code not in expected(who, WHO[rule.endpoint], method):
                wrong.append((rule.endpoint, method, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("who", ["nobody", "newcomer"])
def test_who_is_turned_away_is_led_to_the_entrance(app, as_somebody, who):
    client = as_somebody(who)
    entrance = "/sign-in?next=" if who == "nobody" else "/account/password?next="
    for rule in rules(app):
        if "GET" in rule.methods and WHO[rule.endpoint] not in (ANYONE, OWN_ACCOUNT):
            assert client.get(address(rule)).location.startswith(entrance), rule.endpoint
