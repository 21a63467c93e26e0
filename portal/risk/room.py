"""The declaration of the risk room."""

from __future__ import annotations

from portal.kernel.contracts.room import NavItem, Room
from portal.kernel.i18n.text import text
from portal.risk.exchange.exports import EXPORTERS
from portal.risk.exchange.imports import IMPORTERS
from portal.risk.layers import HAZARDS
from portal.risk.panels import PANELS
from portal.risk.permissions import PERMISSIONS, READ
from portal.risk.reactions import connect
from portal.risk.views import blueprint

ROOM = Room(
    name="risk",
    blueprints=(blueprint,),
    permissions=PERMISSIONS,
    layers=(HAZARDS,),
    nav=(NavItem(text("Hazards"), "risk.hazards", READ),),
    importers=IMPORTERS,
    exporters=EXPORTERS,
    panels=PANELS,
    connect=connect,
)
