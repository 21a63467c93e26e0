"""Hazards for tests, made through the room's own service."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from sqlalchemy.orm import Session

from portal.divisions.models import Unit
from portal.kernel.access.actor import SYSTEM, Actor
from portal.risk.models import Hazard
from portal.risk.rules import Entered, Particulars
from portal.risk.service import AddHazard, CloseHazard, add_hazard, close_hazard

TODAY = dt.date(2026, 7, 1)
POINT = '{"type":"Point","coordinates":[121.405,31.245]}'

SAID = Particulars(
    name="下立交积水点",
    type_key="waterlogging_spot",
    level="orange",
    season="6–9月，暴雨时",
    description="内部记录",
    advice=None,
    source="居民上报",
    valid_from=dt.date(2025, 6, 1),
    assessed_on=dt.date(2026, 5, 31),
)


def said(**given: object) -> Particulars:
    """A hazard in words, with some of them changed."""
    return dataclasses.replace(SAID, **given)


def make_hazard(
    session: Session, unit: Unit, *, actor: Actor = SYSTEM, shape: Entered | str = POINT, **given: object
) -> Hazard:
    """An open hazard in a division."""
    entered = shape if isinstance(shape, Entered) else Entered(shape)
    return add_hazard(session, actor, AddHazard(unit.public_id, said(**given), entered), TODAY)


def make_closed(session: Session, unit: Unit, on: dt.date = dt.date(2026, 6, 15), **given: object) -> Hazard:
    """A hazard that is no longer there."""
    hazard = make_hazard(session, unit, **given)
    return close_hazard(session, SYSTEM, CloseHazard(hazard.public_id, hazard.row_version, on, "已整治"), TODAY)


def form(unit: Unit | uuid.UUID, **given: object) -> dict[str, object]:
    """What a browser sends for a new hazard."""
    public_id = unit.public_id if isinstance(unit, Unit) else unit
    words = {
        "name": SAID.name,
        "type_key": SAID.type_key,
        "level": SAID.level,
        "season": SAID.season,
        "description": SAID.description,
        "advice": "",
        "source": SAID.source,
        "valid_from": "2025-06-01",
        "assessed_on": "2026-05-31",
        "unit": str(public_id),
        "geometry": POINT,
        "coordinates": "",
        "kind": "point",
        "crs": "EPSG:4490",
    }
    return words | given
