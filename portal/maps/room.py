"""The declaration of the maps room."""

from __future__ import annotations

from portal.kernel.contracts.room import NavItem, Room
from portal.kernel.i18n.text import text
from portal.maps import reactions, tiles, views
from portal.maps.exchange.exports import EXPORTERS
from portal.maps.nightly import JOBS
from portal.maps.panels import PANELS
from portal.maps.permissions import PERMISSIONS, PUBLISH

ROOM = Room(
    name="maps",
    blueprints=(views.blueprint, tiles.blueprint),
    permissions=PERMISSIONS,
    nav=(
        NavItem(text("Risk map"), "maps.home"),
        NavItem(text("Publish"), "maps.publish", PUBLISH),
    ),
    jobs=JOBS,
    connect=reactions.connect,
    exporters=EXPORTERS,
    panels=PANELS,
)
