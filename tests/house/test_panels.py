"""Every table that names a division has a voice when divisions change."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from portal.divisions.queries.built_on import REFERENCES
from portal.kernel.access.actor import SYSTEM
from portal.kernel.i18n.clock import today
from portal.kernel.web.panels import answers
from portal.kernel.web.state import house
from tests.factories.divisions import make_district

ASKS = "divisions:change"
ANSWERED = {
    "places.places",
    "people.grants",
    "disasters.events",
    "disasters.reports",
    "disasters.drafts",
    "risk.hazards",
    "exchange.papers",
    "toponyms.applications",
}
"""Tables that their room's panel counts."""
EXCEPTIONS = {
    "exchange.numbers": "counts the numbers that an office has given; the papers under them are counted",
    "toponyms.name_versions": "past and present wordings of a name; its room counts the names in use by them",
    "toponyms.names": "the same names",
}


def test_every_table_that_names_a_division_is_answered_for(session: Session) -> None:
    named = {table for table, _ in session.execute(REFERENCES) if not table.startswith("divisions.")}
    assert named - set(EXCEPTIONS) == ANSWERED


def test_every_room_above_divisions_has_a_panel(app: Flask, session: Session) -> None:
    district = make_district(session)
    with app.app_context():
        silent = {room.name for room in house().rooms if not any(one.asks == ASKS for one in room.panels)}
        told = answers(ASKS, session, SYSTEM, [district.id], today())
    assert silent <= {"divisions"}
    assert {one.room for one in told} >= {"places", "people", "disasters", "risk", "maps", "exchange"}
    assert [one.count for one in told if one.room == "places"] == [0]
