"""The declaration of the people room."""

from __future__ import annotations

from portal.kernel.contracts.room import NavItem, Room
from portal.kernel.i18n.text import text
from portal.people import views
from portal.people.exchange.exports import EXPORTERS
from portal.people.panels import PANELS
from portal.people.permissions import MANAGE_ACCOUNTS, PERMISSIONS, READ_AUDIT
from portal.people.reactions import connect

ROOM = Room(
    name="people",
    blueprints=(views.blueprint,),
    permissions=PERMISSIONS,
    nav=(
        NavItem(text("Accounts"), "people.accounts", MANAGE_ACCOUNTS),
        NavItem(text("Audit"), "people.audit", READ_AUDIT),
    ),
    exporters=EXPORTERS,
    panels=PANELS,
    connect=connect,
)
