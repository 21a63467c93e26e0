"""The declaration of the places room."""

from __future__ import annotations

from portal.kernel.contracts.room import NavItem, Room
from portal.kernel.i18n.text import text
from portal.places.exchange.exports import EXPORTERS
from portal.places.exchange.imports import IMPORTERS
from portal.places.layers import SHELTERS
from portal.places.panels import PANELS
from portal.places.permissions import PERMISSIONS, READ
from portal.places.reactions import connect
from portal.places.views import blueprint

ROOM = Room(
    name="places",
    blueprints=(blueprint,),
    permissions=PERMISSIONS,
    layers=(SHELTERS,),
    nav=(NavItem(text("Places"), "places.places", READ),),
    importers=IMPORTERS,
    exporters=EXPORTERS,
    panels=PANELS,
    connect=connect,
)
