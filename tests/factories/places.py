"""Places for tests, made through the room's own service."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.kernel.access.actor import SYSTEM, Actor
from portal.places.models import Place
from portal.places.rules import Entered, Particulars, Placed
from portal.places.service import AddPlace, ClosePlace, add_place, close_place

TODAY = dt.date(2026, 7, 1)
HERE = "121.405, 31.245"

SAID = Particulars(
    name="曹杨公园避难场所",
    kind="shelter",
    address="枫桥路1号",
    source="街道上报",
    valid_from=dt.date(2025, 6, 1),
    checked_on=dt.date(2026, 5, 31),
    capacity_people=800,
    keeper="王管理",
    phone="021-5256 4588",
    duty_phone="021-5256 4599",
    open_hours="全天",
    note="内部记录",
)


def said(**given: object) -> Particulars:
    """A place in words, with some of them changed."""
    return dataclasses.replace(SAID, **given)


def make_place(
    session: Session,
    unit: Unit,
    *,
    actor: Actor = SYSTEM,
    position: Entered | Placed | str | None = HERE,
    **given: object,
) -> Place:
    """An open place in a division."""
    entered = Entered(position) if isinstance(position, str) else position
    return add_place(session, actor, AddPlace(unit.public_id, said(**given), entered), TODAY)


def make_closed(session: Session, unit: Unit, on: dt.date = dt.date(2026, 6, 15), **given: object) -> Place:
    """A place that is no longer there."""
    place = make_place(session, unit, **given)
    return close_place(session, SYSTEM, ClosePlace(place.public_id, place.row_version, on, "已搬迁"), TODAY)


def form(unit: Unit | uuid.UUID, **given: object) -> dict[str, object]:
    """What a browser sends for a new place."""
    public_id = unit.public_id if isinstance(unit, Unit) else unit
    words = {name: getattr(SAID, name) for name in ("name", "kind", "address", "source", "keeper", "phone", "note")}
    words |= {"duty_phone": SAID.duty_phone, "open_hours": SAID.open_hours, "shelter_class": "", "setting": ""}
    words |= {"capacity_people": "800", "area_m2": "", "accessible": "unknown", "unit": str(public_id)}
    words |= {"lon": "121.405", "lat": "31.245", "typed": "", "crs": "EPSG:4490"}
    return words | {"valid_from": "2025-06-01", "checked_on": "2026-05-31"} | given
