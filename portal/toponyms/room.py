"""The declaration of the toponyms room. Nothing of it is public: it has no layer and no page without a sign-in."""

from __future__ import annotations

from portal.kernel.contracts.room import NavItem, Room
from portal.kernel.i18n.text import text
from portal.toponyms.exchange.exports import EXPORTERS
from portal.toponyms.exchange.imports import IMPORTERS
from portal.toponyms.panels import PANELS
from portal.toponyms.permissions import PERMISSIONS, READ
from portal.toponyms.views import blueprint

ROOM = Room(
    name="toponyms",
    blueprints=(blueprint,),
    permissions=PERMISSIONS,
    nav=(
        NavItem(text("Place names"), "toponyms.names", READ),
        NavItem(text("Register"), "toponyms.names", READ, under="toponyms.names"),
        NavItem(text("Applications"), "toponyms.applications", READ, under="toponyms.names"),
    ),
    panels=PANELS,
    importers=IMPORTERS,
    exporters=EXPORTERS,
)
