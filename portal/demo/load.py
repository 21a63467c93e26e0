"""The demonstration district: Putuo with true names, codes and history, schematic shapes; the rest is invented.

Everything goes through the rooms' own services, as if its people had entered it. The same content comes each time; only
passwords, public ids and the moment of loading differ.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.app import declared_rooms
from portal.demo.basic_units import keep_basic_unit
from portal.demo.divisions import keep_files, lay_divisions
from portal.demo.gazetteer import fill_gazetteer
from portal.demo.hazards import draw_hazards, publish_hazards
from portal.demo.people import SignIn, add_people
from portal.demo.places import enter_places, publish_places
from portal.demo.toponyms import enter_names
from portal.demo.typhoon import tell_typhoon
from portal.divisions.queries import home_unit_id
from portal.kernel.web.state import now as clock

__all__ = ["SignIn", "load_demo"]


def load_demo(session: Session, now: dt.datetime | None = None) -> tuple[SignIn, ...]:
    """Loads it all and gives the sign-ins, this once; nothing at all where a home district is on record already."""
    if home_unit_id(session) is not None:
        return ()
    now = now or clock()
    for room in declared_rooms():
        if room.connect is not None:
            room.connect()  # Announced divisions are published by the maps room's reaction.
    lay_divisions(session, now.date())
    staff = add_people(session, now)
    keep_files(session, staff.actors["division_clerk"], now.date())
    draw_hazards(session, staff, now.date())
    publish_hazards(session, staff, now)
    enter_places(session, staff, now.date())
    publish_places(session, staff, now)
    tell_typhoon(session, staff)
    fill_gazetteer(session, staff, now.date())
    keep_basic_unit(session, staff, now.date())
    enter_names(session, staff, now.date())
    return staff.sign_ins
