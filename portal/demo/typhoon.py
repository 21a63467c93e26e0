"""The demonstration's typhoon: one event and the first reports of three streets, filed and reviewed by its people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.demo.divisions import unit_of
from portal.demo.files import Row, read
from portal.demo.people import Staff
from portal.disasters.models import Event, Report
from portal.disasters.rules.event import NewEvent
from portal.disasters.rules.figures import Figure
from portal.disasters.rules.report import Place, PlaceMethod, ReportContent
from portal.disasters.service import (
    ApproveReport,
    FileReport,
    OpenEvent,
    ReturnReport,
    approve_report,
    file_report,
    open_event,
    return_report,
)

NO_PHONE = "000-0000 0000"
"""No number of anybody."""
REVIEWED_AFTER = dt.timedelta(minutes=25)


def tell_typhoon(session: Session, staff: Staff) -> None:
    """Opens the event, files the reports and brings each to its state, on the clocks of the file."""
    storm = read("typhoon")
    event = _open(session, staff, storm["event"])
    for row in storm["reports"]:
        _review(session, staff, _file(session, staff, event, row), row)


def _open(session: Session, staff: Staff, row: Row) -> Event:
    began = _clock(row["occurred_at"])
    unit = unit_of(session, row["unit"], began.date())
    said = NewEvent(row["type"], began, row["subtype"], row["mode"], row["name"], row["typhoon_number"])
    return open_event(session, staff.actors["duty_manager"], OpenEvent(unit.id, said), began)


def _file(session: Session, staff: Staff, event: Event, row: Row) -> Report:
    actor, now = staff.officer_of(row["unit"]), _clock(row["reported_at"])
    unit = unit_of(session, row["unit"], now.date())
    command = FileReport(unit.id, _content(row, actor.name), event_id=event.public_id)
    return file_report(session, actor, command, now)


def _review(session: Session, staff: Staff, report: Report, row: Row) -> None:
    now = _clock(row["reported_at"]) + REVIEWED_AFTER
    if row["state"] == "approved":
        approve_report(session, staff.actors["duty_manager"], ApproveReport(report.public_id), now)
    if row["state"] == "returned":
        command = ReturnReport(report.public_id, row["returned_reason"])
        return_report(session, staff.actors["town_reviewer"], command, now)


def _content(row: Row, filler: str) -> ReportContent:
    return ReportContent(
        occurred_at=_clock(row["occurred_at"]),
        narrative=row["situation"],
        filler=filler,
        phone=NO_PHONE,
        place=_place(row["place"]),
        reported_at=_clock(row["reported_at"]),
        as_at=_clock(row["reported_at"]),
        figures={key: _figure(value) for key, value in row["values"].items()},
    )


def _place(row: Row) -> Place:
    original = f"{row['lon']}, {row['lat']} (EPSG:4490)"
    return Place(PlaceMethod.MAP, row["lon"], row["lat"], original=original, words=row["zh"])


def _figure(value: object) -> Figure:
    pair = value if isinstance(value, dict) else {"cumulative": value, "realtime": None}
    return Figure(_number(pair["cumulative"]), _number(pair["realtime"]))


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _clock(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written)
