"""The declaration of the exchange room."""

from __future__ import annotations

from portal.exchange.panels import PANELS
from portal.exchange.permissions import CHANGE_TEMPLATES, PERMISSIONS, READ_PAPERS, USE
from portal.exchange.queries.papers import number_differences
from portal.exchange.service import batches
from portal.exchange.steps import JOBS
from portal.exchange.views import blueprint
from portal.kernel.contracts.room import Check, NavItem, Room
from portal.kernel.i18n.text import text

ROOM = Room(
    name="exchange",
    blueprints=(blueprint,),
    permissions=PERMISSIONS,
    nav=(
        NavItem(text("Import"), "exchange.imports", USE),
        NavItem(text("Papers"), "exchange.papers", READ_PAPERS),
        NavItem(text("Templates"), "exchange.paper_templates", CHANGE_TEMPLATES),
    ),
    jobs=(*JOBS, *batches.JOBS),
    panels=PANELS,
    checks=(Check("numbers of papers", number_differences),),
)
