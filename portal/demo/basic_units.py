"""The demonstration's one basic management unit, invented, with two months of progress."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from portal.demo.changes import towns_on
from portal.demo.files import Row, read
from portal.demo.people import Staff
from portal.divisions.rules.basic_units import ItemState, month_of
from portal.divisions.service.basic_units import KeepBasicUnit, TellProgress, add_basic_unit, tell_progress

DAY = dt.timedelta(days=1)


def keep_basic_unit(session: Session, staff: Staff, today: dt.date) -> None:
    """Adds the unit and what was told of the months before this one."""
    known, clerk = read("basic_units"), staff.actors["division_clerk"]
    said = known["unit"]
    town = towns_on(session, today)[said["town"]].public_id
    command = KeepBasicUnit(
        town, said["name"], said["area"], None, said["set_up_on"], None, known["source"], said["note"]
    )
    unit = add_basic_unit(session, clerk, command, today)
    month = today
    months = []
    for row in reversed(known["months"]):
        month = month_of(month_of(month) - DAY)
        months.append(TellProgress(month, _items(row, month), "演示数据。"))
    for told in reversed(months):
        tell_progress(session, clerk, unit.public_id, told, today)


def _items(row: Row, month: dt.date) -> dict[str, ItemState]:
    opened = {key: month if key in row["open"] else None for key in row["posts"]}
    return {key: ItemState("演示设施", posts, opened[key]) for key, posts in row["posts"].items()}
