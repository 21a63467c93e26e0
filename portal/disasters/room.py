"""The declaration of the disasters room."""

from __future__ import annotations

from portal.disasters.exchange.exports import EXPORTERS
from portal.disasters.panels import PANELS
from portal.disasters.permissions import PERMISSIONS, REPORT_READ
from portal.disasters.queries import state_differences
from portal.disasters.reactions import connect
from portal.disasters.views import blueprint
from portal.kernel.contracts.room import Check, NavItem, Room
from portal.kernel.i18n.text import text

ROOM = Room(
    name="disasters",
    blueprints=(blueprint,),
    permissions=PERMISSIONS,
    nav=(
        NavItem(text("Disaster reports"), "disasters.reports", REPORT_READ),
        NavItem(text("Duty map"), "disasters.duty_map", REPORT_READ),
    ),
    checks=(Check("disasters.report_states", state_differences),),
    exporters=EXPORTERS,
    panels=PANELS,
    connect=connect,
)
