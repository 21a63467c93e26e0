"""The demonstration's places, entered in one batch by its relief manager and published by its publisher as a sample."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import shapely
from sqlalchemy.orm import Session

from portal.demo.divisions import unit_of
from portal.demo.files import Row, read
from portal.demo.people import Staff
from portal.maps.service import PublishLayer, publish
from portal.places.layers import SHELTERS
from portal.places.rules import Particulars, Placed
from portal.places.service import AddPlace, add_places

TEXTS = ("name", "kind", "address", "setting", "accessible", "keeper", "phone", "duty_phone", "open_hours")


def enter_places(session: Session, staff: Staff, today: dt.date) -> None:
    """Adds every place of the file."""
    known = read("places")
    commands = [_command(session, row, known["source"], known["valid_from"]) for row in known["places"]]
    add_places(session, staff.actors["relief_manager"], commands, today)


def publish_places(session: Session, staff: Staff, now: dt.datetime) -> None:
    """Makes the shelters and donation points public, marked as a sample that is not in force."""
    sample = PublishLayer(approval_number=None, sample=True, note="演示数据")
    publish(session, staff.actors["publisher"], SHELTERS, sample, now)


def _command(session: Session, row: Row, source: str, since: dt.date) -> AddPlace:
    unit = unit_of(session, row["unit"], since)
    area = Decimal(row["area_m2"]) if "area_m2" in row else None
    said = Particulars(
        **{field: row[field] for field in TEXTS if field in row},
        capacity_people=row.get("capacity_people"),
        area_m2=area,
        note="演示数据，内容均为虚构。",
        source=source,
        valid_from=since,
        checked_on=since,
    )
    position = Placed(shapely.Point(row["position"])) if row["position"] else None
    return AddPlace(unit.public_id, said, position)
