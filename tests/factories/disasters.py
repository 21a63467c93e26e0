"""Events and reports for tests, made by the services as a person would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.disasters.catalogue import in_force
from portal.disasters.models import Draft, Event, Report
from portal.disasters.permissions import PERMISSIONS
from portal.disasters.rules.clock import SHANGHAI
from portal.disasters.rules.event import NewEvent
from portal.disasters.rules.figures import Figure, Figures
from portal.disasters.rules.report import Place, PlaceMethod, ReportContent
from portal.disasters.service import FileReport, OpenEvent, SaveDraft, file_report, open_event, save_draft
from portal.divisions.models import Unit
from portal.kernel.access.actor import Actor
from portal.people.models import Account
from tests.factories import accounts

STRUCK = dt.datetime(2026, 7, 1, 3, 10, tzinfo=SHANGHAI)
NOW = dt.datetime(2026, 7, 1, 4, 0, tzinfo=SHANGHAI)
CATALOGUE = in_force(NOW.date())


def figure(cumulative: float | str | None = None, realtime: float | str | None = None) -> Figure:
    """A figure from plain numbers."""
    return Figure(*(None if value is None else Decimal(str(value)) for value in (cumulative, realtime)))


def figures(**values: Figure | float | None) -> Figures:
    """Figures of the catalogue by key; a plain number is a cumulative value."""
    given = {key: value if isinstance(value, Figure) else figure(value) for key, value in values.items()}
    return Figures(given, CATALOGUE.indicators)


def content(**changed: object) -> ReportContent:
    """A report that nothing can be said against."""
    said: dict[str, object] = {
        "occurred_at": STRUCK,
        "narrative": "小区积水约30厘米，已组织转移。",
        "filler": "李值班",
        "phone": "021-5256 4588",
        "place": Place(PlaceMethod.MAP, 121.405, 31.245, None, "121.405, 31.245 (EPSG:4490)", "低洼小区"),
        "figures": {
            "affected": figure(186),
            "injured": figure(2),
            "relocated": figure(62, 45),
            "relocated_central": figure(40, 30),
            "relocated_dispersed": figure(22, 15),
            "central_sites": figure(1, 1),
        },
    }
    return ReportContent(**(said | changed))


def actor(session: Session, role: str, unit: Unit, name: str = "测试员") -> Actor:
    """Somebody with a role on a unit, with an account behind it and the permissions of this room."""
    return actor_of(accounts.account(session, role, unit.id, name), role, unit.id)


def actor_of(account: Account, role: str, unit_id: int) -> Actor:
    """The actor that an account is."""
    held = {permission.key: frozenset({unit_id}) for permission in PERMISSIONS if role in permission.roles}
    return Actor(account.id, account.name, held, frozenset({role}))


def event(session: Session, somebody: Actor, unit: Unit, **changed: object) -> Event:
    """An open event that reaches over a unit."""
    said: dict[str, object] = {"type_key": "typhoon", "occurred_at": STRUCK, "name": "台风"}
    return open_event(session, somebody, OpenEvent(unit.id, NewEvent(**(said | changed))), NOW)


def report(
    session: Session, somebody: Actor, unit: Unit, on: Event, now: dt.datetime = NOW, **changed: object
) -> Report:
    """A submitted first report."""
    return file_report(session, somebody, FileReport(unit.id, content(**changed), event_id=on.public_id), now)


def draft(session: Session, somebody: Actor, unit: Unit, typed: Mapping[str, str], now: dt.datetime = NOW) -> Draft:
    """A saved draft."""
    return save_draft(session, somebody, SaveDraft(unit.id, typed), now)
