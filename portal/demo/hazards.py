"""The demonstration's hazards, drawn by its risk assessor and published by its publisher as a sample."""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy.orm import Session

from portal.demo.divisions import unit_of
from portal.demo.files import Row, read
from portal.demo.people import Staff
from portal.kernel.access.actor import Actor
from portal.maps.service import PublishLayer, publish
from portal.risk.layers import HAZARDS
from portal.risk.rules import Entered, Particulars
from portal.risk.service import AddHazard, add_hazard


def draw_hazards(session: Session, staff: Staff, today: dt.date) -> None:
    """Adds every hazard of the file."""
    known = read("hazards")
    for row in known["hazards"]:
        _add(session, staff.actors["risk_assessor"], row, known["valid_from"], today)


def publish_hazards(session: Session, staff: Staff, now: dt.datetime) -> None:
    """Makes them public, marked as a sample that is not in force."""
    sample = PublishLayer(approval_number=None, sample=True, note="演示数据")
    publish(session, staff.actors["publisher"], HAZARDS, sample, now)


def _add(session: Session, actor: Actor, row: Row, since: dt.date, today: dt.date) -> None:
    unit = unit_of(session, row["unit"], since)
    said = Particulars(
        name=row["name"],
        type_key=row["type"],
        level=row["level"],
        season=row["season"],
        description="演示数据，内容均为虚构。",
        advice=None,
        source=row["source"],
        valid_from=since,
        assessed_on=since,
    )
    shape = Entered(json.dumps(row["geometry"]))
    add_hazard(session, actor, AddHazard(unit.public_id, said, shape), today)
