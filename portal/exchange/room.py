"""The declaration of the exchange room."""

from __future__ import annotations

from portal.exchange.permissions import PERMISSIONS, USE
from portal.exchange.steps import JOBS
from portal.exchange.views import blueprint
from portal.kernel.contracts.room import NavItem, Room
from portal.kernel.i18n.text import text

ROOM = Room(
    name="exchange",
    blueprints=(blueprint,),
    permissions=PERMISSIONS,
    nav=(NavItem(text("Import"), "exchange.imports", USE),),
    jobs=JOBS,
)
